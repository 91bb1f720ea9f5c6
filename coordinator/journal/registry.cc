#include "coordinator/journal/registry.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "common/wire/codec.h"
#include "coordinator/journal/backup.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/opening.h"
#include "coordinator/journal/tally_rows.h"

namespace headway {

using journal::Statement;
using journal::to_column;

namespace {

/// The path by which everybody means the same file, and so the same lock: the folder without links,
/// and the file's own link followed.
Result<std::string> canonical(const std::string& path, bool make_folder) {
  if (path.empty() || path.ends_with('/') || path.find('\0') != std::string::npos) {
    return Error{ErrorKind::kUsage,
                 fmt::format("`{}` does not name a file for a registry", printable(path))};
  }
  if (Result<std::string> there = absolute_path(path); there) return there;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (make_folder) {
    if (const Result<void> made = make_directories(folder); !made) return made.error();
  }
  const Result<std::string> resolved = absolute_path(folder);
  if (!resolved) return resolved.error();
  return *resolved + (resolved->ends_with('/') ? "" : "/") + path.substr(slash + 1);
}

/// The state of its run after this fact; nothing where it leaves that as it is.
std::optional<RunState> run_state_after(const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kRunSubmitted:
    case FactKind::kRunResumed:
      return RunState::kRunning;
    case FactKind::kRunPaused:
      return RunState::kPaused;
    case FactKind::kRunStopping:
      return RunState::kStopping;
    case FactKind::kRunEnded:
      return fact.run_state.value_or(RunState::kStopped);
    case FactKind::kRunLoad:
    case FactKind::kRunSteered:
    case FactKind::kParallelismSet:
    case FactKind::kResourceSet:
    case FactKind::kPlanChanged:
    case FactKind::kPrioritySet:
    case FactKind::kTicketPinned:
    case FactKind::kEpochStarted:
    case FactKind::kLockWait:
    case FactKind::kTicketAssigned:
    case FactKind::kAttemptStarted:
    case FactKind::kAttemptEnded:
    case FactKind::kAttemptValidating:
    case FactKind::kCommandEnded:
    case FactKind::kCheckAssigned:
    case FactKind::kCheckStarted:
    case FactKind::kCheckEnded:
    case FactKind::kReviewOpened:
    case FactKind::kReviewDecided:
    case FactKind::kRollbackPlanned:
    case FactKind::kRollbackEnded:
    case FactKind::kRollbackSettled:
    case FactKind::kPlanGateDue:
    case FactKind::kPlanGateEnded:
    case FactKind::kRegistryPruned:
    case FactKind::kRegistryVerified:
    case FactKind::kArtifact:
    case FactKind::kFileLeft:
    case FactKind::kCheckpoint:
    case FactKind::kTicketEnded:
    case FactKind::kTicketCancelling:
    case FactKind::kTicketReopened:
    case FactKind::kWorkerJoined:
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
    case FactKind::kWorkerDraining:
      return std::nullopt;
  }
  return std::nullopt;
}

Result<void> store_tickets(Statement& insert, const StoredRun& run) {
  for (std::size_t i = 0; i < run.tickets.size(); ++i) {
    const StoredTicket& ticket = run.tickets[i];
    insert.bind(1, to_column(run.id.number()));
    insert.bind(2, static_cast<std::int64_t>(i));
    insert.bind_text(3, ticket.id);
    insert.bind_text(4, ticket.title);
    insert.bind_text(5, ticket.priority);
    insert.bind(6, ticket.group);
    insert.bind(7, ticket.allow_failure ? 1 : 0);
    if (Result<void> stored = insert.run(); !stored) return stored;
  }
  return {};
}

Result<void> store_compiled_plan(Statement& insert, RunId run, std::string_view compiled) {
  insert.bind(1, to_column(run.number()));
  insert.bind_blob(2, compiled);
  return insert.run();
}

Result<void> store_run(Statement& insert, const StoredRun& run) {
  const std::string options = encode_body(run.options);
  insert.bind(1, to_column(run.id.number()));
  insert.bind_text(2, run.name);
  insert.bind_text(3, to_text(RunState::kRunning));
  insert.bind(4, to_millis(run.submitted_at));
  insert.bind(5, static_cast<std::int64_t>(run.tickets.size()));
  insert.bind_text(6, run.plan_sha256);
  insert.bind_text(7, run.options.plan_folder);
  insert.bind_text(8, run.options.plan_file);
  run.options.max_parallel ? insert.bind(9, *run.options.max_parallel) : insert.bind_null(9);
  insert.bind(10, run.options.local_agents);
  insert.bind_blob(11, options);
  insert.bind_text(12, run.plan_text);
  return insert.run();
}

}  // namespace

