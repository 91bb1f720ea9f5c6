#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "coordinator/planner/model/problem.h"
#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// Makes one schedule of a ranking, quickly whatever the size: the parallel schedule generation
/// scheme (Brooks and White 1965; list scheduling, Graham 1969), which goes along the time and
/// starts at each moment what can start, the first in rank before others.
///
/// Activities with the same needs are of one kind: where one of them cannot start, none can, so
/// that only the first of each kind is looked at. A kind that cannot start waits at the resource
/// that it lacks until some of it comes back. Then only the first `kWoken` kinds there are looked
/// at again, and further ones only if one of them waits for it no more, so that the work stays near
/// to linear; a later one that would fit may wait a little longer for it.
class ListScheduler {
 public:
  static constexpr std::size_t kWoken = 16;

  explicit ListScheduler(const Problem& problem);

  /// `ranks`: each activity's place, each number once. Writes starts in the direction's own time
  /// (see `Decoder`) and agents as numbers of agents. Returns the length.
  Ticks schedule(std::span<const std::uint32_t> ranks, Direction direction, std::span<Ticks> starts,
                 std::span<std::uint32_t> agents);

 private:
  using Ranked = std::pair<std::uint32_t, std::uint32_t>;  ///< rank, then an activity or a kind
  using RankHeap = std::priority_queue<Ranked, std::vector<Ranked>, std::greater<>>;
  struct Ending {
    Ticks when;
    std::uint32_t activity;
    friend bool operator>(const Ending& a, const Ending& b) {
      return a.when != b.when ? a.when > b.when : a.activity > b.activity;
    }
  };

  void number_kinds();
  void number_agents();
  void reset(const Rows<std::uint32_t>& before);
  void make_ready(std::uint32_t activity);
  void start_what_can(std::span<Ticks> starts, std::span<std::uint32_t> agents);
  /// What the kind lacks: a resource, or `resources + set`; kNoNumber: nothing.
  [[nodiscard]] std::uint32_t lacking(std::uint32_t activity) const;
  void start(std::uint32_t activity, std::span<Ticks> starts, std::span<std::uint32_t> agents);
  void end(std::uint32_t activity, std::span<const std::uint32_t> agents,
           const Rows<std::uint32_t>& after);
  void come_back(std::uint32_t thing);
  void wake();

  const Problem& problem_;
  std::vector<std::uint32_t> kinds_;  ///< of each activity
  std::uint32_t kind_count_ = 0;
  Rows<std::uint32_t> sets_of_agent_;
  std::vector<AgentSet> sets_;  ///< the agents of each set, the least wanted first

  std::span<const std::uint32_t> ranks_;
  Ticks now_ = 0;
  std::vector<std::int64_t> free_;
  std::vector<bool> is_busy_;
  std::vector<std::uint32_t> idle_count_;  ///< of each set
  std::vector<std::uint32_t> waiting_for_;
  std::vector<RankHeap> ready_;            ///< of each kind
  std::vector<bool> is_queued_;            ///< the kind is in `open_` or waits somewhere
  std::vector<std::uint32_t> woken_from_;  ///< where each kind in `open_` waited last; kNoNumber
  RankHeap open_;                          ///< kinds to look at
  std::vector<RankHeap> lacking_;          ///< kinds that wait, by resource or set
  std::vector<std::uint32_t> back_;  ///< of what something came back and was not all looked at
  std::vector<bool> is_back_;
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> alive_;
};

}  // namespace headway::planner
