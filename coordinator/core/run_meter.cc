#include "coordinator/core/run_meter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace headway {

void LoadSums::add(const Load& load, AgentTime during) {
  const double seconds = to_seconds(during);
  time += during;
  cpu += load.cpu * seconds;
  memory += load.memory * seconds;
  disk += load.disk_busy * seconds;
  network += load.network * seconds;
}

void LoadSums::add(const LoadSums& other) {
  time += other.time;
  cpu += other.cpu;
  memory += other.memory;
  disk += other.disk;
  network += other.network;
}

std::string load_words(const LoadSums& sums) {
  const double seconds = std::max(to_seconds(sums.time), 0.001);
  return fmt::format("{:.4f} {:.4f} {:.4f} {:.4f}", sums.cpu / seconds, sums.memory / seconds,
                     sums.disk / seconds, sums.network / seconds);
}

std::optional<LoadSums> parse_load(std::string_view words, AgentTime during) {
  std::array<double, 4> shares{};
  const char* at = words.data();
  const char* const end = at + words.size();
  for (double& share : shares) {
    while (at != end && *at == ' ') ++at;
    const auto [next, error] = std::from_chars(at, end, share);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  const Load load{
      .cpu = shares[0], .memory = shares[1], .disk_busy = shares[2], .network = shares[3]};
  LoadSums sums;
  sums.add(load, during);
  return sums;
}

void RunMeter::advance(WallTime now, bool open, std::uint32_t agents, std::uint32_t running) {
  const AgentTime passed = at == WallTime{} ? AgentTime{} : std::max(now - at, AgentTime{});
  at = now;
  if (open) agent_time += passed * agents;
  busy_time += passed * running;
}

}  // namespace headway
