#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "common/base/result.h"

namespace headway::journal {

/// What SQLite last said on this connection, for people: `doing` as in "write to", the file, the
/// reason. A connection that was never opened does not know its file: it is the one at `path`.
Error sqlite_error(sqlite3* connection, std::string_view doing, std::string_view path = {});

/// A prepared statement. Values are bound by position from 1, columns read from 0, as SQLite
/// counts. Text is bound without a copy: it must live until the next `reset`. A failed bind is
/// reported by the next `step`.
class Statement {
 public:
  Statement() = default;

  void bind(int position, std::int64_t number);
  void bind_null(int position);
  /// TEXT where the bytes are UTF-8 without NUL, else a BLOB: other programs stumble over broken
  /// text.
  void bind_text(int position, std::string_view text);
  void bind_blob(int position, std::string_view bytes);

  /// Whether there is a row to read; false: it is done.
  Result<bool> step();
  /// Runs a statement that returns no rows, and makes it ready for the next time.
  Result<void> run();
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// TEXT and BLOB alike; valid until the next step.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = SQLITE_OK;
};

/// A connection to a SQLite file; all of SQLite's handles are closed with it. One thread.
/// Statements must end before it.
class Database {
 public:
  /// `flags` of sqlite3_open_v2. Opening reads nothing yet.
  static Result<Database> open(const std::string& path, int flags);

  /// One or several statements that need no values; rows are ignored.
  Result<void> execute(const char* sql) const;
  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  /// The first column of the only row.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql) const;
  [[nodiscard]] Result<std::string> text(std::string_view sql) const;

  [[nodiscard]] sqlite3* handle() const { return connection_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  Database(sqlite3* connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

/// A read transaction: what is read until its end is one moment of the registry, whatever others
/// write meanwhile.
class Snapshot {
 public:
  static Result<Snapshot> of(const Database& database);
  Snapshot(Snapshot&& other) noexcept : connection_(other.connection_) {
    other.connection_ = nullptr;
  }
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    if (connection_ != nullptr) sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr);
  }

 private:
  explicit Snapshot(sqlite3* connection) : connection_(connection) {}
  sqlite3* connection_;
};

}  // namespace headway::journal
