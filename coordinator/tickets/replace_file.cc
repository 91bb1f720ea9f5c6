#include "coordinator/tickets/replace_file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;

Error failure(const std::string& path, int error) {
  return Error{
      error == EACCES || error == EPERM || error == EROFS ? ErrorKind::kDenied : ErrorKind::kFailed,
      fmt::format("cannot write {}: {}", printable(path), std::generic_category().message(error))};
}

/// A file beside another, which is gone at the end. Its name is hidden, so that nobody who reads
/// the folder takes it for a ticket.
class FileBeside {
 public:
  explicit FileBeside(const std::string& path) {
    static std::atomic<std::uint64_t> number{0};
    const std::size_t slash = path.rfind('/') + 1;
    path_ = fmt::format("{}.{}.{}-{}", path.substr(0, slash), path.substr(slash), ::getpid(),
                        number.fetch_add(1));
  }
  ~FileBeside() { ::unlink(path_.c_str()); }
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Writes and syncs it; an errno, or 0.
  [[nodiscard]] int write(const std::string& content, mode_t mode) const {
    UniqueFd fd{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!fd) return errno;
    std::size_t done = 0;
    while (done < content.size()) {
      const ssize_t count = ::write(fd.get(), content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      done += static_cast<std::size_t>(count);
    }
    if (::fchmod(fd.get(), mode & 07777U) != 0 || ::fsync(fd.get()) != 0) return errno;
    return 0;
  }

 private:
  std::string path_;
};

void sync_folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const UniqueFd fd{
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd) ::fsync(fd.get());
}

bool exchange(const std::string& a, const std::string& b) {
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
}

}  // namespace

Result<Replaced> replace_file(const std::string& path, const std::string& expected,
                              const std::string& content) {
  const Result<std::string> real = absolute_path(path);
  if (!real) return real.error();
  const Result<std::string> now = read_file(*real, kMaxBytes);
  if (!now) return now.error();
  if (*now != expected) return Replaced::kChangedMeanwhile;
  struct stat status {};
  if (::stat(real->c_str(), &status) != 0) return failure(path, errno);
  const FileBeside beside(*real);
  if (const int error = beside.write(content, status.st_mode); error != 0)
    return failure(path, error);
  if (exchange(beside.path(), *real)) {
    const Result<std::string> old = read_file(beside.path(), kMaxBytes);
    if (!old || *old != expected) {
      if (!exchange(beside.path(), *real)) return failure(path, errno);
      return Replaced::kChangedMeanwhile;
    }
  } else if (errno == EINVAL || errno == ENOSYS) {
    const Result<std::string> again = read_file(*real, kMaxBytes);
    if (!again || *again != expected) return Replaced::kChangedMeanwhile;
    if (::rename(beside.path().c_str(), real->c_str()) != 0) return failure(path, errno);
  } else {
    return failure(path, errno);
  }
  sync_folder_of(*real);
  return Replaced::kDone;
}

Result<void> move_file(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    const int error = errno;
    if (error == EEXIST) {
      return Error{ErrorKind::kInUse, fmt::format("cannot move {}: there is a {} already",
                                                  printable(from), printable(to))};
    }
    // Not every file system can refuse to replace; a link can always.
    const bool cannot = error == EINVAL || error == ENOSYS;
    if (!cannot || ::link(from.c_str(), to.c_str()) != 0)
      return failure(to, cannot ? errno : error);
    if (::unlink(from.c_str()) != 0) return failure(from, errno);
  }
  sync_folder_of(from);
  sync_folder_of(to);
  return {};
}

}  // namespace headway
