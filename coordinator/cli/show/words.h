#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/cli/show/format.h"

/// Pieces of text about runs and tickets that several verbs print.

namespace headway::cli {

/// `r7`.
std::string run_name(RunId run);
/// Reads `r7` or `7`.
Result<RunId> parse_run(std::string_view word);

/// A duration as people want to see it, to two units: `1.2s`, `3m 05s`, `2h 15m`, `3d 4h`.
std::string short_duration(Duration duration);
/// The same to one unit: `6m`.
std::string brief_duration(Duration duration);
/// `12:03:04`, in the zone of this machine.
std::string clock_time(WallTime at);
/// `75%`; never `100%` before it is.
std::string percent(double share);

/// What a ticket's last attempt took, or has taken so far; none: none has started, or nothing is
/// known of it.
std::optional<Duration> time_taken(const TicketView& ticket, WallTime now);

/// Why an attempt did not succeed: `exit 1`, `timeout`, `worker lost`; with the detail, if any.
std::string cause(std::optional<Outcome> outcome, std::optional<std::int32_t> exit_code,
                  std::string_view detail);

/// Whether nothing more happens in a run unless somebody resumes it.
constexpr bool has_come_to_rest(RunState state) {
  return is_final(state) || state == RunState::kStopped;
}

/// A ticket's state with what it is busy with and how its rollback stands: `validating gate 2/3`,
/// `review 6m`, `failed, to be put back`, `failed, ROLLBACK FAILED`.
std::string state_words(const TicketView& ticket, WallTime now);

/// What of a run only a person can mend, a sentence each: reviews, rollbacks that failed, gates of
/// the plan that fail. Empty: nothing.
std::vector<std::string> attention_sentences(const RunSummary& run);

/// Tickets that have ended, however they did.
std::uint32_t ended_count(const RunSummary& run);

Colour colour_of(TicketState state);
Colour colour_of(RunState state);
Colour colour_of(AgentState state);

/// `ETA 12m 10s (90 %: within 18m 00s)`; empty: nothing is known.
std::string eta_text(const RunSummary& run);

/// `r1 release-1.4`.
std::string run_title(const RunSummary& run);
/// Whether a summary has counts: a list of runs leaves them out of those that would have to be
/// counted first.
bool counts_are_known(const RunSummary& run);
/// `2 succeeded, 1 failed of 4 tickets`: what became of a run's tickets, what is zero left out.
std::string counts_sentence(const RunSummary& run);
/// `a, b and 40 more`: the first five of these names, printable.
std::string some_of(const std::vector<std::string>& names);

}  // namespace headway::cli
