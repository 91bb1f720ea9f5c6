#include "coordinator/planner/analysis/cut_cycles.h"

#include <algorithm>
#include <bitset>
#include <limits>
#include <tuple>
#include <unordered_set>

#include <fmt/format.h>

#include "common/plan/cycles.h"
#include "common/plan/ticket_index.h"

namespace headway {

namespace {

/// Tickets of a knot up to which each cut is tried for what it leaves of the knot.
constexpr std::size_t kLargestTriedKnot = 256;
/// Starts from which the shortest cycle of a large knot is looked for.
constexpr std::size_t kMostStarts = 256;
/// Rounds of one cut for each knot; what is tied up beyond that is cut all at once.
constexpr int kMaxRounds = 200;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

using Waits = Rows<TicketIndex>;

void give_ids(Plan& plan) {
  std::unordered_set<std::string> ids;
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    std::string& id = plan.tickets[i].id;
    if (id.empty()) id = fmt::format("(ticket {})", i + 1);
    for (int copy = 2; !ids.insert(id).second; ++copy) {
      id = fmt::format("{} ({})", id.substr(0, id.rfind(" (")), copy);
    }
  }
}

void drop_unknown(Plan& plan, DependencyCounts& counts) {
  const TicketsById tickets(plan);
  const auto clean = [&](const std::string& own, std::vector<std::string>& ids,
                         std::size_t& count) {
    count += ids.size();
    counts.unknown +=
        std::erase_if(ids, [&](const std::string& id) { return tickets.find(id) == nullptr; });
    std::erase(ids, own);
    std::unordered_set<std::string> seen;
    if (ids.size() > 1)
      std::erase_if(ids, [&](const std::string& id) { return !seen.insert(id).second; });
  };
  for (Ticket& ticket : plan.tickets) {
    Dependencies& lists = ticket.dependencies;
    clean(ticket.id, lists.blocking, counts.blocking);
    clean(ticket.id, lists.sequential, counts.sequential);
    clean(ticket.id, lists.soft, counts.soft);
    clean(ticket.id, lists.file_conflicts, counts.file_conflicts);
    clean(ticket.id, lists.resource_conflicts, counts.resource_conflicts);
  }
}

/// The tickets that are reached from one, itself included where a way leads back.
std::vector<bool> reached_from(const Waits& waits, std::uint32_t start) {
  std::vector<bool> reached(waits.size(), false);
  std::vector<std::uint32_t> open = {start};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const TicketIndex next : waits[at]) {
      if (reached[next.index()]) continue;
      reached[next.index()] = true;
      open.push_back(next.number());
    }
  }
  return reached;
}

Waits turned_around(const Waits& waits) {
  std::vector<std::vector<TicketIndex>> lists(waits.size());
  for (std::uint32_t from = 0; from < waits.size(); ++from) {
    for (const TicketIndex to : waits[from]) lists[to.index()].emplace_back(from);
  }
  Waits result;
  for (const auto& list : lists) {
    result.values.insert(result.values.end(), list.begin(), list.end());
    result.end_row();
  }
  return result;
}

/// All tickets that are tied up with one: they are before it and behind it.
std::vector<std::uint32_t> knot_of(const Waits& waits, const Waits& reverse, std::uint32_t ticket) {
  const std::vector<bool> forward = reached_from(waits, ticket);
  const std::vector<bool> backward = reached_from(reverse, ticket);
  std::vector<std::uint32_t> knot;
  for (std::uint32_t i = 0; i < waits.size(); ++i) {
    if (forward[i] && backward[i]) knot.push_back(i);
  }
  return knot;
}

/// Breadth first from each ticket of a knot; a way that is not shorter than the best is given up.
class ShortestCycle {
 public:
  ShortestCycle(const Waits& waits, const std::vector<std::uint32_t>& knot,
                std::vector<TicketIndex> known)
      : waits_(waits), came_from_(waits.size(), kNone), best_(std::move(known)) {
    for (std::size_t i = 0; i < std::min(knot.size(), kMostStarts) && best_.size() > 2; ++i)
      try_from(knot[i]);
  }
  [[nodiscard]] const std::vector<TicketIndex>& best() const { return best_; }

