#include <algorithm>

#include "coordinator/core/core.h"

/// How busy machines are: heartbeats tell, and a fact keeps it now and then, so that it is known
/// afterwards as well.

namespace headway {

namespace {

/// A week of one run has 2,016 of these facts.
constexpr Duration kWriteLoadEvery = std::chrono::minutes{5};

}  // namespace

void Core::measure_load(const Load& load, Duration since_last) {
  const auto during = std::chrono::duration_cast<AgentTime>(std::min(since_last, options_.lease));
  std::vector<RunId> due;
  for (const auto& [id, run] : state_.runs) {
    if (run.state != RunState::kRunning) continue;
    const auto [entry, is_new] = loads_.try_emplace(id, MeasuredLoad{{}, now_.steady});
    entry->second.sums.add(load, during);
    if (now_.steady - entry->second.since >= kWriteLoadEvery) due.push_back(id);
  }
  for (const RunId run : due) write_load(run);
}

void Core::write_load(RunId run) {
  const auto found = loads_.find(run);
  if (found == loads_.end()) return;
  const LoadSums sums = found->second.sums;
  loads_.erase(found);
  if (sums.time == AgentTime{}) return;
  Fact measured;
  measured.kind = FactKind::kRunLoad;
  measured.run = run;
  measured.number = sums.time.count();
  measured.detail = load_words(sums);
  emit(measured);
}

LoadSums Core::unwritten_load(RunId run) const {
  const auto found = loads_.find(run);
  return found == loads_.end() ? LoadSums{} : found->second.sums;
}

}  // namespace headway
