#include "tests/soak/judge/history.h"

#include <memory>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

namespace headway::soak {

namespace {

constexpr int kBusyMillis = 2000;

/// A read-only connection to the registry.
class Database {
 public:
  /// A row of an answer, valid while it is being taken.
  class Row {
   public:
    explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
    [[nodiscard]] bool is_null(int column) const {
      return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const {
      return sqlite3_column_int64(statement_, column);
    }
    [[nodiscard]] std::string text(int column) const {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
      return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

   private:
    sqlite3_stmt* statement_;
  };

  static Result<Database> open(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    Database database(opened);
    if (code != SQLITE_OK) return database.error();
    sqlite3_busy_timeout(opened, kBusyMillis);
    return database;
  }

  template <class Take>
  [[nodiscard]] Result<void> for_each_row(std::string_view sql, Take take) const {
    sqlite3_stmt* prepared = nullptr;
    const int length = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(connection_.get(), sql.data(), length, &prepared, nullptr) !=
        SQLITE_OK) {
      return error();
    }
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    while (true) {
      const int code = sqlite3_step(prepared);
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return error();
      take(Row(prepared));
    }
  }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}
  [[nodiscard]] Error error() const {
    return {ErrorKind::kFailed,
            std::string("the registry cannot be read: ") + sqlite3_errmsg(connection_.get())};
  }

  std::unique_ptr<sqlite3, Close> connection_;
};

Result<std::vector<RunRow>> select_runs(const Database& database) {
  std::vector<RunRow> runs;
  const Result<void> read = database.for_each_row(
      "SELECT run, name, state FROM runs ORDER BY run", [&](const Database::Row& row) {
        runs.push_back({.run = static_cast<std::uint64_t>(row.integer(0)),
                        .name = row.text(1),
                        .state = row.text(2),
                        .tickets = {}});
      });
  if (!read) return read.error();
  return runs;
}

}  // namespace

Result<std::vector<RunRow>> read_runs(const std::string& registry) {
  if (::access(registry.c_str(), F_OK) != 0) return std::vector<RunRow>{};
  const Result<Database> database = Database::open(registry);
  if (!database) return database.error();
  return select_runs(*database);
}

Result<std::map<std::string, std::string>> read_ticket_states(const std::string& registry,
                                                              std::uint64_t run) {
  const Result<Database> database = Database::open(registry);
  if (!database) return database.error();
  std::map<std::string, std::string> states;
  const Result<void> read =
      database->for_each_row(fmt::format("SELECT id, state FROM ticket WHERE run = {}", run),
                             [&](const Database::Row& row) { states[row.text(0)] = row.text(1); });
  if (!read) return read.error();
  return states;
}

Result<History> read_history(const std::string& registry) {
  const Result<Database> database = Database::open(registry);
  if (!database) return database.error();
  History history;
  Result<void> read =
      database->for_each_row("PRAGMA integrity_check",
                             [&](const Database::Row& row) { history.integrity += row.text(0); });
  if (!read) return read.error();
  Result<std::vector<RunRow>> runs = select_runs(*database);
  if (!runs) return runs.error();
  history.runs = std::move(*runs);
  read = database->for_each_row("SELECT run, id FROM tickets ORDER BY run, ticket",
                                [&](const Database::Row& row) {
                                  for (RunRow& run : history.runs) {
                                    if (run.run == static_cast<std::uint64_t>(row.integer(0))) {
                                      run.tickets.push_back(row.text(1));
                                    }
                                  }
                                });
  if (!read) return read.error();
  read = database->for_each_row(
      "SELECT sequence, at_ms, kind, run, ticket, token, ticket_state, outcome, number, digest, "
      "detail FROM facts ORDER BY sequence",
      [&](const Database::Row& row) {
        FactRow fact;
        fact.sequence = row.integer(0);
        fact.at_millis = row.integer(1);
        fact.kind = row.text(2);
        fact.run = static_cast<std::uint64_t>(row.integer(3));
        fact.ticket = row.is_null(4) ? -1 : row.integer(4);
        fact.token = static_cast<std::uint64_t>(row.integer(5));
        fact.ticket_state = row.text(6);
        fact.outcome = row.text(7);
        fact.number = row.integer(8);
        fact.digest = row.text(9);
        fact.detail = row.text(10);
        history.facts.push_back(std::move(fact));
      });
  if (!read) return read.error();
  return history;
}

}  // namespace headway::soak
