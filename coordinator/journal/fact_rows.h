#pragma once

#include "common/base/result.h"
#include "coordinator/core/fact.h"
#include "coordinator/journal/database.h"

/// The mapping between a Fact and a row of `facts`. Numbers of 64 unsigned bits are kept bit by
/// bit, which shows those above 2^63 as negative; durations in whole microseconds; what is empty or
/// 0 and means "none" as NULL.

namespace headway::journal {

/// The columns in the order that `bind_fact` and `read_fact` use.
inline constexpr char kFactColumns[] =
    "sequence, at_ms, kind, run, ticket, token, worker, slot, ticket_state, run_state, outcome, "
    "exit_code, signal, "
    "elapsed_us, cpu_us, max_memory_bytes, delay_us, number, digest, detail";
inline constexpr int kFactColumnCount = 20;

/// The fact must live until the statement is reset.
void bind_fact(Statement& statement, const Fact& fact);
/// Puts a row into `fact`, whatever was in it. Fails on a word that this program does not know.
Result<void> read_fact(const Statement& row, Fact& fact);

constexpr std::int64_t to_column(std::uint64_t number) { return static_cast<std::int64_t>(number); }
constexpr std::uint64_t from_column(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}

}  // namespace headway::journal
