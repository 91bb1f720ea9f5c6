#include "coordinator/journal/opening.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/unique_fd.h"
#include "coordinator/journal/migration.h"
#include "coordinator/journal/schema.h"

namespace headway::journal {

namespace {

/// How long to wait for another's lock: a reader that recovers a WAL, a person who writes by hand.
constexpr int kBusyMillis = 5000;
/// Pages in the WAL before a commit also checkpoints: 16 MiB, some 3,000 small commits. Each
/// checkpoint costs two syncs.
constexpr int kCheckpointPages = 4096;
/// A WAL that a long reader made grow is cut back to this.
constexpr std::int64_t kWalKeptBytes = 64LL << 20;
/// The right edges of the table and its indexes stay in memory.
constexpr int kCacheKib = 16 << 10;

Error not_a_registry(const std::string& path, std::string_view reason) {
  return Error{ErrorKind::kFailed,
               fmt::format("{} is not a registry of Headway: {}; it was left as it is",
                           printable(path), reason)};
}

Error system_failure(const std::string& path, std::string_view doing, int error) {
  const ErrorKind kind = error == ENOENT                     ? ErrorKind::kNotFound
                         : error == EACCES || error == EPERM ? ErrorKind::kDenied
                                                             : ErrorKind::kFailed;
  return Error{kind, fmt::format("cannot {} the registry {}: {}", doing, printable(path),
                                 std::generic_category().message(error))};
}

/// Whether the file is there; an error where it is something else than a file.
Result<bool> is_there(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return system_failure(path, "open", errno);
  }
  if (S_ISDIR(status.st_mode)) return not_a_registry(path, "it is a directory");
  if (!S_ISREG(status.st_mode)) return not_a_registry(path, "it is not a regular file");
  return true;
}

/// Only for a name that is not there: to open and close a file that SQLite has open elsewhere in
/// this process would drop SQLite's locks on it (fcntl(2)).
Result<void> make_file(const std::string& path) {
  const UniqueFd made{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!made) return system_failure(path, "make", errno);
  const std::size_t slash = path.rfind('/');
  const UniqueFd folder{::open(slash == std::string::npos ? "." : path.substr(0, slash + 1).c_str(),
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder || ::fsync(folder.get()) != 0) return system_failure(path, "make", errno);
  return {};
}

/// Looks at the file's header through SQLite's own descriptor, before SQLite reads it: a foreign
/// database must not be changed by as much as the replay of its journal. An application_id of 0
/// says nothing: ours may be in the WAL still.
Result<void> check_header(const Database& database) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kApplicationIdAt = 68;  // https://www.sqlite.org/fileformat.html, 1.3
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
          SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return sqlite_error(database.handle(), "open");
  }
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK)
    return sqlite_error(database.handle(), "read");
  if (size == 0) return {};
  std::array<char, 100> header{};
  if (size < static_cast<sqlite3_int64>(header.size())) {
    return not_a_registry(database.path(), "it is not a SQLite database");
  }
  if (file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) != SQLITE_OK) {
    return sqlite_error(database.handle(), "read");
  }
  if (std::string_view(header.data(), kMagic.size()) != kMagic) {
    return not_a_registry(database.path(), "it is not a SQLite database");
  }
  std::uint32_t application = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    application = application << 8U | static_cast<unsigned char>(header[kApplicationIdAt + i]);
  }
  if (application != 0 && application != static_cast<std::uint32_t>(kApplicationId)) {
    return not_a_registry(database.path(), "another program's database");
  }
  return {};
}

enum class Content { kNothing, kRegistry };

/// What the database holds, by what SQLite reads of file and WAL. `version` is set for a registry.
Result<Content> content_of(const Database& database, std::int64_t& version) {
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) {
    return application.error().message.find("not a SQLite database") == std::string::npos
               ? application.error()
               : not_a_registry(database.path(), "it is not a SQLite database");
  }
  const Result<std::int64_t> found = database.number("PRAGMA user_version");
  if (!found) return found.error();
  const Result<std::int64_t> objects = database.number("SELECT count(*) FROM sqlite_schema");
  if (!objects) return objects.error();
  if (*application == 0 && *found == 0 && *objects == 0) return Content::kNothing;
  if (*application != kApplicationId)
    return not_a_registry(database.path(), "another program's database");
  if (*found > kSchemaVersion) {
    return Error{ErrorKind::kFailed,
                 fmt::format("the registry {} was made by a newer Headway (its version is {}, this "
                             "program knows {}): "
                             "use that one, or another state directory",
                             printable(database.path()), *found, kSchemaVersion)};
  }
  if (*found < 1) return not_a_registry(database.path(), "it has no version");
  version = *found;
  return Content::kRegistry;
}

