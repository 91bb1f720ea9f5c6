#include "coordinator/journal/space_guard.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

Error space_error(const std::string& path, std::string_view doing, int error) {
  return Error{error == EACCES || error == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
               fmt::format("cannot {} {}: {}", doing, printable(path),
                           std::generic_category().message(error))};
}

}  // namespace

SpaceGuard::SpaceGuard(const std::string& registry_path, std::uint64_t ballast_bytes)
    : ballast_path_(registry_path + ".ballast"), ballast_bytes_(ballast_bytes) {
  const std::size_t slash = registry_path.rfind('/');
  folder_ = slash == std::string::npos ? "." : registry_path.substr(0, slash + 1);
}

Result<std::uint64_t> SpaceGuard::free_bytes(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0)
    return space_error(path, "ask for the free space at", errno);
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

Result<std::uint64_t> SpaceGuard::free_bytes() const { return free_bytes(folder_); }

Result<bool> SpaceGuard::prepare() {
  const Result<std::uint64_t> free = free_bytes();
  if (!free) return free.error();
  if (*free < ballast_bytes_) {
    if (const Result<void> released = release(); !released) return released.error();
    return false;
  }
  if (const Result<void> there = ensure(); !there) return there.error();
  return true;
}

Result<void> SpaceGuard::ensure() {
  const UniqueFd file{
      ::open(ballast_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file) return space_error(ballast_path_, "make the ballast", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return space_error(ballast_path_, "look at the ballast", errno);
  constexpr std::uint64_t kBlock = 512;  // of st_blocks, see inode(7)
  if (static_cast<std::uint64_t>(status.st_size) >= ballast_bytes_ &&
      static_cast<std::uint64_t>(status.st_blocks) * kBlock >= ballast_bytes_) {
    return {};
  }
  int failed = 0;
  do {
    failed = ::posix_fallocate(file.get(), 0, static_cast<off_t>(ballast_bytes_));
  } while (failed == EINTR);
  if (failed == 0) return {};
  ::unlink(ballast_path_.c_str());
  return space_error(ballast_path_, "make the ballast", failed);
}

Result<void> SpaceGuard::release() {
  if (::unlink(ballast_path_.c_str()) != 0 && errno != ENOENT) {
    return space_error(ballast_path_, "release the ballast", errno);
  }
  return {};
}

}  // namespace headway
