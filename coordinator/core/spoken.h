#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/shell_word.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "coordinator/core/core.h"

/// Numbers and names as sentences of the core say them.

namespace headway {

/// A duration to the precision that a person needs: `0.4s`, `12s`, `42m`, `3h 20m`.
std::string spoken(Duration duration);
/// A ticket's state as it follows `is`: `running`, `in review`.
std::string_view spoken(TicketState state);
/// `A, B, C and 7 more`: the first of `names`, of which there are `in_all`.
std::string listed(const std::vector<std::string>& names, std::size_t in_all, std::size_t most = 5);

/// Why nothing is handed out while nobody takes tickets: `no worker has joined yet`, or that those
/// that have take none.
const char* nobody_takes_tickets(const State& state);
/// Starts a worker there: `headway-worker --connect ADDRESS`; `join_words` as in CoreOptions.
std::string join_command(std::string_view join_words, std::string_view program = "headway-worker");
/// `2`, `1.5`, or of memory `8GiB`: so much of a resource, in thousandths of its unit.
std::string amount_words(const std::string& resource, std::int64_t thousandths);
/// What a ticket needs of a resource, in thousandths.
std::int64_t amount_of(const Ticket& ticket, std::string_view resource);
/// `enough of the resource cpus (at most 2, 64 are needed)`; in thousandths.
std::string too_little(const std::string& resource, std::int64_t most, std::int64_t needed);
/// The resource, counted for the whole cluster, that such words are about; none: something else.
std::optional<std::string> counted_resource(const Run& run, std::string_view too_little_words);

/// `It was not tried again, though its plan allows that 3 times more: fail_fast.`; empty where no
/// retry was dropped.
std::string dropped_retries(const Run& run, TicketIndex ticket);

/// ` r3`, to follow a verb that takes a run: what a command needs to mean this run; empty where it
/// would choose it by itself. `core`: null where no coordinator is alive, and so other runs may be
/// unfinished that are not in `state`.
std::string run_word(const State& state, const Core* core, RunId run);

}  // namespace headway