Registry::Registry(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;
Registry::~Registry() = default;

namespace {

constexpr char kSelectTicketId[] = "SELECT id FROM tickets WHERE run = ?1 AND ticket = ?2";

/// Prepares each statement that is kept; the first error, if any.
Result<void> prepare_all(const journal::Database& database,
                         std::initializer_list<std::pair<Statement*, std::string_view>> wanted) {
  for (const auto& [statement, sql] : wanted) {
    Result<Statement> prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(prepared).value();
  }
  return {};
}

}  // namespace

Result<Registry> Registry::open_owner(const std::string& path) {
  const Result<std::string> file = canonical(path, true);
  if (!file) return file.error();
  Result<journal::RegistryLock> lock = journal::RegistryLock::take(*file);
  if (!lock) return lock.error();
  Result<journal::Database> database = journal::open_for_owner(*file);
  if (!database) return database.error();

  auto connection = std::make_unique<Connection>(
      Connection{std::move(lock).value(), std::move(database).value()});
  const Result<std::int64_t> last =
      connection->database.number("SELECT coalesce(max(sequence), 0) FROM facts");
  if (!last) return last.error();
  connection->last_sequence = Sequence{journal::from_column(*last)};

  std::string values = "?1";
  for (int i = 2; i <= journal::kFactColumnCount; ++i) values += fmt::format(", ?{}", i);
  const std::string insert_fact =
      fmt::format("INSERT INTO facts ({}) VALUES ({})", journal::kFactColumns, values);
  const Result<void> prepared = prepare_all(
      connection->database,
      {{&connection->begin, "BEGIN IMMEDIATE"},
       {&connection->end, "COMMIT"},
       {&connection->insert_run,
        "INSERT INTO runs (run, name, state, submitted_at_ms, tickets, plan_sha256, plan_folder, "
        "plan_file, "
        "max_parallel, local_agents, options, plan_text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
        "?9, ?10, ?11, ?12)"},
       {&connection->insert_submission,
        "INSERT OR IGNORE INTO submissions (client, upload, run) VALUES (?1, ?2, ?3)"},
       {&connection->insert_compiled,
        "INSERT OR REPLACE INTO compiled_plans (run, compiled) VALUES (?1, ?2)"},
       {&connection->insert_ticket,
        "INSERT INTO tickets (run, ticket, id, title, priority, plan_group, allow_failure) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
       {&connection->insert_fact, insert_fact},
       {&connection->update_run, "UPDATE runs SET state = ?2, finished_at_ms = ?3 WHERE run = ?1"},
       {&connection->update_counts,
        "UPDATE runs SET succeeded = ?2, failed = ?3, aborted = ?4, cancelled = ?5 WHERE run = ?1"},
       {&connection->replace_tally, journal::kReplaceTally},
       {&connection->delete_tally, journal::kDeleteTally},
       {&connection->select_ticket_id, kSelectTicketId}});
  if (!prepared) return prepared.error();
  return Registry(std::move(connection));
}

Result<Registry> Registry::open_reader(const std::string& path) {
  const Result<std::string> file = canonical(path, false);
  if (!file) {
    if (file.error().kind == ErrorKind::kUsage) return file.error();
    return Error{file.error().kind,
                 fmt::format("there is no registry {}: {}", printable(path), file.error().message)};
  }
  Result<journal::Database> database = journal::open_for_reader(*file);
  if (!database) return database.error();
  auto connection =
      std::make_unique<Connection>(Connection{std::nullopt, std::move(database).value()});
  const Result<void> prepared =
      prepare_all(connection->database, {{&connection->select_ticket_id, kSelectTicketId}});
  if (!prepared) return prepared.error();
  return Registry(std::move(connection));
}

Result<void> Registry::commit(const Commit& commit) {
  Connection& own = *connection_;
  HW_CHECK(own.lock.has_value(), "only the owner of a registry commits to it");
  if (own.failed) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("an earlier commit to the registry {} failed: start again from the file",
                    printable(own.database.path()))};
  }
  std::uint64_t expected = own.last_sequence.number();
  for (const Fact& fact : commit.facts) {
    if (fact.sequence.number() != ++expected) {
      return Error{ErrorKind::kFailed,
                   fmt::format("fact {} does not follow fact {} [this is a bug of Headway]",
                               fact.sequence.number(), expected - 1)};
    }
  }
  if (commit.runs.empty() && commit.facts.empty()) return {};
  if (Result<void> done = write(commit); !done) {
    own.failed = true;
    if (sqlite3_get_autocommit(own.database.handle()) == 0) {
      [[maybe_unused]] const Result<void> undone = own.database.execute("ROLLBACK");
    }
    return done;
  }
  own.last_sequence = Sequence{expected};
  return {};
}

