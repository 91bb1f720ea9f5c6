#include "coordinator/journal/migration.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/journal/backup.h"
#include "coordinator/journal/schema.h"

namespace headway::journal {

namespace {

/// From version 1: the compiled plans; those of older runs are made when a coordinator starts.
constexpr char kAddCompiledPlans[] =
    "CREATE TABLE compiled_plans (run INTEGER PRIMARY KEY REFERENCES runs (run), "
    "compiled BLOB NOT NULL) STRICT;";

/// From version 2: which request made a run; of older runs nobody asks again.
constexpr char kAddSubmissions[] =
    "CREATE TABLE submissions (client INTEGER NOT NULL, upload INTEGER NOT NULL, "
    "run INTEGER NOT NULL REFERENCES runs (run), PRIMARY KEY (client, upload)) "
    "STRICT, WITHOUT ROWID;";

/// From version 3: how well workers did. It begins here, since older rows do not say categories.
/// There are new kinds of facts as well, which an older program does not know.
constexpr char kAddTallies[] =
    "CREATE TABLE tallies (worker INTEGER NOT NULL, category ANY NOT NULL, ended INTEGER NOT NULL, "
    "succeeded INTEGER NOT NULL, timed INTEGER NOT NULL, took_us INTEGER NOT NULL, "
    "estimated_us INTEGER NOT NULL, last_sequence INTEGER NOT NULL, "
    "PRIMARY KEY (worker, category)) STRICT, WITHOUT ROWID;";

/// From version 4: versions of runs' plans; every older run is at its first.
constexpr char kAddPlanVersions[] =
    "CREATE TABLE plan_versions (run INTEGER NOT NULL REFERENCES runs (run), "
    "version INTEGER NOT NULL, made_at_ms INTEGER NOT NULL, why ANY NOT NULL, undoes INTEGER, "
    "plan_file ANY NOT NULL, plan_sha256 ANY NOT NULL, options BLOB NOT NULL, "
    "removed ANY NOT NULL, compiled BLOB NOT NULL, plan_text ANY NOT NULL, "
    "PRIMARY KEY (run, version)) STRICT;"
    "ALTER TABLE tickets ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;"
    "CREATE UNIQUE INDEX facts_check ON facts (token) WHERE kind = 'check assigned';";

/// Views hold nothing: those of an older version are replaced by this one's.
std::string make_views_anew() {
  const std::string_view schema = kSchemaSql;
  const std::size_t views = schema.find("-- ---- Views");
  HW_CHECK(views != std::string_view::npos, "the schema's views are not where they were");
  return "DROP VIEW run; DROP VIEW attempt; DROP VIEW ticket; DROP VIEW worker; "
         "DROP VIEW IF EXISTS tally;" +
         std::string(schema.substr(views));
}

Result<void> apply(const Database& database, std::int32_t from, std::int32_t target,
                   std::span<const Migration> steps) {
  for (std::int32_t version = from; version < target; ++version) {
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [&](const Migration& known) { return known.from == version; });
    if (step == steps.end()) {
      return Error{
          ErrorKind::kFailed,
          fmt::format("the registry {} has version {}, from which no way leads to version {}",
                      printable(database.path()), version, target)};
    }
    if (Result<void> done = database.execute(step->sql.c_str()); !done) return done;
  }
  return database.execute(fmt::format("PRAGMA user_version = {}", target).c_str());
}

}  // namespace

std::span<const Migration> migrations() {
  static const std::array kSteps = {Migration{1, kAddCompiledPlans}, Migration{2, kAddSubmissions},
                                    Migration{3, kAddTallies},
                                    Migration{4, kAddPlanVersions + make_views_anew()}};
  return kSteps;
}

Result<void> migrate(const Database& database, std::int32_t target,
                     std::span<const Migration> steps) {
  const Result<std::int64_t> version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == target) return {};

  const std::string copy = fmt::format("{}.before-v{}", database.path(), target);
  if (Result<void> saved = copy_database(database, copy, CopyPlace::kReplace); !saved) return saved;

  if (Result<void> begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> applied = apply(database, static_cast<std::int32_t>(*version), target, steps);
  if (applied) applied = database.execute("COMMIT");
  if (!applied) {
    // A failed COMMIT may have rolled back by itself: then there is nothing left to roll back.
    if (sqlite3_get_autocommit(database.handle()) == 0) {
      [[maybe_unused]] const Result<void> undone = database.execute("ROLLBACK");
    }
    return Error{
        applied.error().kind,
        fmt::format("{} (while bringing it to version {}; it is unchanged, and a copy is in {})",
                    applied.error().message, target, printable(copy))};
  }
  return {};
}

}  // namespace headway::journal
