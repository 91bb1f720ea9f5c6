#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway {

/// A file that is only in memory (memfd_create(2)), to hand something large to another process, or
/// to get it from there: no pipe that somebody must read from at the right time. Closed on exec.
Result<UniqueFd> make_memory_file(const char* name);

/// Appends all of it. Errors: no memory is left, or a limit.
Result<void> write_all(int fd, std::string_view bytes);

/// What a file holds, mapped for reading as long as it lives.
class MappedFile {
 public:
  static Result<MappedFile> of(int fd);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace headway
