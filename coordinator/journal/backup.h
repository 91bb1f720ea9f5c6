#pragma once

#include <string>

#include "coordinator/journal/database.h"

namespace headway::journal {

enum class CopyPlace {
  kNew,      ///< there must be no file of that name
  kReplace,  ///< replaces one
};

/// Copies one moment of a database to a new file with SQLite's backup interface, while others may
/// write to it: written as
/// `<path>.partial`, synced, then renamed, so that a file of the right name is always whole. The
/// copy is one file, not in WAL mode, mode 0600.
Result<void> copy_database(const Database& from, const std::string& path, CopyPlace place);

/// The same of a registry that goes on afterwards: its copy never hands out a token that the
/// original may have handed out since (`token_floor` in schemas/registry.sql).
Result<void> back_up_registry(const Database& from, const std::string& path);

/// Tokens that a registry skips when it goes on from a copy.
inline constexpr std::int64_t kTokensSkippedByCopies = std::int64_t{1} << 20;

}  // namespace headway::journal
