#include "coordinator/planner/analysis/find_conflicts.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "common/plan/path_index.h"
#include "common/plan/path_pattern.h"
#include "common/plan/rows.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway {

namespace {

/// Overlapping patterns that are looked at for one path.
constexpr std::size_t kMaxOverlaps = 64;
constexpr std::size_t kMaxListedOverlaps = 5;
/// Tickets of a conflict up to which it is asked whether dependencies keep them apart, and steps
/// that all these questions may take together.
constexpr std::size_t kMaxOrdered = 32;
constexpr std::size_t kMaxSteps = 3'000'000;

struct User {
  TicketIndex ticket;
  LockMode mode = LockMode::kWrite;
};

/// Who uses each lock.
Rows<User> users_of_locks(const PlanGraph& graph) {
  const std::size_t locks = graph.lock_names().size();
  Rows<User> users;
  users.starts.assign(locks + 1, 0);
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    for (const LockUse use : graph.locks(TicketIndex{i})) ++users.starts[use.lock + 1];
  }
  for (std::size_t i = 0; i < locks; ++i) users.starts[i + 1] += users.starts[i];
  users.values.resize(users.starts.back());
  std::vector<std::uint32_t> next(users.starts.begin(), users.starts.end() - 1);
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    for (const LockUse use : graph.locks(TicketIndex{i}))
      users.values[next[use.lock]++] = {TicketIndex{i}, use.mode};
  }
  return users;
}

/// For each path the others that meet it, each pair once, at the wider one.
std::vector<std::vector<std::uint32_t>> overlaps_of_paths(const std::vector<LockName>& names) {
  PathIndex index;
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind == LockKind::kPath) index.add(names[lock].name, lock);
  }
  std::vector<std::vector<std::uint32_t>> overlaps(names.size());
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind != LockKind::kPath) continue;
    index.for_each_above(names[lock].name, kMaxOverlaps, [&](std::uint32_t wider) {
      if (wider == lock) return;
      // Where each finds the other, the one that was named first counts as the wider.
      const bool both = literal_prefix(names[wider].name) == literal_prefix(names[lock].name);
      if (!both || wider < lock) overlaps[wider].push_back(lock);
    });
  }
  return overlaps;
}

/// The strategy that a lock was made for; none: a ticket names it.
std::optional<Isolation> isolation_of(const Plan& plan, const LockName& name) {
  if (name.kind != LockKind::kName) return std::nullopt;
  const Isolation made_for = name.name == "*" ? Isolation::kIsolated : Isolation::kSequential;
  if (name.name != "*" && name.name != "sequential") return std::nullopt;
  const bool wanted =
      std::any_of(plan.tickets.begin(), plan.tickets.end(),
                  [&](const Ticket& ticket) { return ticket.isolation == made_for; });
  return wanted ? std::optional(made_for) : std::nullopt;
}

class ConflictFinder {
 public:
  explicit ConflictFinder(Analysis& analysis)
      : analysis_(analysis),
        graph_(*analysis.graph),
        users_(users_of_locks(graph_)),
        overlaps_(overlaps_of_paths(graph_.lock_names())),
        loads_(lock_loads(analysis.plan, graph_)),
        place_(graph_.size(), 0),
        topological_(graph_.size(), 0),
        visited_(graph_.size(), 0) {
    for (std::uint32_t i = 0; i < analysis.schedule.tickets.size(); ++i) {
      place_[analysis.schedule.tickets[i].ticket.index()] = i;
    }
    for (std::uint32_t i = 0; i < graph_.size(); ++i)
      topological_[graph_.topological_order()[i].index()] = i;
  }

