#include "coordinator/forecast/forecast.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "coordinator/forecast/simulation.h"
#include "coordinator/forecast/simulation_setup.h"

namespace headway {

namespace {

constexpr std::uint32_t kFewestSamples = 20;
constexpr std::uint32_t kMostSamples = 200;
/// Tickets that all samples together play.
constexpr std::uint32_t kTicketsPlayed = 500'000;

constexpr double kMiddle = 0.5;
constexpr double kLate = 0.9;

/// Between the two that lie around it: `sorted` are taken to cut what they were drawn from into
/// parts alike.
Duration quantile(const std::vector<Duration>& sorted, double share) {
  const double place = share * (static_cast<double>(sorted.size()) + 1) - 1;
  const auto below = static_cast<std::size_t>(std::max(place, 0.0));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = std::clamp(place - static_cast<double>(below), 0.0, 1.0);
  const double seconds =
      to_seconds(sorted[below]) + part * (to_seconds(sorted[above]) - to_seconds(sorted[below]));
  return from_seconds(seconds);
}

}  // namespace

Forecast make_forecast(const Situation& situation, const GiveUp& give_up) {
  Forecast forecast;
  const DurationModel model(situation);
  for (std::uint32_t i = 0; i < situation.tickets.size(); ++i) {
    if (situation.tickets[i].standing >= Standing::kSatisfied) continue;
    ++forecast.basis[static_cast<std::size_t>(model.basis(TicketIndex{i}))];
  }
  forecast.samples =
      std::clamp(kTicketsPlayed / std::max(1U, situation.left()), kFewestSamples, kMostSamples);
  const SimulationSetup setup(situation);
  Simulation simulation(setup);
  std::vector<Duration> finishes;
  for (std::uint32_t sample = 0; sample < forecast.samples; ++sample) {
    if (give_up && give_up()) return forecast;
    DrawnFate fate(situation, model, sample);
    const Simulation::Outcome outcome = simulation.play(fate);
    forecast.stuck = std::max(forecast.stuck, outcome.stuck);
    finishes.push_back(outcome.finish);
  }
  if (forecast.stuck > 0) return forecast;
  std::ranges::sort(finishes);
  forecast.left = RemainingTime{quantile(finishes, kMiddle), quantile(finishes, kLate)};
  return forecast;
}

}  // namespace headway
