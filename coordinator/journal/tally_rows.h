#pragma once

#include "coordinator/core/track_record.h"
#include "coordinator/journal/database.h"

namespace headway::journal {

/// Takes what `bind_tally` binds.
inline constexpr char kReplaceTally[] =
    "INSERT OR REPLACE INTO tallies (worker, category, ended, succeeded, timed, took_us, "
    "estimated_us, last_sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
/// Takes what `bind_tally_key` binds.
inline constexpr char kDeleteTally[] = "DELETE FROM tallies WHERE worker = ?1 AND category = ?2";

void bind_tally(Statement& statement, const KeptTally& kept);
void bind_tally_key(Statement& statement, const TallyKey& key);

}  // namespace headway::journal