  void find() {
    for (std::uint32_t lock = 0; lock < graph_.lock_names().size(); ++lock) look_at(lock);
    std::vector<Conflict>& found = analysis_.conflicts;
    analysis_.conflict_count = found.size();
    std::stable_sort(found.begin(), found.end(), [](const Conflict& a, const Conflict& b) {
      return std::tuple(a.ordered, -a.load, -static_cast<std::int64_t>(a.ticket_count)) <
             std::tuple(b.ordered, -b.load, -static_cast<std::int64_t>(b.ticket_count));
    });
    if (found.size() > kMaxListedConflicts) found.resize(kMaxListedConflicts);
    for (Conflict& conflict : found) settle(conflict);
    std::stable_sort(found.begin(), found.end(),
                     [](const Conflict& a, const Conflict& b) { return a.ordered < b.ordered; });
  }

 private:
  void look_at(std::uint32_t lock) {
    const std::vector<TicketIndex> tickets = all_users(lock);
    if (tickets.size() < 2 || is_told_by_narrower(lock, tickets)) return;
    const LockName& name = graph_.lock_names()[lock];
    Conflict conflict;
    conflict.lock = lock;
    conflict.kind = kind_of(name);
    conflict.about = conflict.kind == ConflictKind::kDeclared ? declared(tickets)
                                                              : lock_text(analysis_.plan, name);
    conflict.overlap_count = overlaps_[lock].size();
    for (const std::uint32_t other : overlaps_[lock]) {
      if (conflict.overlaps.size() == kMaxListedOverlaps) break;
      conflict.overlaps.push_back(graph_.lock_names()[other].name);
    }
    conflict.ticket_count = tickets.size();
    conflict.load = loads_[lock];
    analysis_.conflicts.push_back(std::move(conflict));
  }

  /// Whether just these tickets want one of the paths that meet this one: that conflict says all.
  [[nodiscard]] bool is_told_by_narrower(std::uint32_t lock,
                                         const std::vector<TicketIndex>& tickets) const {
    const auto& overlaps = overlaps_[lock];
    const auto looked_at = std::min(overlaps.size(), kMaxListedOverlaps);
    return std::any_of(
        overlaps.begin(), overlaps.begin() + static_cast<std::ptrdiff_t>(looked_at),
        [&](std::uint32_t narrower) {
          const std::span<const User> users = users_[narrower];
          return users.size() == tickets.size() &&
                 std::equal(users.begin(), users.end(), tickets.begin(),
                            [](const User& user, TicketIndex t) { return user.ticket == t; });
        });
  }

  /// Those who want a lock, or a path that meets it; none where all only read.
  std::vector<TicketIndex> all_users(std::uint32_t lock) const {
    std::vector<TicketIndex> tickets;
    bool writes = false;
    for (const User user : users_[lock]) {
      tickets.push_back(user.ticket);
      writes = writes || user.mode == LockMode::kWrite;
    }
    for (const std::uint32_t other : overlaps_[lock]) {
      for (const User user : users_[other]) tickets.push_back(user.ticket);
      writes = true;
    }
    if (!writes) return {};
    std::sort(tickets.begin(), tickets.end());
    tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
    return tickets;
  }

  [[nodiscard]] ConflictKind kind_of(const LockName& name) const {
    switch (name.kind) {
      case LockKind::kPath:
        return ConflictKind::kFiles;
      case LockKind::kConflict:
        return ConflictKind::kDeclared;
      case LockKind::kName:
        break;
    }
    return isolation_of(analysis_.plan, name) ? ConflictKind::kIsolation : ConflictKind::kLock;
  }

