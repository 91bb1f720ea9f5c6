#include "coordinator/journal/backup.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/unique_fd.h"

namespace headway::journal {

namespace {

Error copy_error(const std::string& path, int error) {
  return Error{
      error == EEXIST ? ErrorKind::kInUse : ErrorKind::kFailed,
      fmt::format("cannot copy the registry to {}: {}", printable(path),
                  error == EEXIST ? "there is a file of that name already; name another one"
                                  : std::generic_category().message(error))};
}

/// Removes the half-written copy unless it was renamed.
class PartialFile {
 public:
  explicit PartialFile(std::string path) : path_(std::move(path)) {}
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Made by us, with our mode; SQLite would make it readable for others.
  Result<void> make() const {
    ::unlink(path_.c_str());
    const UniqueFd made{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!made) return copy_error(path_, errno);
    return {};
  }
  Result<void> sync() const {
    const UniqueFd file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file || ::fsync(file.get()) != 0) return copy_error(path_, errno);
    return {};
  }

 private:
  std::string path_;
};

Result<void> copy_pages(const Database& from, const Database& to) {
  struct Finish {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
  };
  const std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup) return sqlite_error(to.handle(), "copy to");
  // All pages in one step: one moment of the source, which never has to start again because
  // somebody wrote to it.
  const int code = sqlite3_backup_step(backup.get(), -1);
  if (code == SQLITE_DONE) return {};
  return Error{
      (code & 0xff) == SQLITE_BUSY ? ErrorKind::kInUse : ErrorKind::kFailed,
      fmt::format(
          "cannot copy the registry {} to {}: {}", printable(from.path()), printable(to.path()),
          (code & 0xff) == SQLITE_FULL ? "no space left on the device" : sqlite3_errstr(code))};
}

Result<void> sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd || ::fsync(fd.get()) != 0) return copy_error(path, errno);
  return {};
}

Result<void> copy_with(const Database& from, const std::string& path, CopyPlace place,
                       const char* change) {
  // Asked before the work is done; the rename below asks again.
  if (place == CopyPlace::kNew && ::access(path.c_str(), F_OK) == 0)
    return copy_error(path, EEXIST);
  const PartialFile partial(path + ".partial");
  if (Result<void> made = partial.make(); !made) return made;
  {
    const Result<Database> to = Database::open(partial.path(), SQLITE_OPEN_READWRITE);
    if (!to) return to.error();
    if (Result<void> copied = copy_pages(from, *to); !copied) return copied;
    // Out of WAL mode the copy is one file, which can be read in a folder that cannot be written.
    if (Result<void> single = to->execute("PRAGMA journal_mode = DELETE"); !single) return single;
    if (Result<void> changed = to->execute(change); !changed) return changed;
  }
  if (Result<void> synced = partial.sync(); !synced) return synced;
  const unsigned flags = place == CopyPlace::kNew ? RENAME_NOREPLACE : 0;
  int renamed = ::renameat2(AT_FDCWD, partial.path().c_str(), AT_FDCWD, path.c_str(), flags);
  // File systems that cannot keep from replacing (NFS) say so; it was asked above.
  if (renamed != 0 && errno == EINVAL) renamed = std::rename(partial.path().c_str(), path.c_str());
  if (renamed != 0) return copy_error(path, errno);
  return sync_folder_of(path);
}

}  // namespace

Result<void> copy_database(const Database& from, const std::string& path, CopyPlace place) {
  return copy_with(from, path, place, "");
}

Result<void> back_up_registry(const Database& from, const std::string& path) {
  const std::string skip = fmt::format(
      "UPDATE registry SET token_floor = {} + max(token_floor, "
      "(SELECT coalesce(max(token), 0) FROM facts WHERE kind = 'ticket assigned'), "
      "(SELECT coalesce(max(token), 0) FROM facts WHERE kind = 'check assigned'))",
      kTokensSkippedByCopies);
  return copy_with(from, path, CopyPlace::kNew, skip.c_str());
}

}  // namespace headway::journal
