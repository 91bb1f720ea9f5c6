#include "common/system/named_output.h"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/system/file_parts.h"
#include "common/system/files.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

/// Links that are followed one after the other, as the system does (path_resolution(7)).
constexpr int kMostLinks = 40;

/// Where output goes that was named by a path.
struct Target {
  std::string path;
  bool replaced = true;  ///< else it is written into
};

/// Whether a link is one of proc(5) to what a process holds open: it leads there, whatever its text
/// says.
bool is_of_open_file(const std::string& link) {
  struct statfs system {};
  return ::statfs(parent_of(link).c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

/// Follows links to the end, which need not be there.
Result<Target> follow(const std::string& named) {
  std::string path = named;
  for (int links = 0; links <= kMostLinks; ++links) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
      if (errno == ENOENT) return Target{.path = path};
      return file_failure(named, "write", errno);
    }
    if (!S_ISLNK(status.st_mode)) return Target{path, S_ISREG(status.st_mode)};
    if (is_of_open_file(path)) return Target{path, false};
    std::array<char, PATH_MAX> text{};
    const ssize_t size = ::readlink(path.c_str(), text.data(), text.size());
    if (size < 0) return file_failure(named, "write", errno);
    const std::string to(text.data(), static_cast<std::size_t>(size));
    path = to.starts_with('/') ? to : fmt::format("{}/{}", parent_of(path), to);
  }
  return file_failure(named, "write", ELOOP);
}

}  // namespace

Result<void> write_named_output(const std::string& path, const std::string& content) {
  if (path.empty() || has_nul(path)) return file_failure(path, "write", EINVAL);
  const Result<Target> target = follow(path);
  if (!target) return target.error();
  if (target->replaced) return write_file_atomically(target->path, content);
  UniqueFd fd{::open(target->path.c_str(), O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC)};
  if (!fd) return file_failure(path, "write", errno);
  if (Result<void> written = write_all(fd.get(), content, path); !written) return written;
  if (::close(fd.release()) != 0) return file_failure(path, "write", errno);
  return {};
}

}  // namespace headway