  /// Whether the two tickets of a declared conflict named files or resources.
  [[nodiscard]] std::string declared(const std::vector<TicketIndex>& tickets) const {
    const auto names = [&](const std::vector<std::string>& ids, TicketIndex other) {
      const std::string& id = analysis_.plan.tickets[other.index()].id;
      return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    for (const TicketIndex ticket : tickets) {
      const Dependencies& lists = analysis_.plan.tickets[ticket.index()].dependencies;
      for (const TicketIndex other : tickets) {
        if (names(lists.file_conflicts, other)) return "file_conflicts";
      }
    }
    return "resource_conflicts";
  }

  /// Who goes first, and why.
  void settle(Conflict& conflict) {
    std::vector<TicketIndex> tickets = all_users(conflict.lock);
    const auto earlier = [&](TicketIndex a, TicketIndex b) {
      return place_[a.index()] < place_[b.index()];
    };
    const std::size_t shown = std::min(tickets.size(), kMaxConflictTickets);
    conflict.ordered = false;
    if (tickets.size() <= kMaxOrdered) {
      std::sort(tickets.begin(), tickets.end(), earlier);
      conflict.ordered = is_chain(tickets);
    } else {
      std::partial_sort(tickets.begin(), tickets.begin() + static_cast<std::ptrdiff_t>(shown),
                        tickets.end(), earlier);
    }
    conflict.tickets.assign(tickets.begin(), tickets.begin() + static_cast<std::ptrdiff_t>(shown));
    conflict.reason = reason(tickets[0], tickets[1]);
  }

  [[nodiscard]] OrderReason reason(TicketIndex first, TicketIndex second) {
    const Ticket& a = analysis_.plan.tickets[first.index()];
    const Ticket& b = analysis_.plan.tickets[second.index()];
    if (waits_behind(second, first)) return OrderReason::kDependency;
    if (graph_.rank(first) > graph_.rank(second)) return OrderReason::kSchedule;
    if (a.priority != b.priority) return OrderReason::kPriority;
    if (graph_.critical_path(first) > graph_.critical_path(second))
      return OrderReason::kCriticalPath;
    return OrderReason::kPlanOrder;
  }

  bool is_chain(const std::vector<TicketIndex>& tickets) {
    for (std::size_t i = 0; i + 1 < tickets.size(); ++i) {
      if (!waits_behind(tickets[i + 1], tickets[i])) return false;
    }
    return true;
  }

  /// Whether `later` waits for `earlier`, directly or through others; false as well when the steps
  /// are used up.
  bool waits_behind(TicketIndex later, TicketIndex earlier) {
    ++visit_;
    std::vector<TicketIndex> open = {earlier};
    while (!open.empty()) {
      const TicketIndex at = open.back();
      open.pop_back();
      for (const Edge edge : graph_.dependents(at)) {
        if (++steps_ > kMaxSteps) return false;
        if (edge.kind == EdgeKind::kSoft || visited_[edge.ticket.index()] == visit_) continue;
        if (edge.ticket == later) return true;
        visited_[edge.ticket.index()] = visit_;
        if (topological_[edge.ticket.index()] < topological_[later.index()])
          open.push_back(edge.ticket);
      }
    }
    return false;
  }

  Analysis& analysis_;
  const PlanGraph& graph_;
  Rows<User> users_;
  std::vector<std::vector<std::uint32_t>> overlaps_;
  std::vector<Duration> loads_;
  std::vector<std::uint32_t> place_;  ///< in the schedule
  std::vector<std::uint32_t> topological_;
  std::vector<std::uint32_t> visited_;
  std::uint32_t visit_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

std::string lock_text(const Plan& plan, const LockName& name) {
  constexpr std::string_view kConflictPrefix = "conflict ";
  if (name.kind == LockKind::kConflict && name.name.starts_with(kConflictPrefix))
    return name.name.substr(kConflictPrefix.size());
  const std::optional<Isolation> isolation = isolation_of(plan, name);
  if (!isolation) return name.name;
  return *isolation == Isolation::kSequential ? "one at a time" : "alone";
}

std::vector<Duration> lock_loads(const Plan& plan, const PlanGraph& graph) {
  std::vector<Duration> loads(graph.lock_names().size(), Duration::zero());
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    for (const LockUse use : graph.locks(TicketIndex{i})) {
      if (use.mode == LockMode::kWrite)
        loads[use.lock] = add_durations(loads[use.lock], duration_of(plan.tickets[i]));
    }
  }
  return loads;
}

void find_conflicts(Analysis& analysis) { ConflictFinder(analysis).find(); }

}  // namespace headway
