#include "common/system/file_parts.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>

#include "common/base/text.h"

namespace headway {

Error file_failure(const std::string& path, const char* doing, int error) {
  const ErrorKind kind = error == ENOENT                     ? ErrorKind::kNotFound
                         : error == EACCES || error == EPERM ? ErrorKind::kDenied
                                                             : ErrorKind::kFailed;
  return Error{kind, "cannot " + std::string(doing) + " " + printable(path) + ": " +
                         std::generic_category().message(error)};
}

bool has_nul(const std::string& path) { return path.find('\0') != std::string::npos; }

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                ? std::string::npos
                                : path.rfind('/', path.find_last_not_of('/'));
  if (slash == std::string::npos) return path.starts_with('/') ? "/" : ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> write_all(int fd, const std::string& content, const std::string& path) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = ::write(fd, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_failure(path, "write", errno);
    done += static_cast<std::size_t>(count);
  }
  return {};
}

}  // namespace headway
