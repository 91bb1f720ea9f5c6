#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "coordinator/forecast/duration_model.h"
#include "coordinator/forecast/situation.h"

namespace headway {

/// When a run may be over, from the situation on.
struct RemainingTime {
  Duration middle{};  ///< as probably earlier as later
  Duration late{};    ///< nine times of ten not later
  friend bool operator==(RemainingTime, RemainingTime) = default;
};

/// Asked now and then by what takes long; empty: never.
using GiveUp = std::function<bool()>;

struct Forecast {
  /// None: tickets are left that no agent can run, so that the run has no end; or it was given up.
  std::optional<RemainingTime> left;
  std::uint32_t stuck = 0;  ///< how many of these
  std::uint32_t samples = 0;
  std::array<std::uint32_t, kBases> basis{};  ///< tickets left by what their time is told from
  friend bool operator==(const Forecast&, const Forecast&) = default;
};

/// Plays the rest of the run many times, each with other durations and failures, drawn from what is
/// plausible after what was observed. The same situation gives the same forecast. Some 1 to 2
/// microseconds for each ticket left and each sample; of these there are 200 for small runs, fewer
/// for more tickets, 20 at least. Ends early, and says nothing, when `give_up` says so.
Forecast make_forecast(const Situation& situation, const GiveUp& give_up = {});

}  // namespace headway
