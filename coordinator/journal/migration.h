#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "coordinator/journal/database.h"

namespace headway::journal {

/// The step from `from` to the version after it.
struct Migration {
  std::int32_t from = 0;
  std::string sql;
};

/// The steps that lead from the first version to kSchemaVersion. The last makes the views anew, as
/// schemas/registry.sql has them.
std::span<const Migration> migrations();

/// Takes a registry from its `user_version` to `target`, all steps in one transaction;
/// `user_version` is set by the last. Before that a copy is made beside it,
/// `<path>.before-v<target>`, which replaces one of an earlier, failed try. After an error the
/// registry is as it was.
Result<void> migrate(const Database& database, std::int32_t target,
                     std::span<const Migration> steps);

}  // namespace headway::journal
