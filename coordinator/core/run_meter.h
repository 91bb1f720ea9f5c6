#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "common/messages/heartbeat_messages.h"

namespace headway {

/// Time summed over agents: a thousand of them pass the 292 years of a Duration within months.
using AgentTime = std::chrono::milliseconds;

/// How busy machines were, weighted by time.
struct LoadSums {
  AgentTime time{};                                   ///< of all workers together
  double cpu = 0, memory = 0, disk = 0, network = 0;  ///< share * seconds

  void add(const Load& load, AgentTime during);
  void add(const LoadSums& other);
  friend bool operator==(const LoadSums&, const LoadSums&) = default;
};

/// The means of some time, as a fact's detail keeps them: four shares with four decimals.
std::string load_words(const LoadSums& sums);
/// The sums that a fact stands for; none where the words are not four numbers.
std::optional<LoadSums> parse_load(std::string_view words, AgentTime during);

/// The sums over time that a run's measures are computed from (docs/metrics.md). All of them follow
/// from facts, so that they are the same while the run goes on and afterwards. Time is the
/// coordinator's wall clock: where it is set back nothing passes, where it is set ahead too much.
struct RunMeter {
  WallTime at{};               ///< until when the first two are summed up
  AgentTime agent_time{};      ///< agents that had joined, while the run was open
  AgentTime busy_time{};       ///< attempts that ran
  AgentTime wasted_time{};     ///< attempts that ran and did not succeed
  AgentTime lost_time{};       ///< attempts that ended with their worker
  AgentTime queue_time{};      ///< from ready to started, without backoff
  std::uint32_t starts = 0;    ///< that have a queue time
  AgentTime lead_time{};       ///< from a ticket's first ready to its success
  std::uint32_t finished = 0;  ///< tickets that have a lead time
  LoadSums load;

  /// Time passes until `now` with so many agents joined and attempts running. `open`: the run is
  /// going on, or something of it still runs.
  void advance(WallTime now, bool open, std::uint32_t agents, std::uint32_t running);
  friend bool operator==(const RunMeter&, const RunMeter&) = default;
};

}  // namespace headway