Result<void> make_schema(const Database& database) {
  std::array<unsigned char, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return system_failure(database.path(), "name", errno);
  }
  std::string id;
  for (const unsigned char byte : random) id += fmt::format("{:02x}", byte);
  const std::string script = fmt::format(
      "BEGIN IMMEDIATE; {} INSERT INTO registry (one, id, made_at_ms) VALUES (1, '{}', {}); COMMIT",
      kSchemaSql, id, to_millis(read_clocks().wall));
  return database.execute(script.c_str());
}

Result<void> configure_for_writing(const Database& database) {
  const Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") {
    return Error{ErrorKind::kFailed, fmt::format("the registry {} cannot be used on its file "
                                                 "system, which lacks shared memory or locks: "
                                                 "choose a state directory on a local disk",
                                                 printable(database.path()))};
  }
  return database.execute(fmt::format("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {}; "
                                      "PRAGMA journal_size_limit = {}; PRAGMA cache_size = -{}",
                                      kCheckpointPages, kWalKeptBytes, kCacheKib)
                              .c_str());
}

Result<Database> open_checked(const std::string& path, int flags) {
  Result<Database> database = Database::open(path, flags);
  if (!database) return database.error();
  sqlite3_busy_timeout(database->handle(), kBusyMillis);
  // A registry may come from somebody else: its views call nothing but harmless functions.
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (const Result<void> checked = check_header(*database); !checked) return checked.error();
  return database;
}

}  // namespace

Result<Database> open_for_owner(const std::string& path) {
  const Result<bool> there = is_there(path);
  if (!there) return there.error();
  if (!*there) {
    if (const Result<void> made = make_file(path); !made) return made.error();
  }
  Result<Database> database = open_checked(path, SQLITE_OPEN_READWRITE);
  if (!database) return database.error();
  if (sqlite3_db_readonly(database->handle(), "main") == 1) {
    return Error{
        ErrorKind::kDenied,
        fmt::format(
            "the registry {} can only be read by this user, and a coordinator must write to it",
            printable(path))};
  }
  std::int64_t version = 0;
  const Result<Content> content = content_of(*database, version);
  if (!content) return content.error();
  if (const Result<void> configured = configure_for_writing(*database); !configured)
    return configured.error();
  if (*content == Content::kNothing) {
    if (const Result<void> made = make_schema(*database); !made) return made.error();
  } else if (version < kSchemaVersion) {
    if (const Result<void> migrated = migrate(*database, kSchemaVersion, migrations()); !migrated) {
      return migrated.error();
    }
  }
  return database;
}

Result<Database> open_for_reader(const std::string& path) {
  const Result<bool> there = is_there(path);
  if (!there) return there.error();
  if (!*there)
    return Error{ErrorKind::kNotFound, fmt::format("there is no registry {}", printable(path))};
  Result<Database> database = open_checked(path, SQLITE_OPEN_READONLY);
  if (!database) return database.error();
  std::int64_t version = 0;
  const Result<Content> content = content_of(*database, version);
  if (!content) {
    const int code = sqlite3_errcode(database->handle()) & 0xff;  // without what it is extended by
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) &&
        ::access(folder.c_str(), W_OK) != 0) {
      return Error{
          ErrorKind::kDenied,
          fmt::format(
              "cannot read the registry {} while no coordinator has it open: for that SQLite must "
              "make a file beside it, and its folder cannot be written by this user; become its "
              "owner, or ask for a copy (`headway registry backup`)",
              printable(path))};
    }
    return content.error();
  }
  if (*content == Content::kNothing) return not_a_registry(path, "it is empty");
  if (version < kSchemaVersion) {
    return Error{ErrorKind::kFailed,
                 fmt::format("the registry {} was made by an older Headway (its version is {}, "
                             "this program reads {}): "
                             "start a coordinator on it, which brings it up to date",
                             printable(path), version, kSchemaVersion)};
  }
  return database;
}

}  // namespace headway::journal
