// Registry::verify: each check is a query that gives one row for each thing that is wrong.

#include <array>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "common/wire/codec.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

using journal::Database;
using journal::Statement;

namespace {

/// Sentences for one check; after these it says only that there are more.
constexpr std::size_t kMostSentencesPerCheck = 20;

/// Each gives a sentence a row.
constexpr std::array kChecks = {
    "SELECT 'the table registry has ' || count(*) || ' rows, not one' FROM registry HAVING "
    "count(*) <> 1",

    // Up to where runs were last removed with their facts, only how many are missing can be known.
    "SELECT 'facts are missing between ' || before || ' and ' || sequence FROM "
    "(SELECT sequence, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before FROM facts) WHERE "
    "sequence <> before + 1 AND sequence > "
    "(SELECT coalesce(max(sequence), 0) FROM facts WHERE kind = 'registry pruned')",

    "SELECT 'up to fact ' || last || ' ' || missing || ' facts are missing, but ' || removed || ' "
    "were removed with their runs' FROM (SELECT max(sequence) AS last, max(sequence) - count(*) AS "
    "missing, (SELECT sum(number) FROM facts WHERE kind = 'registry pruned') AS removed FROM facts "
    "WHERE sequence <= (SELECT max(sequence) FROM facts WHERE kind = 'registry pruned')) WHERE "
    "missing <> removed",

    "SELECT 'fact ' || sequence || ' names run r' || run || ', which is not there' FROM facts "
    "WHERE run IS NOT NULL AND run NOT IN (SELECT run FROM runs)",

    "SELECT 'fact ' || sequence || ' names ticket ' || ticket || ' of run r' || coalesce(run, '?') "
    "|| "
    "', which is not there' FROM facts WHERE ticket IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM tickets WHERE tickets.run = facts.run AND tickets.ticket = facts.ticket)",

    "SELECT 'run r' || run || ' has ' || (SELECT count(*) FROM tickets WHERE tickets.run = "
    "runs.run AND removed = 0) || "
    "' tickets, but says ' || tickets FROM runs "
    "WHERE tickets <> (SELECT count(*) FROM tickets WHERE tickets.run = runs.run AND removed = 0)",

    "SELECT 'fact ' || sequence || ' changes the plan of run r' || run || ' to version ' || number "
    "|| "
    "', which is not there' FROM facts WHERE kind = 'plan changed' AND NOT EXISTS (SELECT 1 FROM "
    "plan_versions WHERE plan_versions.run = facts.run AND plan_versions.version = facts.number)",

    "SELECT 'there is a compiled plan of run r' || run || ', which is not there' FROM "
    "compiled_plans WHERE run NOT IN (SELECT run FROM runs)",

    "SELECT 'there are tickets of run r' || run || ', which is not there' FROM tickets "
    "WHERE run NOT IN (SELECT run FROM runs) GROUP BY run",

    "SELECT 'the first fact of run r' || runs.run || ' is not that it was submitted' FROM runs "
    "WHERE 'run submitted' IS NOT "
    "(SELECT kind FROM facts WHERE facts.run = runs.run ORDER BY sequence LIMIT 1)",

    "SELECT 'run r' || runs.run || ' is ' || runs.state || ', but its facts say ' || said FROM "
    "runs JOIN "
    "(SELECT run, max(sequence), CASE kind WHEN 'run paused' THEN 'paused' WHEN 'run stopping' "
    "THEN 'stopping' "
    "WHEN 'run ended' THEN run_state ELSE 'running' END AS said FROM facts WHERE kind IN ('run "
    "submitted', 'run paused', "
    "'run resumed', 'run stopping', 'run ended') GROUP BY run) AS last USING (run) WHERE "
    "runs.state <> said",

    "SELECT 'fact ' || sequence || ' hands out token ' || coalesce(token, 'none') || ' after token "
    "' || before FROM "
    "(SELECT sequence, token, lag(token, 1, 0) OVER (ORDER BY sequence) AS before FROM facts "
    "WHERE kind IN ('ticket assigned', 'check assigned')) WHERE token IS NULL OR token <= before",

    "SELECT 'fact ' || sequence || ' (' || kind || ') is about token ' || coalesce(token, 'none') "
    "|| ', which was handed out for no check before' FROM facts "
    "WHERE kind = 'check started' AND NOT EXISTS (SELECT 1 FROM facts AS assigned "
    "WHERE assigned.kind = 'check assigned' AND assigned.token = facts.token "
    "AND assigned.run = facts.run AND assigned.sequence < facts.sequence)",

    "SELECT 'fact ' || sequence || ' (' || kind || ') is about token ' || coalesce(token, 'none') "
    "|| "
    "', which was not handed out for that ticket before' FROM facts "
    "WHERE kind IN ('attempt started', 'attempt ended') AND NOT EXISTS (SELECT 1 FROM facts AS "
    "assigned "
    "WHERE assigned.kind = 'ticket assigned' AND assigned.token = facts.token AND assigned.run = "
    "facts.run "
    "AND assigned.ticket = facts.ticket AND assigned.sequence < facts.sequence)",

    "SELECT 'fact ' || sequence || ' ends the attempt with token ' || token || ' for the second "
    "time' FROM "
    "(SELECT sequence, token, row_number() OVER (PARTITION BY token ORDER BY sequence) AS times "
    "FROM facts "
    "WHERE kind = 'attempt ended') WHERE times > 1",

    "SELECT 'fact ' || sequence || ' names worker ' || worker || ', which never joined' FROM facts "
    "WHERE worker IS NOT NULL AND worker NOT IN "
    "(SELECT worker FROM facts WHERE run IS NULL AND kind = 'worker joined' AND worker IS NOT "
    "NULL)",

    "SELECT 'the tallies of worker ' || worker || ' count ' || counted || ' attempts, but its "
    "facts ' || coalesce(happened, 0) FROM "
    "(SELECT worker, sum(ended) AS counted FROM tallies GROUP BY worker) LEFT JOIN "
    "(SELECT worker, count(*) AS happened FROM facts WHERE kind = 'attempt ended' AND outcome NOT "
    "IN ('worker lost', 'killed its workers', 'cancelled', 'taken back') GROUP BY worker) "
    "USING (worker) WHERE counted > coalesce(happened, 0) AND NOT EXISTS "
    "(SELECT 1 FROM facts WHERE kind = 'registry pruned')",
};

/// Adds a sentence for each row of `sql`, whose first column is a sentence.
Result<void> collect(const Database& database, std::string_view sql,
                     std::vector<std::string>& wrong) {
  Result<Statement> rows = database.prepare(sql);
  if (!rows) return rows.error();
  for (std::size_t count = 0;; ++count) {
    const Result<bool> more = rows->step();
    if (!more) return more.error();
    if (!*more) return {};
    if (count == kMostSentencesPerCheck) {
      wrong.emplace_back("... and more of this kind");
      return {};
    }
    wrong.push_back(printable(rows->bytes(0)));
  }
}

/// SQLite's own check: structure of the file, indexes against tables, NOT NULL and types.
Result<void> check_file(const Database& database, std::vector<std::string>& wrong) {
  std::vector<std::string> said;
  if (Result<void> checked = collect(database, "PRAGMA integrity_check(20)", said); !checked)
    return checked;
  for (std::string& line : said) {
    if (line != "ok") wrong.push_back("the file is damaged: " + std::move(line));
  }
  return {};
}

/// What SQL cannot see: words, options, hashes.
Result<void> check_content(const Database& database, std::vector<std::string>& wrong) {
  Result<Statement> facts =
      database.prepare(fmt::format("SELECT {} FROM facts", journal::kFactColumns));
  if (!facts) return facts.error();
  std::size_t count = 0;
  while (count < kMostSentencesPerCheck) {
    const Result<bool> more = facts->step();
    if (!more) return more.error();
    if (!*more) break;
    Fact fact;
    if (const Result<void> read = journal::read_fact(*facts, fact); !read) {
      wrong.push_back(read.error().message);
      ++count;
    }
  }
  Result<Statement> runs =
      database.prepare("SELECT run, plan_sha256, options, plan_text, state FROM runs");
  if (!runs) return runs.error();
  while (true) {
    const Result<bool> more = runs->step();
    if (!more) return more.error();
    if (!*more) return {};
    const std::int64_t run = runs->integer(0);
    if (sha256_hex(std::string(runs->bytes(3))) != runs->bytes(1)) {
      wrong.push_back(fmt::format(
          "the plan of run r{} is not the one that was submitted: its SHA-256 differs", run));
    }
    if (const Result<RunOptions> options = decode_body<RunOptions>(runs->bytes(2)); !options) {
      wrong.push_back(
          fmt::format("the options of run r{} cannot be read: {}", run, options.error().message));
    }
    if (!from_text<RunState>(runs->bytes(4))) {
      wrong.push_back(
          fmt::format("run r{} has an unknown state: `{}`", run, printable(runs->bytes(4))));
    }
  }
}

}  // namespace

Result<std::vector<std::string>> Registry::verify() const {
  const Database& database = connection_->database;
  const Result<journal::Snapshot> snapshot = journal::Snapshot::of(database);
  if (!snapshot) return snapshot.error();
  std::vector<std::string> wrong;
  if (const Result<void> checked = check_file(database, wrong); !checked) return checked.error();
  // What is read from a damaged file proves nothing.
  if (!wrong.empty()) return wrong;
  for (const char* check : kChecks) {
    if (const Result<void> checked = collect(database, check, wrong); !checked)
      return checked.error();
  }
  if (const Result<void> checked = check_content(database, wrong); !checked) return checked.error();
  return wrong;
}

}  // namespace headway
