// What the registry answers to owner and readers alike.

#include <algorithm>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/wire/codec.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

using journal::from_column;
using journal::Statement;
using journal::to_column;

namespace {

Result<RunOptions> read_options(const Statement& row, int column, RunId run) {
  Result<RunOptions> options = decode_body<RunOptions>(row.bytes(column));
  if (options) return options;
  return Error{ErrorKind::kFailed,
               fmt::format("the options of run r{} in the registry cannot be read: {}",
                           run.number(), options.error().message)};
}

Result<ListedRun> read_listed_run(const Statement& row) {
  ListedRun run;
  run.id = RunId{from_column(row.integer(0))};
  run.name = row.bytes(1);
  const std::optional<RunState> state = from_text<RunState>(row.bytes(2));
  if (!state) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("run r{} of the registry has a state that this program does not know: `{}`",
                    run.id.number(), printable(row.bytes(2)))};
  }
  run.state = *state;
  run.submitted_at = wall_from_millis(row.integer(3));
  if (!row.is_null(4)) run.finished_at = wall_from_millis(row.integer(4));
  run.tickets = static_cast<std::uint32_t>(row.integer(5));
  run.plan_sha256 = row.bytes(6);
  Result<RunOptions> options = read_options(row, 7, run.id);
  if (!options) return options.error();
  run.options = std::move(options).value();
  int column = 8;
  for (std::uint32_t* count : {&run.succeeded, &run.failed, &run.aborted, &run.cancelled}) {
    *count = static_cast<std::uint32_t>(row.integer(column++));
  }
  run.plan_version = static_cast<std::uint32_t>(row.integer(column++));
  run.plan_file = row.is_null(column) ? run.options.plan_file : row.bytes(column);
  return run;
}

}  // namespace

Result<RegistryHead> Registry::head() const {
  // One statement, and so one moment. A copy skips epochs as it skips tokens: workers take one that
  // is smaller than what they have seen for a voice of the past.
  Result<Statement> row = connection_->database.prepare(
      "SELECT id, (SELECT coalesce(max(sequence), 0) FROM facts), "
      "max(token_floor, "
      "(SELECT coalesce(max(token), 0) FROM facts WHERE kind = 'ticket assigned'), "
      "(SELECT coalesce(max(token), 0) FROM facts WHERE kind = 'check assigned')), "
      "(SELECT coalesce(max(run), 0) FROM runs), "
      "(SELECT count(*) FROM facts WHERE run IS NULL AND kind = 'epoch started') + "
      "(token_floor >> 20 << 20) FROM registry");
  if (!row) return row.error();
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there) {
    return Error{ErrorKind::kFailed, fmt::format("the registry {} is damaged: it has no id",
                                                 printable(connection_->database.path()))};
  }
  RegistryHead head;
  head.id = row->bytes(0);
  head.last_sequence = Sequence{from_column(row->integer(1))};
  head.last_token = Token{from_column(row->integer(2))};
  head.last_run = RunId{from_column(row->integer(3))};
  head.last_epoch = Epoch{from_column(row->integer(4))};
  return head;
}

Result<std::vector<ListedRun>> Registry::list_runs(const RunFilter& filter) const {
  std::string sql =
      "SELECT run, name, state, submitted_at_ms, finished_at_ms, tickets, plan_sha256, options, "
      "succeeded, failed, aborted, cancelled, (SELECT coalesce(max(version), 1) FROM plan_versions "
      "WHERE plan_versions.run = runs.run), (SELECT plan_file FROM plan_versions "
      "WHERE plan_versions.run = runs.run ORDER BY version DESC LIMIT 1) FROM runs "
      "WHERE (?1 = 0 OR run < ?1)";
  if (filter.unfinished_only) sql += " AND state NOT IN ('succeeded', 'failed', 'cancelled')";
  sql += " ORDER BY run DESC LIMIT ?2";
  Result<Statement> rows = connection_->database.prepare(sql);
  if (!rows) return rows.error();
  rows->bind(1, to_column(filter.before.number()));
  rows->bind(2, filter.most);
  std::vector<ListedRun> runs;
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return more.error();
    if (!*more) return runs;
    Result<ListedRun> run = read_listed_run(*rows);
    if (!run) return run.error();
    runs.push_back(std::move(run).value());
  }
}

Result<StoredRun> Registry::load_run(RunId run) const {
  Result<StoredRun> stored = load_run_without_text(run);
  if (!stored) return stored;
  Result<Statement> row =
      connection_->database.prepare("SELECT plan_text FROM runs WHERE run = ?1");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  if (const Result<bool> there = row->step(); !there) return there.error();
  stored->plan_text = row->bytes(0);
  return stored;
}

