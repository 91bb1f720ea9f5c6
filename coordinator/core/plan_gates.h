#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coordinator/core/state.h"

namespace headway {

/// When the gates of a plan are due. Pure questions about one run; gates are numbered from 1.

/// The ends that this gate counts: of groups, of tickets; 0 where it goes by time.
std::uint32_t ends_counted(const Run& run, std::uint32_t number);

/// Why the gate is due by what has ended since it last was; none: it is not. Gates at the end are
/// due once every ticket has ended, which the caller sees to (`at_end`).
std::optional<std::string> why_due(const Run& run, std::uint32_t number, bool at_end);

/// Whether the run has gates that are due, at a worker, or were the reason to pause it.
bool waits_for_plan_gates(const Run& run);

/// Whether gates have yet to pass before a run whose tickets have all ended may end: also those
/// that would be due then.
bool lacks_plan_gates(const Run& run);

/// Whether a gate failed that fails the run.
bool failed_by_plan_gate(const Run& run);

}  // namespace headway
