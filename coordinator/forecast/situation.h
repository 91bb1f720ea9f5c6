#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/agent_demand.h"
#include "coordinator/core/core.h"
#include "coordinator/core/state.h"

namespace headway {

/// How far a ticket is, as far as the rest of its run depends on it.
enum class Standing : std::uint8_t {
  kWaiting,    ///< it has not begun, or is to begin again
  kAlive,      ///< it runs, and holds its locks and resources
  kSatisfied,  ///< it is over, and what depends on it may go on
  kOver,       ///< it is over, and did not succeed
};

struct TicketSituation {
  Standing standing = Standing::kWaiting;
  Duration elapsed{};              ///< alive: since its start
  Duration took{};                 ///< of one that succeeded; 0: nothing is known
  Duration rest{};                 ///< waiting: before it may be handed out again
  std::uint32_t failures = 0;      ///< attempts of it that failed by themselves
  std::uint32_t retries_used = 0;  ///< of those that its plan allows
  WorkerId worker;                 ///< alive: who runs it; waiting: the only one that may; 0: any
};

/// The agents there are.
struct Workforce {
  std::vector<WorkerOffer> workers;
  std::uint32_t able = 0;  ///< further agents, each of which can run every ticket

  [[nodiscard]] std::uint32_t agents() const;
};

/// A run half-way: all that its rest follows from, copied, so that a thread beside the shell's can
/// work with it. Takes time and some 60 bytes for each ticket.
struct Situation {
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const PlanGraph> graph;
  std::vector<AgentType> agent_types;
  std::vector<TicketSituation> tickets;                    ///< by TicketIndex
  std::vector<std::pair<TicketIndex, AgentDemand>> gates;  ///< left, with labels of their own
  std::vector<Priority> priorities;                        ///< of all tickets; empty: the plan's
  std::map<std::string, std::int64_t> resources;  ///< counted for the whole cluster, in thousandths
  std::optional<std::uint32_t> most_alive;        ///< tickets alive at once; none: no limit
  bool failing = false;                           ///< nothing more is handed out
  Workforce workforce;
  std::map<std::string, Tally, std::less<>> records;  ///< of all workers, by the plan's categories
  std::uint64_t seed = 0;

  /// Tickets that are not over.
  [[nodiscard]] std::uint32_t left() const;
};

/// The run as it stands now, on the workers that the core's scheduler has. The seed follows from
/// the run's number and the count of facts.
Situation situation_of(const Core& core, const Run& run, Now now);

/// The same of a run that nobody executes, without any agent.
Situation situation_of(const State& state, const Run& run, Now now);

}  // namespace headway
