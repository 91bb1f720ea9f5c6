#include "coordinator/journal/migration.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/journal/backup.h"

namespace headway::journal {

std::span<const Migration> migrations() { return {}; }

namespace {

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
    if (const Result<void> done = database.execute(step->sql); !done) return done;
  }
  return database.execute(fmt::format("PRAGMA user_version = {}", target).c_str());
}

}  // namespace

Result<void> migrate(const Database& database, std::int32_t target,
                     std::span<const Migration> steps) {
  const Result<std::int64_t> version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == target) return {};

  const std::string copy = fmt::format("{}.before-v{}", database.path(), target);
  if (const Result<void> saved = copy_database(database, copy, CopyPlace::kReplace); !saved)
    return saved;

  if (const Result<void> begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
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