 private:
  void try_from(std::uint32_t start) {
    std::vector<std::uint32_t> reached = {start};
    std::size_t level_end = 1;
    std::size_t length = 1;
    std::uint32_t last = kNone;
    for (std::size_t head = 0; head < reached.size() && last == kNone; ++head) {
      if (head == level_end) {
        level_end = reached.size();
        ++length;
      }
      if (length >= best_.size()) break;
      for (const TicketIndex edge : waits_[reached[head]]) {
        const std::uint32_t next = edge.number();
        if (next == start) last = reached[head];
        if (next == start || came_from_[next] != kNone) continue;
        came_from_[next] = reached[head];
        reached.push_back(next);
      }
    }
    if (last != kNone) {
      std::vector<TicketIndex> cycle;
      for (std::uint32_t at = last; at != start; at = came_from_[at]) cycle.emplace_back(at);
      cycle.emplace_back(start);
      std::reverse(cycle.begin(), cycle.end());
      best_ = std::move(cycle);
    }
    for (const std::uint32_t ticket : reached) came_from_[ticket] = kNone;
  }

  const Waits& waits_;
  std::vector<std::uint32_t> came_from_;
  std::vector<TicketIndex> best_;
};

/// How many tickets of a small knot would still be in a cycle without one of its edges (Warshall
/// 1962).
std::size_t left_tied(const Waits& waits, const std::vector<std::uint32_t>& knot, TicketIndex from,
                      TicketIndex to) {
  std::vector<std::bitset<kLargestTriedKnot>> reach(knot.size());
  const auto place = [&](TicketIndex ticket) -> std::size_t {
    const auto found = std::lower_bound(knot.begin(), knot.end(), ticket.number());
    return found != knot.end() && *found == ticket.number()
               ? static_cast<std::size_t>(found - knot.begin())
               : knot.size();
  };
  for (std::size_t i = 0; i < knot.size(); ++i) {
    for (const TicketIndex next : waits[knot[i]]) {
      const std::size_t at = place(next);
      if (at < knot.size() && !(knot[i] == from.number() && next == to)) reach[i].set(at);
    }
  }
  for (std::size_t k = 0; k < knot.size(); ++k) {
    for (std::size_t i = 0; i < knot.size(); ++i) {
      if (reach[i][k]) reach[i] |= reach[k];
    }
  }
  std::size_t tied = 0;
  for (std::size_t i = 0; i < knot.size(); ++i) tied += reach[i][i] ? 1U : 0U;
  return tied;
}

EdgeKind kind_of(const Plan& plan, TicketIndex waiting, TicketIndex needed) {
  const auto& blocking = plan.tickets[waiting.index()].dependencies.blocking;
  const std::string& id = plan.tickets[needed.index()].id;
  const bool blocks = std::find(blocking.begin(), blocking.end(), id) != blocking.end();
  return blocks ? EdgeKind::kBlocking : EdgeKind::kSequential;
}

void cut(Plan& plan, TicketIndex waiting, TicketIndex needed) {
  Dependencies& lists = plan.tickets[waiting.index()].dependencies;
  const std::string& id = plan.tickets[needed.index()].id;
  std::erase(lists.blocking, id);
  std::erase(lists.sequential, id);
}

