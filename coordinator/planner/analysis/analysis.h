#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/planner/simulate_schedule.h"

/// What can be said about a set of tickets: `analyze` says all of it. Tickets are numbers into
/// `Analysis::plan`.

namespace headway {

/// Who would do the work.
struct Crew {
  std::uint32_t agents = 0;  ///< 0: as many as are useful
  /// Of these, how many by agent type or label; a ticket that asks for one of them takes one.
  std::vector<std::pair<std::string, std::uint32_t>> by_label;
};

/// Dependencies by kind, as they are written.
struct DependencyCounts {
  std::size_t blocking = 0;
  std::size_t sequential = 0;
  std::size_t soft = 0;
  std::size_t file_conflicts = 0;
  std::size_t resource_conflicts = 0;
  std::size_t unknown = 0;  ///< of all these, on tickets that are nowhere: left out
  friend bool operator==(const DependencyCounts&, const DependencyCounts&) = default;
};

/// Tickets that wait for each other, in the shortest form: each waits for the next, the last for
/// the first. The rest of the analysis is made as if `waiting` did not wait for `needed`.
struct CycleFinding {
  std::vector<TicketIndex> tickets;
  TicketIndex waiting;
  TicketIndex needed;
  EdgeKind kind = EdgeKind::kBlocking;
  std::size_t knot = 0;  ///< tickets that are tied up with it, these included
};

enum class ConflictKind : std::uint8_t {
  kFiles,      ///< they change the same files
  kLock,       ///< they take the same lock
  kDeclared,   ///< one of them says so
  kIsolation,  ///< one of them wants to be alone, or all want to be one at a time
};

/// Why one of two tickets in conflict goes before the other.
enum class OrderReason : std::uint8_t {
  kDependency,
  kPriority,
  kCriticalPath,
  kPlanOrder,
  kSchedule,  ///< it was free earlier
};

/// Tickets that may not be alive together, for one thing that they all want. Never pairs: ten
/// thousand tickets on one path are one conflict.
struct Conflict {
  ConflictKind kind = ConflictKind::kFiles;
  std::string about;                  ///< the path, the lock's name, the declared kind
  std::vector<std::string> overlaps;  ///< further patterns that meet the path; the first few
  std::size_t overlap_count = 0;
  std::size_t ticket_count = 0;
  std::vector<TicketIndex> tickets;  ///< the first, in the order in which they would go
  bool ordered = false;  ///< their dependencies keep them apart already: nothing is lost by it
  OrderReason reason = OrderReason::kPlanOrder;  ///< why the first goes before the second
  Duration load{};         ///< what those who want just this take one after the other
  std::uint32_t lock = 0;  ///< of `PlanGraph::lock_names`
};

struct GroupFinding {
  std::vector<TicketIndex> tickets;
  Duration duration{};  ///< with an agent for each ticket
};

enum class LimitKind : std::uint8_t { kCriticalPath, kAgents, kMaxParallel, kConflict, kResource };

/// Something that keeps every schedule from being shorter than `bound`.
struct Limit {
  LimitKind kind = LimitKind::kCriticalPath;
  std::string what;  ///< of kConflict and kResource
  Duration bound{};
};

enum class RecommendationKind : std::uint8_t {
  kAddAgent,
  kAddAgentOfLabel,
  kRaiseMaxParallel,
  kSplitTicket,
  kRemoveConflict,
  kDropSequential,
  kAddResource,
  kShareIsolated,
};

/// A change, with the time that it was found to save when the plan so changed was simulated.
struct Recommendation {
  RecommendationKind kind = RecommendationKind::kAddAgent;
  std::vector<TicketIndex> tickets;
  std::string what;  ///< the label, lock or resource
  Duration saves{};
  std::string sentence;  ///< `splitting MOD-012 in two would shorten the plan by 1h 20m`
};

struct Analysis {
  /// As it was reckoned with: cycles are cut, unknown dependencies left out.
  Plan plan;
  std::shared_ptr<const PlanGraph> graph;

  DependencyCounts dependencies;
  std::vector<CycleFinding> cycles;
  std::size_t further_cuts = 0;  ///< made beyond those of `cycles`

  std::vector<Conflict> conflicts;  ///< the costliest first
  std::size_t conflict_count = 0;   ///< those that are not in the list included
  std::vector<GroupFinding> groups;

  Duration critical_path_duration{};
  std::vector<TicketIndex> critical_path;
  std::vector<Duration> earliest_start;  ///< of each ticket, were there no conflicts and no end of
                                         ///< agents
  std::vector<Duration> slack;           ///< of each ticket: how much later it could start
  std::vector<std::uint32_t> waiting_tickets;  ///< of each ticket: how many wait behind it
  std::vector<Duration> waiting_work;          ///< of each ticket: how much work waits behind it
  std::vector<TicketIndex> bottlenecks;        ///< those with most behind them

  std::uint32_t agents = 1;  ///< with which the schedule is simulated
  bool agents_given = false;
  SimulatedSchedule schedule;
  std::vector<std::pair<std::uint32_t, Duration>> by_agents;  ///< durations with more and more
  double parallelism_factor = 1;
  double most_parallelism = 1;                  ///< all work by the critical path
  std::vector<Limit> limits;                    ///< the tightest first
  std::vector<Recommendation> recommendations;  ///< those that save most first
  std::vector<std::string> labels_without_agents;
};

/// Limits of what is listed; everything is counted.
inline constexpr std::size_t kMaxListedConflicts = 200;
inline constexpr std::size_t kMaxConflictTickets = 20;
inline constexpr std::size_t kMaxListedCycles = 50;
inline constexpr std::size_t kMaxBottlenecks = 10;
inline constexpr std::size_t kMaxRecommendations = 8;

/// Analyses tickets. The plan may be wrong in any way that a reader of tickets can tell: it is
/// taken as far as it goes. The same plan and crew give the same analysis. Errors: none that are
/// known; a plan whose graph cannot be built after all says so.
Result<Analysis> analyze(Plan plan, const Crew& crew);

}  // namespace headway
