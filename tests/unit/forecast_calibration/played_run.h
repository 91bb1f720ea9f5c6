#pragma once

#include <optional>
#include <vector>

#include "coordinator/forecast/forecast.h"
#include "truth.h"

namespace headway::test {

/// What was forecast on the way, and what came of it.
struct Look {
  double share = 0;  ///< of the tickets that were over
  Forecast forecast;
  Duration left{};  ///< that it really took from then on
};

/// Executes a case on a real core in virtual time, as its truth says, and forecasts its end when
/// each of these shares of its tickets is over, where that differs.
std::vector<Look> play(const Case& of, const std::vector<double>& shares);

}  // namespace headway::test
