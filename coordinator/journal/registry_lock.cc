#include "coordinator/journal/registry_lock.h"

#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::journal {

namespace {

Error lock_error(const std::string& path, int error) {
  return Error{
      error == EACCES || error == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
      fmt::format("cannot lock {}: {}", printable(path), std::generic_category().message(error))};
}

/// `pid 123 since 2026-01-31T12:00:00Z`.
std::string self_description() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return fmt::format("pid {} since {}", ::getpid(), std::string_view(text.data(), size));
}

std::string owner_named_in(int fd) {
  std::array<char, 128> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  // Empty between another's taking the lock and its writing who it is.
  if (size <= 0) return "another process";
  std::string_view owner(text.data(), static_cast<std::size_t>(size));
  owner = owner.substr(0, owner.find('\n'));
  return printable(owner);
}

}  // namespace

Result<RegistryLock> RegistryLock::take(const std::string& registry_path) {
  const std::string path = registry_path + ".lock";
  UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!fd) return lock_error(path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return lock_error(path, errno);
    return Error{
        ErrorKind::kInUse,
        fmt::format(
            "the registry {} is owned by another coordinator ({}): use that one, stop it first, or "
            "choose another state directory",
            printable(registry_path), owner_named_in(fd.get()))};
  }
  // Who holds it is for people only: a disk without space for a line is no reason to fail.
  const std::string self = self_description() + "\n";
  if (::ftruncate(fd.get(), 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(fd.get(), self.data(), self.size(), 0);
  }
  return RegistryLock(std::move(fd));
}

}  // namespace headway::journal
