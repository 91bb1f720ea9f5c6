#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/plan/plan.h"

namespace headway {

namespace plan_codec {
class GraphCodec;
}

/// The kinds of dependency that order two tickets.
enum class EdgeKind : std::uint8_t { kBlocking, kSequential, kSoft };

struct Edge {
  TicketIndex ticket;
  EdgeKind kind;
  friend bool operator==(Edge, Edge) = default;
};

/// What a ticket takes exclusively or shared while it is alive, as a number into
/// `PlanGraph::lock_names`.
struct LockUse {
  std::uint32_t lock = 0;
  LockMode mode = LockMode::kWrite;
  friend auto operator<=>(LockUse, LockUse) = default;
};

/// What kind of thing a lock's name is. A path may overlap with other paths; a name only with
/// itself.
/// A conflict that two tickets of a plan declare means that plan alone.
enum class LockKind : std::uint8_t { kName, kPath, kConflict };

struct LockName {
  LockKind kind = LockKind::kName;
  std::string name;
  friend bool operator==(const LockName&, const LockName&) = default;
};

/// A validated plan with its tickets as numbers: who waits for whom, in which group, with how much
/// work behind it.
///
/// Immutable after `build`. Edges are kept as flat arrays (compressed rows), so that 100,000
/// tickets stay small. Assumes that every id exists and that blocking and sequential dependencies
/// have no cycle: `build` checks both again, since a plan may come from a peer.
class PlanGraph {
 public:
  /// Numbers the plan's ids. Errors: an unknown or duplicate id, a cycle.
  static Result<std::shared_ptr<const PlanGraph>> build(const Plan& plan);

  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  /// The index of an id, if there is such a ticket.
  [[nodiscard]] const TicketIndex* find(std::string_view id) const;

  /// What `ticket` waits for or would rather see first; in the order written.
  [[nodiscard]] std::span<const Edge> dependencies(TicketIndex ticket) const;
  /// Who waits for `ticket`.
  [[nodiscard]] std::span<const Edge> dependents(TicketIndex ticket) const;
  /// Locks that the ticket takes, sorted by number, each once (write wins over read): those of
  /// `locks`, the paths of `affected_files`, one name for each declared conflict, and for plans
  /// with an isolated ticket the name `*`.
  [[nodiscard]] std::span<const LockUse> locks(TicketIndex ticket) const;
  [[nodiscard]] const std::vector<LockName>& lock_names() const { return lock_names_; }

  /// The group of each ticket, from 0: as the plan says where its groups hold every ticket once and
  /// keep the order of dependencies, else its dependency level, split so that tickets in conflict
  /// are in different groups. A lock that more than `kLargestConflict` tickets of a level want to
  /// write does not split it (10,000 tickets on `docs/**` would be 10,000 groups): its holders are
  /// kept apart by the lock itself when they are handed out.
  [[nodiscard]] std::uint32_t group(TicketIndex ticket) const { return groups_[ticket.index()]; }
  [[nodiscard]] std::uint32_t group_count() const { return group_count_; }
  /// Length of the longest chain of estimates that begins with this ticket (blocking and sequential
  /// edges).
  [[nodiscard]] Duration critical_path(TicketIndex ticket) const {
    return critical_paths_[ticket.index()];
  }
  /// Place in the order of handing out, 0 first: priority class, then the longest critical path (or
  /// the plan's schedule), then plan order; what another softly depends on goes no later than that
  /// one. What a ticket waits for has its priority at least: else a critical ticket would wait for
  /// a low one which waits for everything else.
  [[nodiscard]] std::uint32_t rank(TicketIndex ticket) const { return ranks_[ticket.index()]; }
  /// Blocking and sequential dependencies come before their dependents in here.
  [[nodiscard]] std::span<const TicketIndex> topological_order() const { return order_; }

 private:
  PlanGraph() = default;
  friend class PlanGraphBuilder;
  friend class plan_codec::GraphCodec;

  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::unordered_map<std::string, TicketIndex, StringHash, std::equal_to<>> index_of_;
  std::vector<std::uint32_t> dependency_rows_, dependent_rows_, lock_rows_;
  std::vector<Edge> dependency_edges_, dependent_edges_;
  std::vector<LockUse> lock_uses_;
  std::vector<LockName> lock_names_;
  std::vector<std::uint32_t> groups_, ranks_;
  std::vector<Duration> critical_paths_;
  std::vector<TicketIndex> order_;
  std::uint32_t group_count_ = 0;
};

/// See `PlanGraph::group`.
inline constexpr std::uint32_t kLargestConflict = 32;

/// The estimate that the planner reckons with where a ticket has none.
inline constexpr Duration kDefaultEstimate = std::chrono::minutes{10};

/// A cycle among blocking and sequential dependencies, each ticket depending on the next and the
/// last on the first; empty where there is none. Ids that are unknown are passed over.
std::vector<TicketIndex> find_cycle(const Plan& plan);

}  // namespace headway
