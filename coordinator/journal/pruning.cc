// Registry: ended runs are removed whole.

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

using journal::Statement;
using journal::to_column;

namespace {

/// Every table with rows of a run; what refers to a run goes before it.
constexpr const char* kTablesOfRuns[] = {"facts",       "tickets",       "compiled_plans",
                                         "submissions", "plan_versions", "runs"};

std::string names_of(const std::vector<RunId>& runs) {
  constexpr std::size_t kMostNamed = 20;
  std::string names;
  for (std::size_t i = 0; i < runs.size() && i < kMostNamed; ++i) {
    names += fmt::format("{}r{}", i == 0 ? "" : " ", runs[i].number());
  }
  return runs.size() > kMostNamed ? fmt::format("{} and {} more", names, runs.size() - kMostNamed)
                                  : names;
}

/// Removes the rows of one run; how many of them were facts.
Result<std::uint64_t> remove_run_rows(const journal::Database& database, RunId run) {
  std::uint64_t facts = 0;
  for (const std::string_view table : kTablesOfRuns) {
    Result<Statement> rows = database.prepare(fmt::format("DELETE FROM {} WHERE run = ?1", table));
    if (!rows) return rows.error();
    rows->bind(1, to_column(run.number()));
    if (Result<void> removed = rows->run(); !removed) return removed.error();
    if (table == "facts") facts = static_cast<std::uint64_t>(sqlite3_changes(database.handle()));
  }
  return facts;
}

}  // namespace

Result<std::vector<ListedRun>> Registry::prunable_runs(const PruneFilter& filter) const {
  RunFilter all;
  all.most = UINT32_MAX;
  Result<std::vector<ListedRun>> runs = list_runs(all);
  if (!runs || runs->empty()) return runs;
  const RunId latest = runs->front().id;
  std::uint32_t ended = 0;
  std::erase_if(*runs, [&](const ListedRun& run) {
    const bool for_good = run.state == RunState::kSucceeded || run.state == RunState::kFailed ||
                          run.state == RunState::kCancelled;
    if (!for_good) return true;
    return ++ended <= filter.keep || run.id == latest || !run.finished_at ||
           *run.finished_at >= filter.ended_before;
  });
  return runs;
}

Result<std::uint64_t> Registry::remove_runs(const std::vector<RunId>& runs, WallTime now,
                                            const std::string& by) {
  const Result<RegistryHead> head = this->head();
  if (!head) return head.error();
  if (Result<void> begun = connection_->begin.run(); !begun) return begun.error();
  const auto undo = [&](const Error& error) {
    [[maybe_unused]] const Result<void> undone = connection_->database.execute("ROLLBACK");
    return error;
  };
  // The largest token may go with its run, and must not be handed out again.
  const Result<void> kept = connection_->database.execute(
      fmt::format("UPDATE registry SET token_floor = max(token_floor, {})",
                  head->last_token.number())
          .c_str());
  if (!kept) return undo(kept.error());
  Fact fact;
  fact.sequence = Sequence{head->last_sequence.number() + 1};
  fact.at = now;
  fact.kind = FactKind::kRegistryPruned;
  std::uint64_t facts = 0;
  for (const RunId run : runs) {
    const Result<std::uint64_t> removed = remove_run_rows(connection_->database, run);
    if (!removed) return undo(removed.error());
    facts += *removed;
  }
  fact.number = static_cast<std::int64_t>(facts);
  fact.detail = fmt::format("{}: {}", by, names_of(runs));
  journal::bind_fact(connection_->insert_fact, fact);
  if (Result<void> added = connection_->insert_fact.run(); !added) return undo(added.error());
  if (Result<void> ended = connection_->end.run(); !ended) return undo(ended.error());
  connection_->last_sequence = fact.sequence;
  return facts;
}

Result<void> Registry::shrink() {
  if (Result<void> made = connection_->database.execute("VACUUM"); !made) return made;
  return connection_->database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace headway