Result<void> Registry::write(const Commit& commit) {
  Connection& own = *connection_;
  if (Result<void> begun = own.begin.run(); !begun) return begun;
  for (const StoredRun& run : commit.runs) {
    if (Result<void> stored = store_run(own.insert_run, run); !stored) return stored;
    if (!run.compiled.empty()) {
      Result<void> stored = store_compiled_plan(own.insert_compiled, run.id, run.compiled);
      if (!stored) return stored;
    }
    if (run.upload != 0) {
      own.insert_submission.bind(1, to_column(run.client));
      own.insert_submission.bind(2, to_column(run.upload));
      own.insert_submission.bind(3, to_column(run.id.number()));
      if (Result<void> stored = own.insert_submission.run(); !stored) return stored;
    }
    if (Result<void> stored = store_tickets(own.insert_ticket, run); !stored) return stored;
  }
  for (const StoredPlan& plan : commit.plans) {
    if (Result<void> stored = write_plan(plan); !stored) return stored;
  }
  for (const Fact& fact : commit.facts) {
    journal::bind_fact(own.insert_fact, fact);
    if (Result<void> added = own.insert_fact.run(); !added) return added;
    const std::optional<RunState> state = run_state_after(fact);
    if (!state) continue;
    own.update_run.bind(1, to_column(fact.run.number()));
    own.update_run.bind_text(2, to_text(*state));
    fact.kind == FactKind::kRunEnded ? own.update_run.bind(3, to_millis(fact.at))
                                     : own.update_run.bind_null(3);
    if (Result<void> updated = own.update_run.run(); !updated) return updated;
    if (sqlite3_changes(own.database.handle()) != 1) {
      return Error{
          ErrorKind::kFailed,
          fmt::format("fact {} names run r{}, which is not stored [this is a bug of Headway]",
                      fact.sequence.number(), fact.run.number())};
    }
  }
  for (const EndedCounts& counts : commit.counts) {
    own.update_counts.bind(1, to_column(counts.run.number()));
    own.update_counts.bind(2, counts.succeeded);
    own.update_counts.bind(3, counts.failed);
    own.update_counts.bind(4, counts.aborted);
    own.update_counts.bind(5, counts.cancelled);
    if (Result<void> updated = own.update_counts.run(); !updated) return updated;
  }
  for (const KeptTally& kept : commit.tallies) {
    const bool forgotten = kept.tally.ended == 0;
    Statement& change = forgotten ? own.delete_tally : own.replace_tally;
    forgotten ? journal::bind_tally_key(change, kept.of) : journal::bind_tally(change, kept);
    if (Result<void> changed = change.run(); !changed) return changed;
  }
  return own.end.run();
}

Result<void> Registry::store_compiled(RunId run, std::string_view compiled) {
  HW_CHECK(connection_->lock.has_value(), "only the owner of a registry writes to it");
  return store_compiled_plan(connection_->insert_compiled, run, compiled);
}

Result<void> Registry::backup_to(const std::string& path) const {
  if (path.empty() || path.ends_with('/') || path.find('\0') != std::string::npos) {
    return Error{ErrorKind::kUsage,
                 fmt::format("`{}` does not name a file for a copy", printable(path))};
  }
  return journal::back_up_registry(connection_->database, path);
}

}  // namespace headway
