#include "coordinator/control/forecasts.h"

#include <algorithm>

namespace headway {

namespace {

constexpr Duration kShortestPause = std::chrono::seconds{1};
/// How long a forecast counts at least, in the time that it takes to make one.
constexpr int kPausePerCost = 25;
/// How much longer where nothing has happened since.
constexpr int kLongerIfQuiet = 10;
/// What takes no longer to make is waited for.
constexpr Duration kQuick = std::chrono::milliseconds{200};

/// Whether its tickets are being worked on, or would be if it were resumed.
bool goes_on(RunState state) { return state == RunState::kRunning || state == RunState::kPaused; }

}  // namespace

Forecasts::Need Forecasts::need(const Run& run, Sequence last_fact, Now now) const {
  if (!goes_on(run.state)) return Need::kNone;
  const auto found = kept_.find(run.id);
  if (found == kept_.end() || found->second.version != run.source->version) return Need::kNow;
  const Kept& last = found->second;
  const Duration pause = std::max<Duration>(kShortestPause, last.took * kPausePerCost);
  const Duration age = now.steady - last.at;
  if (age < (last.last_fact == last_fact ? pause * kLongerIfQuiet : pause)) return Need::kNone;
  if (last.took <= kQuick) return Need::kNow;
  return is_making(run) ? Need::kNone : Need::kSoon;
}

bool Forecasts::is_making(const Run& run) const {
  const auto begun = making_.find(run.id);
  return begun != making_.end() && begun->second.version == run.source->version;
}

void Forecasts::begin(const Run& run, Sequence last_fact, Now now) {
  making_[run.id] = {run.source->version, last_fact, now.steady};
}

void Forecasts::finish(RunId run, std::uint32_t version, const Forecast& forecast, Duration took) {
  const auto begun = making_.find(run);
  // It has ended meanwhile, or another of its plan as it is now is being made.
  if (begun == making_.end() || begun->second.version != version) return;
  kept_[run] = {begun->second, forecast.left, took};
  making_.erase(begun);
}

void Forecasts::keep_only(const std::map<RunId, Run>& runs) {
  const auto is_gone = [&](const auto& entry) { return !runs.contains(entry.first); };
  std::erase_if(kept_, is_gone);
  std::erase_if(making_, is_gone);
}

void Forecasts::show(RunSummary& summary, Now now) const {
  const auto found = kept_.find(summary.id);
  if (found == kept_.end() || !found->second.left || !goes_on(summary.state)) return;
  if (found->second.version != summary.plan_version) return;
  // A paused run comes no nearer to its end.
  const Duration since =
      summary.state == RunState::kPaused ? Duration{} : now.steady - found->second.at;
  summary.eta = std::max<Duration>(found->second.left->middle - since, {});
  summary.eta_late = std::max<Duration>(found->second.left->late - since, {});
}

}  // namespace headway
