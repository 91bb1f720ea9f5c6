#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/states.h"

namespace headway::cli {

/// What tickets are told apart by where their states are too many.
enum class Standing : std::uint8_t { kWaiting, kActive, kSucceeded, kFailed, kNotRun };
inline constexpr std::size_t kStandings = 5;

Standing standing_of(TicketState state);
/// Its class in the page's style sheet.
std::string_view class_of(Standing standing);

/// Which tickets are looked at first, from 0: what failed, what waits for a person, what goes on,
/// what was not run for it, what waits, what succeeded.
int urgency(TicketState state);

}  // namespace headway::cli