/// Where to cut: what leaves the fewest tickets tied up; of those a `sequential` one, since it
/// promises least; of those one that lets the most urgent ticket go; else the one that closes the
/// cycle.
CycleFinding choose_cut(const Plan& plan, const Waits& waits,
                        const std::vector<std::uint32_t>& knot,
                        const std::vector<TicketIndex>& cycle) {
  using Score = std::tuple<std::size_t, bool, Priority>;
  CycleFinding found{cycle, {}, {}, EdgeKind::kBlocking, knot.size()};
  std::optional<Score> best;
  for (std::size_t i = cycle.size(); i-- > 0;) {
    const TicketIndex waiting = cycle[i];
    const TicketIndex needed = cycle[(i + 1) % cycle.size()];
    const EdgeKind kind = kind_of(plan, waiting, needed);
    const bool tried = knot.size() <= kLargestTriedKnot && cycle.size() <= 50;
    const Score score{tried ? left_tied(waits, knot, waiting, needed) : 0,
                      kind == EdgeKind::kBlocking, plan.tickets[waiting.index()].priority};
    if (best && !(score < *best)) continue;
    best = score;
    found.waiting = waiting;
    found.needed = needed;
    found.kind = kind;
  }
  return found;
}

/// Cuts every dependency that leads back in a walk in depth; what is left has no cycle.
std::size_t cut_all(Plan& plan, const Waits& waits) {
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  std::vector<State> states(waits.size(), State::kNew);
  std::vector<std::pair<std::uint32_t, std::size_t>> visits;
  std::size_t cuts = 0;
  for (std::uint32_t root = 0; root < waits.size(); ++root) {
    if (states[root] != State::kNew) continue;
    states[root] = State::kOpen;
    visits.emplace_back(root, 0);
    while (!visits.empty()) {
      auto& [at, edge] = visits.back();
      if (edge == waits[at].size()) {
        states[at] = State::kDone;
        visits.pop_back();
        continue;
      }
      const TicketIndex next = waits[at][edge++];
      if (states[next.index()] == State::kOpen) {
        cut(plan, TicketIndex{at}, next);
        ++cuts;
      } else if (states[next.index()] == State::kNew) {
        states[next.index()] = State::kOpen;
        visits.emplace_back(next.number(), 0);
      }
    }
  }
  return cuts;
}

void tell_self_dependencies(Analysis& analysis) {
  for (std::uint32_t i = 0; i < analysis.plan.tickets.size(); ++i) {
    const Ticket& ticket = analysis.plan.tickets[i];
    for (const auto* list : {&ticket.dependencies.blocking, &ticket.dependencies.sequential}) {
      if (std::find(list->begin(), list->end(), ticket.id) == list->end()) continue;
      const EdgeKind kind =
          list == &ticket.dependencies.blocking ? EdgeKind::kBlocking : EdgeKind::kSequential;
      const TicketIndex self{i};
      if (analysis.cycles.size() < kMaxListedCycles)
        analysis.cycles.push_back({{self}, self, self, kind, 1});
      else
        ++analysis.further_cuts;
      break;
    }
  }
}

}  // namespace

void make_buildable(Analysis& analysis) {
  Plan& plan = analysis.plan;
  give_ids(plan);
  tell_self_dependencies(analysis);
  drop_unknown(plan, analysis.dependencies);
  for (int round = 0;; ++round) {
    const Waits waits = waits_for(plan, TicketsById(plan));
    const std::vector<std::vector<TicketIndex>> cycles = find_cycles(waits);
    if (cycles.empty()) return;
    if (round == kMaxRounds) {
      analysis.further_cuts += cut_all(plan, waits);
      return;
    }
    const Waits reverse = turned_around(waits);
    for (const std::vector<TicketIndex>& cycle : cycles) {
      if (analysis.cycles.size() >= kMaxListedCycles) {
        cut(plan, cycle.back(), cycle.front());
        ++analysis.further_cuts;
        continue;
      }
      const std::vector<std::uint32_t> knot = knot_of(waits, reverse, cycle.front().number());
      CycleFinding found = choose_cut(plan, waits, knot, ShortestCycle(waits, knot, cycle).best());
      cut(plan, found.waiting, found.needed);
      analysis.cycles.push_back(std::move(found));
    }
  }
}

}  // namespace headway
