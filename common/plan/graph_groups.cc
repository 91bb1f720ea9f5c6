#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "common/plan/graph_builder.h"
#include "common/plan/path_index.h"

namespace headway {

namespace {

constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

/// The parts that one level can be split into: one bit each. What finds all of them taken goes into
/// the last.
using Parts = std::uint64_t;
constexpr int kMaxParts = 64;

/// Overlapping patterns looked at for one path. A plan that has more of them in a path's folders is
/// not split for the rest: its locks keep it safe, the groups are a picture of it.
constexpr std::size_t kMaxOverlaps = 16;

/// For each lock that is a path, the other paths that overlap with it, each pair at least from one
/// side.
Rows<std::uint32_t> overlapping_paths(const std::vector<LockName>& names) {
  PathIndex index;
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind == LockKind::kPath) index.add(names[lock].name, lock);
  }
  Rows<std::uint32_t> overlaps;
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind == LockKind::kPath) {
      index.for_each_above(names[lock].name, kMaxOverlaps, [&](std::uint32_t other) {
        if (other != lock) overlaps.values.push_back(other);
      });
    }
    overlaps.end_row();
  }
  return overlaps;
}

/// Splits one level after the other into parts without conflicts: each ticket goes into the first
/// part that has nothing it conflicts with. What is remembered of a lock are the parts of its
/// writers and readers, not the tickets, so that the time is linear in the uses of locks.
class LevelSplitter {
 public:
  explicit LevelSplitter(const PlanGraph& graph)
      : graph_(graph),
        overlaps_(overlapping_paths(graph.lock_names())),
        locks_(graph.lock_names().size()) {}

  /// The part of each ticket of a level, from 0, in the level's order.
  std::vector<std::uint32_t> split(std::span<const TicketIndex> level) {
    for (const TicketIndex ticket : level) {
      for (const LockUse use : graph_.locks(ticket)) {
        if (use.mode == LockMode::kWrite) ++locks_[use.lock].writers;
      }
    }
    std::vector<std::uint32_t> parts;
    parts.reserve(level.size());
    for (const TicketIndex ticket : level) parts.push_back(place(ticket));
    for (const TicketIndex ticket : level) forget(ticket);
    return parts;
  }

 private:
  struct Lock {
    std::uint32_t writers = 0;  ///< of the level
    Parts written = 0;          ///< parts with a ticket that writes it
    Parts read = 0;             ///< parts with a ticket that reads it
    Parts overlapped = 0;  ///< parts with a ticket whose path found this one among its overlaps
  };

  [[nodiscard]] bool splits(std::uint32_t lock) const {
    return locks_[lock].writers <= kLargestConflict;
  }

  std::uint32_t place(TicketIndex ticket) {
    Parts taken = 0;
    for (const LockUse use : graph_.locks(ticket)) {
      if (!splits(use.lock)) continue;
      taken |= locks_[use.lock].written | locks_[use.lock].overlapped;
      if (use.mode == LockMode::kWrite) taken |= locks_[use.lock].read;
      for (const std::uint32_t other : overlaps_[use.lock]) {
        if (splits(other)) taken |= locks_[other].written;
      }
    }
    const int part = std::min(std::countr_one(taken), kMaxParts - 1);
    const Parts bit = Parts{1} << static_cast<unsigned>(part);
    for (const LockUse use : graph_.locks(ticket)) {
      Lock& lock = locks_[use.lock];
      (use.mode == LockMode::kWrite ? lock.written : lock.read) |= bit;
      for (const std::uint32_t other : overlaps_[use.lock]) {
        if (splits(use.lock)) locks_[other].overlapped |= bit;
      }
    }
    return static_cast<std::uint32_t>(part);
  }

  void forget(TicketIndex ticket) {
    for (const LockUse use : graph_.locks(ticket)) {
      locks_[use.lock] = {};
      for (const std::uint32_t other : overlaps_[use.lock]) locks_[other] = {};
    }
  }

  const PlanGraph& graph_;
  Rows<std::uint32_t> overlaps_;
  std::vector<Lock> locks_;
};

}  // namespace

std::vector<std::uint32_t> PlanGraphBuilder::planned_groups() const {
  if (!plan_.execution_plan || plan_.execution_plan->groups.empty()) return {};
  std::vector<std::uint32_t> groups(size_, kNoGroup);
  std::size_t named = 0;
  for (std::uint32_t group = 0; group < plan_.execution_plan->groups.size(); ++group) {
    for (const std::string& id : plan_.execution_plan->groups[group].tickets) {
      const TicketIndex* found = graph_->find(id);
      if (found == nullptr || groups[found->index()] != kNoGroup) return {};
      groups[found->index()] = group;
      ++named;
    }
  }
  if (named != size_) return {};
  for (const TicketIndex ticket : graph_->order_) {
    for (const Edge edge : graph_->dependencies(ticket)) {
      const bool before = groups[edge.ticket.index()] <= groups[ticket.index()];
      if (edge.kind != EdgeKind::kSoft && !before) return {};
    }
  }
  return groups;
}

void PlanGraphBuilder::split_levels() {
  // Tickets by level, in plan order within a level.
  std::vector<TicketIndex> tickets(graph_->order_);
  std::sort(tickets.begin(), tickets.end(), [&](TicketIndex a, TicketIndex b) {
    return std::pair(levels_[a.index()], a) < std::pair(levels_[b.index()], b);
  });
  LevelSplitter splitter(*graph_);
  std::uint32_t first_group = 0;
  for (std::size_t start = 0; start < tickets.size();) {
    std::size_t end = start;
    while (end < tickets.size() && levels_[tickets[end].index()] == levels_[tickets[start].index()])
      ++end;
    const auto level = std::span(tickets).subspan(start, end - start);
    const std::vector<std::uint32_t> parts = splitter.split(level);
    for (std::size_t i = 0; i < level.size(); ++i) {
      graph_->groups_[level[i].index()] = first_group + parts[i];
    }
    first_group += *std::max_element(parts.begin(), parts.end()) + 1;
    start = end;
  }
  graph_->group_count_ = first_group;
}

void PlanGraphBuilder::group() {
  std::vector<std::uint32_t> planned = planned_groups();
  if (planned.empty()) {
    split_levels();
    return;
  }
  graph_->groups_ = std::move(planned);
  graph_->group_count_ = static_cast<std::uint32_t>(plan_.execution_plan->groups.size());
}

}  // namespace headway
