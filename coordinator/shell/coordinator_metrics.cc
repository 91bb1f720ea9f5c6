#include "common/system/clock.h"
#include "coordinator/core/status.h"
#include "coordinator/shell/coordinator.h"

/// What the coordinator tells programs that watch it.

namespace headway {

namespace {

constexpr Duration kPublishInterval = std::chrono::seconds{1};

}  // namespace

/// Where nobody asked for it, it is no reason not to start that the address is taken.
Result<void> Coordinator::open_metrics() {
  if (options_.metrics.empty()) return {};
  Result<std::unique_ptr<MetricsServer>> server = MetricsServer::start(options_.metrics);
  if (!server && options_.metrics_asked_for) return server.error();
  if (!server) {
    log_.warn(server.error().message + "; there are none (--metrics ADDRESS, or --metrics off)");
    return {};
  }
  metrics_ = std::move(*server);
  log_.info("metrics at http://" + metrics_->address() + "/metrics");
  return {};
}

void Coordinator::publish_metrics() {
  if (!metrics_) return;
  const Instant end = read_clocks().steady;
  longest_turn_ = std::max(longest_turn_, end - now_.steady);
  if (now_.steady - published_at_ < kPublishInterval) return;
  published_at_ = now_.steady;
  Exposition exposition;
  exposition.at = end;
  exposition.refusal = refusal_;
  const Status status(core_->state(), core_.get(), now_);
  for (const auto& [id, run] : core_->state().runs) {
    exposition.runs.push_back({desk_.published_summary(run, now_), status.metrics(run)});
  }
  exposition.agents = status.agents_by_state();
  exposition.epoch = core_->state().epoch.number();
  exposition.facts = core_->state().last_sequence.number();
  exposition.undecodable_frames = undecodable_;
  for (const RouterSocket* socket : {&*workers_, &*clients_}) {
    exposition.undecodable_frames += socket->malformed();
    const Connections& seen = socket->connections();
    exposition.failed_handshakes += seen.failed_handshakes;
    exposition.connections += seen.open;
    exposition.connections_ended += seen.ended;
  }
  exposition.misplaced_messages = core_->dropped_messages();
  exposition.stale_messages = core_->stale_messages();
  exposition.refused_hellos = core_->refused_hellos();
  exposition.dropped_requests = desk_.dropped();
  exposition.turned_away = doors_->turned_away();
  exposition.turned_away["twin"] = core_->refused_twins();
  exposition.free_bytes = free_bytes_;
  exposition.longest_turn = longest_turn_;
  metrics_->publish(std::move(exposition));
}

}  // namespace headway
