#include "coordinator/cli/report/html/ticks.h"

#include <array>

#include "common/base/units.h"

namespace headway::cli {

namespace {

using namespace std::chrono_literals;

/// What people count in.
constexpr std::array<Duration, 29> kSteps = {
    1ms,  2ms,  5ms,  10ms,  20ms,  50ms,  100ms, 200ms, 500ms, 1s, 2s,  5s,  10s, 15s, 30s,
    1min, 2min, 5min, 10min, 15min, 30min, 1h,    2h,    3h,    6h, 12h, 24h, 48h, 168h};

/// The finest step that needs no more than `most` marks and divides `coarser`, which is one itself
/// or 0: there is none yet.
Duration step_for(Duration length, std::size_t most, Duration coarser) {
  const auto needed = [&](Duration step) { return static_cast<std::size_t>(length / step) + 1; };
  for (const Duration step : kSteps) {
    const bool divides = coarser % step == Duration{};
    if (divides && needed(step) <= most) return step;
  }
  if (coarser > Duration{}) return coarser;
  Duration step = kSteps.back();
  while (needed(step) > most) step *= 2;
  return step;
}

}  // namespace

std::vector<Tick> ticks_of(Duration length, std::size_t most, int zooms) {
  std::vector<Tick> ticks;
  Duration coarser{};
  for (int zoom = 0; zoom <= zooms; ++zoom) {
    const Duration step = step_for(length, most << zoom, coarser);
    if (step == coarser) continue;
    for (Duration at{}; at <= length; at += step) {
      const bool seen = coarser > Duration{} && at % coarser == Duration{};
      if (!seen) ticks.push_back({at, zoom, at == Duration{} ? "0" : format_duration(at)});
    }
    coarser = step;
  }
  return ticks;
}

}  // namespace headway::cli
