#include <algorithm>

#include "coordinator/core/status.h"

/// A run's measures, as docs/metrics.md defines them.

namespace headway {

namespace {

double share(AgentTime part, AgentTime whole) {
  if (whole <= AgentTime{}) return 0;
  return std::clamp(to_seconds(part) / to_seconds(whole), 0.0, 1.0);
}

void put_load(RunMetrics& metrics, const LoadSums& load) {
  if (load.time <= AgentTime{}) return;
  const double seconds = to_seconds(load.time);
  // Sums and quotients of shares may come out a little above all of it.
  const auto mean = [&](double sum) { return std::clamp(sum / seconds, 0.0, 1.0); };
  metrics.cpu = mean(load.cpu);
  metrics.memory = mean(load.memory);
  metrics.disk = mean(load.disk);
  metrics.network = mean(load.network);
}

}  // namespace

RunMetrics Status::metrics(const Run& run) const {
  const RunTotals& totals = run.totals;
  RunMeter meter = run.meter;
  // What is true since the last fact goes on being true; without a coordinator nothing is known.
  if (core_ != nullptr && !is_final(run.state)) {
    meter.advance(now_.wall, run.uses_agents(), state_.joined_slots, run.running());
    meter.load.add(core_->unwritten_load(run.id));
  }
  RunMetrics metrics;
  metrics.average_execution_time_s = mean_seconds(totals.execution_time, totals.executions);
  metrics.retries = totals.retries;
  metrics.conflict_resolution_time_s = mean_seconds(totals.lock_wait_time, totals.lock_waits);
  metrics.parallelism_efficiency = share(meter.busy_time - meter.wasted_time, meter.agent_time);
  metrics.utilization = share(meter.busy_time, meter.agent_time);
  metrics.queue_time_s = mean_seconds(meter.queue_time, meter.starts);
  metrics.lead_time_s = mean_seconds(meter.lead_time, meter.finished);
  metrics.agent_time_s = to_seconds(meter.agent_time);
  metrics.busy_time_s = to_seconds(meter.busy_time);
  metrics.lost_time_s = to_seconds(meter.lost_time);
  put_load(metrics, meter.load);
  return metrics;
}

}  // namespace headway