Result<StoredRun> Registry::load_run_without_text(RunId run) const {
  Result<Statement> row = connection_->database.prepare(
      "SELECT name, submitted_at_ms, plan_sha256, options FROM runs WHERE run = ?1");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there)
    return Error{ErrorKind::kNotFound,
                 fmt::format("there is no run r{} in the registry", run.number())};
  StoredRun stored;
  stored.id = run;
  stored.name = row->bytes(0);
  stored.submitted_at = wall_from_millis(row->integer(1));
  stored.plan_sha256 = row->bytes(2);
  Result<RunOptions> options = read_options(*row, 3, run);
  if (!options) return options.error();
  stored.options = std::move(options).value();
  return stored;
}

Result<std::uint64_t> Registry::compiled_bytes() const {
  // The length of a BLOB is in its row's head: nothing of it is read.
  Result<Statement> row = connection_->database.prepare(
      "SELECT coalesce(sum(length(compiled)), 0) FROM (SELECT run, compiled FROM compiled_plans "
      "UNION ALL SELECT run, compiled FROM plan_versions) JOIN runs USING (run) "
      "WHERE state NOT IN ('succeeded', 'failed', 'cancelled')");
  if (!row) return row.error();
  if (const Result<bool> there = row->step(); !there) return there.error();
  return from_column(row->integer(0));
}

Result<void> Registry::read_compiled(RunId run,
                                     const std::function<void(std::string_view)>& use) const {
  Result<Statement> row =
      connection_->database.prepare("SELECT compiled FROM compiled_plans WHERE run = ?1");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  const Result<bool> there = row->step();
  if (!there) return there.error();
  use(*there ? row->bytes(0) : std::string_view{});
  return {};
}

Result<std::vector<std::string>> Registry::succeeded_tickets(const std::string& plan_sha256) const {
  // A ticket stands where the last fact with a state of its own left it; an attempt that is alive
  // has none.
  Result<Statement> rows = connection_->database.prepare(
      "SELECT DISTINCT tickets.id FROM runs JOIN tickets USING (run) "
      "JOIN facts AS last ON last.sequence = (SELECT max(newest.sequence) FROM facts AS newest "
      "  WHERE newest.run = tickets.run AND newest.ticket = tickets.ticket "
      "    AND (newest.kind IN ('ticket assigned', 'attempt started') "
      "      OR (newest.ticket_state IS NOT NULL AND newest.kind IN ('attempt ended', "
      "        'attempt validating', 'command ended', 'review opened', 'review decided', "
      "        'ticket ended', 'ticket reopened', 'rollback ended', 'rollback settled')))) "
      "WHERE runs.plan_sha256 = ?1 AND last.kind NOT IN ('ticket assigned', 'attempt started') "
      "  AND (last.ticket_state = 'succeeded' OR (last.ticket_state = 'failed' AND "
      "tickets.allow_failure = 1)) "
      "ORDER BY tickets.id");
  if (!rows) return rows.error();
  rows->bind_text(1, plan_sha256);
  std::vector<std::string> ids;
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return more.error();
    if (!*more) return ids;
    ids.emplace_back(rows->bytes(0));
  }
}

namespace {

/// What a filter asks for, as the conditions of a query.
std::string conditions_of(const Registry::FactFilter& filter) {
  HW_CHECK(!filter.ticket || filter.run.number() != 0,
           "facts of a ticket were asked for without its run");
  std::string sql = "sequence > ?1";
  if (filter.without_run) {
    sql += " AND run IS NULL";
  } else if (filter.run.number() != 0) {
    sql += " AND run = ?3";
  }
  if (filter.ticket) sql += " AND ticket = ?4";
  return sql;
}

void bind_filter(Statement& rows, const Registry::FactFilter& filter) {
  rows.bind(1, to_column(filter.after.number()));
  if (!filter.without_run && filter.run.number() != 0) rows.bind(3, to_column(filter.run.number()));
  if (filter.ticket) rows.bind(4, filter.ticket->number());
}

}  // namespace

