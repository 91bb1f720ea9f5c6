#pragma once

#include <string>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway::journal {

/// The promise that this process alone owns a registry: an exclusive flock(2) on `<registry>.lock`,
/// held for life and let go by the kernel however the process ends. The file says who holds it and
/// is never removed: removing it would let two processes hold two files of the same name.
class RegistryLock {
 public:
  /// Fails at once with `kInUse`, naming the owner, when somebody else holds it.
  static Result<RegistryLock> take(const std::string& registry_path);

 private:
  explicit RegistryLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace headway::journal
