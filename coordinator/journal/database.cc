#include "coordinator/journal/database.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::journal {

namespace {

std::string with_cause(std::string_view what, int system_error) {
  if (system_error == 0) return std::string(what);
  return fmt::format("{} ({})", what, std::generic_category().message(system_error));
}

Error reason_of(int code, const char* said, int system_error) {
  if ((code & 0xff) == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT) {
    return Error{ErrorKind::kFailed, "no space left on the device"};
  }
  switch (code & 0xff) {
    case SQLITE_IOERR:
      return Error{ErrorKind::kFailed, with_cause(said, system_error)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error{ErrorKind::kInUse, "another program holds it locked"};
    case SQLITE_READONLY:
      return Error{ErrorKind::kDenied, "it can only be read"};
    case SQLITE_CANTOPEN:
      return Error{
          system_error == EACCES || system_error == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
          with_cause("it cannot be opened", system_error)};
    case SQLITE_CORRUPT:
      return Error{ErrorKind::kFailed, with_cause("the file is damaged", 0)};
    case SQLITE_NOTADB:
      return Error{ErrorKind::kFailed, "it is not a SQLite database"};
    default:
      return Error{ErrorKind::kFailed, said};
  }
}

}  // namespace

Error sqlite_error(sqlite3* connection, std::string_view doing, std::string_view path) {
  const char* name = sqlite3_db_filename(connection, "main");
  const bool opened = name != nullptr && *name != '\0';
  Error reason = reason_of(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection),
                           sqlite3_system_errno(connection));
  reason.message = fmt::format("cannot {} the registry {}: {}", doing,
                               printable(opened ? name : path), reason.message);
  return reason;
}

void Statement::bind(int position, std::int64_t number) {
  if (const int code = sqlite3_bind_int64(statement_.get(), position, number)) bind_failure_ = code;
}

void Statement::bind_null(int position) {
  if (const int code = sqlite3_bind_null(statement_.get(), position)) bind_failure_ = code;
}

void Statement::bind_text(int position, std::string_view text) {
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) return bind_blob(position, text);
  const char* data = text.empty() ? "" : text.data();
  if (const int code = sqlite3_bind_text64(statement_.get(), position, data, text.size(),
                                           SQLITE_STATIC, SQLITE_UTF8)) {
    bind_failure_ = code;
  }
}

void Statement::bind_blob(int position, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();  // a null pointer would mean NULL
  if (const int code =
          sqlite3_bind_blob64(statement_.get(), position, data, bytes.size(), SQLITE_STATIC)) {
    bind_failure_ = code;
  }
}

Result<bool> Statement::step() {
  if (bind_failure_ != SQLITE_OK) {
    return Error{ErrorKind::kFailed, fmt::format("the registry cannot hold a value: {}",
                                                 sqlite3_errstr(bind_failure_))};
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* connection = sqlite3_db_handle(statement_.get());
  // COMMIT is one that SQLite calls read-only; it is where a full disk is met.
  const bool reads =
      sqlite3_stmt_readonly(statement_.get()) != 0 && sqlite3_column_count(statement_.get()) > 0;
  return sqlite_error(connection, reads ? "read" : "write to");
}

Result<void> Statement::run() {
  const Result<bool> stepped = step();
  reset();
  if (!stepped) return stepped.error();
  return {};
}

void Statement::reset() {
  // Its code repeats what `step` reported.
  sqlite3_reset(statement_.get());
  bind_failure_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  // Of TEXT this gives the UTF-8 bytes as they are.
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Result<Database> Database::open(const std::string& path, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (connection == nullptr) return Error{ErrorKind::kFailed, "SQLite is out of memory"};
  Database database(connection, path);
  if (code != SQLITE_OK) return sqlite_error(connection, "open", path);
  return database;
}

Result<void> Database::execute(const char* sql) const {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_error(handle(), "use");
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle(), "use");
  return Statement(statement);
}

Result<std::int64_t> Database::number(std::string_view sql) const {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  if (!*row) return Error{ErrorKind::kNotFound, "the registry lacks a row that it must have"};
  return statement->integer(0);
}

Result<std::string> Database::text(std::string_view sql) const {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  if (!*row) return Error{ErrorKind::kNotFound, "the registry lacks a row that it must have"};
  return std::string(statement->bytes(0));
}

Result<Snapshot> Snapshot::of(const Database& database) {
  if (const Result<void> begun = database.execute("BEGIN"); !begun) return begun.error();
  return Snapshot(database.handle());
}

}  // namespace headway::journal