Result<std::vector<Fact>> Registry::load_facts(const FactFilter& filter) const {
  Result<Statement> rows = connection_->database.prepare(fmt::format(
      "SELECT {} FROM facts WHERE {} ORDER BY sequence {}LIMIT ?2", journal::kFactColumns,
      conditions_of(filter), filter.latest_first ? "DESC " : ""));
  if (!rows) return rows.error();
  bind_filter(*rows, filter);
  constexpr std::size_t kNoLimit =
      static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  rows->bind(2, static_cast<std::int64_t>(std::min(filter.most, kNoLimit)));
  std::vector<Fact> facts;
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return more.error();
    if (!*more) return facts;
    const Result<void> read = journal::read_fact(*rows, facts.emplace_back());
    if (!read) return read.error();
  }
}

Result<std::uint64_t> Registry::count_facts(const FactFilter& filter) const {
  Result<Statement> rows =
      connection_->database.prepare("SELECT count(*) FROM facts WHERE " + conditions_of(filter));
  if (!rows) return rows.error();
  bind_filter(*rows, filter);
  const Result<bool> counted = rows->step();
  if (!counted) return counted.error();
  return static_cast<std::uint64_t>(rows->integer(0));
}

namespace {

/// The facts of one run, or of none, one at a time.
struct FactCursor {
  Statement rows;
  Fact fact{};

  /// False: there are no more.
  Result<bool> advance() {
    Result<bool> more = rows.step();
    if (!more || !*more) return more;
    const Result<void> read = journal::read_fact(rows, fact);
    if (!read) return read.error();
    return true;
  }
};

}  // namespace

Result<void> Registry::read_facts(const std::vector<RunId>& runs,
                                  const std::function<bool(const Fact&)>& visit) const {
  std::vector<std::unique_ptr<FactCursor>> cursors;
  const auto open = [&](std::string_view which, RunId run) -> Result<void> {
    Result<Statement> rows = connection_->database.prepare(fmt::format(
        "SELECT {} FROM facts WHERE {} ORDER BY sequence", journal::kFactColumns, which));
    if (!rows) return rows.error();
    if (run != RunId{}) rows->bind(1, to_column(run.number()));
    auto cursor = std::make_unique<FactCursor>(FactCursor{std::move(*rows)});
    const Result<bool> more = cursor->advance();
    if (!more) return more.error();
    if (*more) cursors.push_back(std::move(cursor));
    return {};
  };
  if (Result<void> opened = open("run IS NULL", RunId{}); !opened) return opened;
  for (const RunId run : runs) {
    if (Result<void> opened = open("run = ?1", run); !opened) return opened;
  }
  // The cursor with the oldest fact is at the front of the heap.
  const auto later = [](const auto& a, const auto& b) {
    return a->fact.sequence > b->fact.sequence;
  };
  std::ranges::make_heap(cursors, later);
  while (!cursors.empty()) {
    std::ranges::pop_heap(cursors, later);
    FactCursor& oldest = *cursors.back();
    if (!visit(oldest.fact)) return {};
    const Result<bool> more = oldest.advance();
    if (!more) return more.error();
    if (*more) {
      std::ranges::push_heap(cursors, later);
    } else {
      cursors.pop_back();
    }
  }
  return {};
}

Result<std::optional<Registry::MadeRun>> Registry::find_submission(std::uint64_t client,
                                                                   std::uint64_t upload) const {
  Result<Statement> row = connection_->database.prepare(
      "SELECT run, (SELECT min(sequence) FROM facts WHERE facts.run = submissions.run) "
      "FROM submissions WHERE client = ?1 AND upload = ?2");
  if (!row) return row.error();
  row->bind(1, to_column(client));
  row->bind(2, to_column(upload));
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there) return std::optional<MadeRun>{};
  return std::optional{
      MadeRun{RunId{from_column(row->integer(0))}, Sequence{from_column(row->integer(1))}}};
}

Result<Sequence> Registry::last_fact_of(RunId run) const {
  Result<Statement> row =
      connection_->database.prepare("SELECT coalesce(max(sequence), 0) FROM facts WHERE run = ?1");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  if (const Result<bool> there = row->step(); !there) return there.error();
  return Sequence{from_column(row->integer(0))};
}

Result<std::string> Registry::ticket_id(RunId run, TicketIndex ticket) const {
  Statement& row = connection_->select_ticket_id;
  row.bind(1, to_column(run.number()));
  row.bind(2, ticket.number());
  const Result<bool> there = row.step();
  Result<std::string> id =
      Error{ErrorKind::kNotFound,
            fmt::format("run r{} has no ticket with the index {}", run.number(), ticket.number())};
  if (!there) {
    id = there.error();
  } else if (*there) {
    id = std::string(row.bytes(0));
  }
  row.reset();  // an open statement would hold a snapshot, and keep the WAL from being reset
  return id;
}

}  // namespace headway
