#include <map>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kLoadBarColumns = 12;

/// A machine's agents, counted; its load is that of any of them.
struct WorkerSum {
  const AgentView* any = nullptr;
  std::size_t running = 0;
  std::size_t agents = 0;
};

/// A machine that is gone has no load: its cells stay empty.
bool machine_is_gone(const WorkerSum& worker) { return worker.any->state == AgentState::kOffline; }

/// When its worker was heard of last, or that nobody expects to.
std::string heard_text(const WorkerSum& worker) {
  if (machine_is_gone(worker)) return "offline";
  if (!worker.any->heartbeat_age) return {};
  return short_duration(*worker.any->heartbeat_age) + " ago";
}

std::string rate_text(std::uint64_t bytes_a_second) {
  // To three digits: the exact number of bytes jumps about.
  constexpr std::uint64_t kMega = 1'000'000;
  if (bytes_a_second < kMega) return fmt::format("{} kB/s", bytes_a_second / 1000);
  return fmt::format("{:.1f} MB/s", static_cast<double>(bytes_a_second) / kMega);
}

}  // namespace

PanelContent worker_rows(const Snapshot& snapshot, Bars bars) {
  PanelContent content{.title = "Machines",
                       .columns = {{.title = "WORKER", .flexible = true},
                                   {.title = "RUNNING", .right = true},
                                   {.title = "CPU"},
                                   {.title = "MEMORY"},
                                   {.title = "DISK"},
                                   {.title = "NETWORK", .right = true},
                                   {.title = "HEARD", .right = true}},
                       .rows = {},
                       .if_empty = "No worker has joined."};
  std::map<std::string, WorkerSum> workers;
  for (const AgentView& agent : snapshot.watch.agents) {
    WorkerSum& worker = workers[agent.worker];
    worker.any = &agent;
    ++worker.agents;
    if (agent.state == AgentState::kRunning) ++worker.running;
  }
  for (const auto& [name, worker] : workers) {
    const Load& load = worker.any->load;
    const bool gone = machine_is_gone(worker);
    const auto share = [&](double of) {
      return gone ? std::string{} : share_text(of, kLoadBarColumns, bars);
    };
    content.rows.push_back(
        {.key = name,
         .ticket = {},
         .cells = {printable(name), fmt::format("{} of {}", worker.running, worker.agents),
                   share(load.cpu), share(load.memory), share(load.disk_busy),
                   gone ? std::string{} : rate_text(load.network_rate), heard_text(worker)}});
  }
  content.in_all = content.rows.size();
  return content;
}

}  // namespace headway::cli
