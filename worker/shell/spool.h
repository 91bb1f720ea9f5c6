#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// Output of attempts that the coordinator has not acknowledged. A little is held in memory; what
/// is more goes to a file per attempt, which has no name and so leaves nothing behind. An attempt
/// without output costs nothing. Owned and used by the shell's thread.
class Spool {
 public:
  static constexpr std::size_t kMemoryPerAttempt = 64U << 10U;
  static constexpr std::size_t kMemoryInAll = 8U << 20U;

  /// Files are made in `folder`, which exists.
  explicit Spool(std::string folder) : folder_(std::move(folder)) {}

  /// Keeps bytes that begin at `offset`; offsets of an attempt only grow. The error says why they
  /// could not be kept (a full disk).
  Result<void> append(Token token, std::uint64_t offset, std::string_view bytes);

  /// The bytes from `offset` on, exactly `size`.
  Result<std::string> read(Token token, std::uint64_t offset, std::uint64_t size) const;

  /// What lies before `offset` is not needed any more.
  void release(Token token, std::uint64_t offset);
  void drop(Token token);

  [[nodiscard]] std::size_t memory() const { return memory_; }
  /// Files that are open.
  [[nodiscard]] std::size_t files() const { return files_; }

 private:
  /// Consecutive bytes, in memory or in the file.
  struct Piece {
    std::string bytes;           ///< in memory; empty: in the file
    std::uint64_t position = 0;  ///< in the file
    std::uint64_t size = 0;
  };
  struct Kept {
    std::map<std::uint64_t, Piece> pieces;  ///< by offset
    std::size_t memory = 0;
    UniqueFd file;
    std::uint64_t file_end = 0;
  };

  Result<void> append_to_file(Kept& kept, std::uint64_t offset, std::string_view bytes);
  void close_file(Kept& kept);

  std::string folder_;
  std::map<Token, Kept> kept_;
  std::size_t memory_ = 0;
  std::size_t files_ = 0;
};

}  // namespace headway::worker
