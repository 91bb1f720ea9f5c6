#include "coordinator/forecast/simulation.h"

#include <algorithm>
#include <functional>

#include "common/base/check.h"

namespace headway {

namespace {

constexpr std::uint32_t kNone = SimulationSetup::kNone;

}  // namespace

Duration add_saturating(Duration a, Duration b) {
  return a > Duration::max() - b ? Duration::max() : a + b;
}

Simulation::Simulation(const SimulationSetup& setup) : setup_(setup) {
  const PlanGraph& graph = *setup.situation.graph;
  for (std::uint32_t i = 0; i < graph.lock_names().size(); ++i) {
    HW_CHECK(locks_.intern(graph.lock_names()[i]) == i, "two locks of a plan have one name");
  }
  aside_.resize(graph.lock_names().size() + setup.line_resource.size());
}

Simulation::Outcome Simulation::play(Fate& fate) {
  fate_ = &fate;
  begin();
  open_groups();
  start_what_can();
  while (!events_.empty()) {
    now_ = events_.front().at;
    while (!events_.empty() && events_.front().at == now_) {
      const Event event = events_.front();
      std::ranges::pop_heap(events_, std::greater{});
      events_.pop_back();
      event.ends ? end(event.ticket) : make_ready(event.ticket);
    }
    open_groups();
    start_what_can();
  }
  return {now_, failing_ ? 0 : left_};
}

void Simulation::begin() {
  const std::vector<TicketSituation>& tickets = setup_.situation.tickets;
  unmet_ = setup_.unmet;
  left_in_group_ = setup_.left_in_group;
  left_ = setup_.left;
  free_ = setup_.capacity;
  failing_ = setup_.situation.failing;
  now_ = {};
  open_groups_ = 0;
  alive_ = 0;
  number_.assign(tickets.size(), 0);
  attempt_.resize(tickets.size());
  standing_.resize(tickets.size());
  pool_of_.resize(tickets.size());
  woken_from_.assign(tickets.size(), kNone);
  ready_.assign(setup_.kinds.size(), {});
  no_place_.assign(setup_.kinds.size(), false);
  for (std::set<Rank>& line : aside_) line.clear();
  held_.assign(setup_.pools.size(), 0);
  used_.clear();
  for (const SimulationSetup::Pool& pool : setup_.pools) used_.emplace_back(pool.capacity.size());
  for (std::uint32_t i = 0; i < tickets.size(); ++i) {
    const TicketIndex ticket{i};
    standing_[i] = tickets[i].standing;
    if (standing_[i] == Standing::kAlive) {
      take(ticket, setup_.pool_of[i]);
      start(ticket, 0);
    } else if (standing_[i] == Standing::kWaiting && unmet_[i] == 0) {
      make_ready(ticket);
    }
  }
}

/// With barriers: lets the first group that is not over begin.
void Simulation::open_groups() {
  while (open_groups_ < setup_.by_group.size()) {
    if (open_groups_ > 0 && left_in_group_[open_groups_ - 1] > 0) return;
    for (const TicketIndex ticket : setup_.by_group[open_groups_]) {
      if (standing_[ticket.index()] == Standing::kWaiting) meet(ticket);
    }
    ++open_groups_;
  }
}

// ---- Starting

void Simulation::make_ready(TicketIndex ticket) {
  const Duration rest = setup_.situation.tickets[ticket.index()].rest;
  if (rest > now_ && number_[ticket.index()] == 0) {
    events_.push_back({rest, ticket, false});
    std::ranges::push_heap(events_, std::greater{});
    return;
  }
  std::vector<Rank>& heap = ready_[setup_.kind_of[ticket.index()]];
  heap.push_back(setup_.rank[ticket.index()]);
  std::ranges::push_heap(heap, std::greater{});
}

void Simulation::meet(TicketIndex ticket) {
  if (--unmet_[ticket.index()] == 0) make_ready(ticket);
}

void Simulation::start_what_can() {
  while (!failing_ && alive_ < setup_.most_alive) {
    const std::uint32_t kind = best_kind();
    if (kind == kNone) return;
    const std::uint32_t pool = choose_pool(kind);
    if (pool == kNone) {
      no_place_[kind] = true;
      continue;
    }
    std::vector<Rank>& heap = ready_[kind];
    const TicketIndex ticket = setup_.ticket_at[heap.front()];
    std::ranges::pop_heap(heap, std::greater{});
    heap.pop_back();
    look_at(ticket, pool);
  }
}

/// The kind of the ticket that comes first, of those that an agent may be free for.
std::uint32_t Simulation::best_kind() {
  std::uint32_t best = kNone;
  for (std::uint32_t kind = 0; kind < ready_.size(); ++kind) {
    if (ready_[kind].empty() || no_place_[kind]) continue;
    if (best == kNone || ready_[kind].front() < ready_[best].front()) best = kind;
  }
  return best;
}

/// The least busy.
std::uint32_t Simulation::choose_pool(std::uint32_t kind) const {
  std::uint32_t best = kNone;
  for (const std::uint32_t pool : setup_.kinds[kind].pools) {
    const std::uint32_t slots = setup_.pools[pool].slots;
    if (held_[pool] >= slots || !has_room(pool, kind)) continue;
    if (best == kNone || std::uint64_t{held_[pool]} * setup_.pools[best].slots <
                             std::uint64_t{held_[best]} * slots) {
      best = pool;
    }
  }
  return best;
}

bool Simulation::has_room(std::uint32_t pool, std::uint32_t kind) const {
  const std::vector<std::int64_t>& capacity = setup_.pools[pool].capacity;
  if (capacity.empty()) return true;
  return std::ranges::all_of(setup_.kinds[kind].amounts, [&](const auto& wanted) {
    return used_[pool][wanted.first] + wanted.second <= capacity[wanted.first];
  });
}

/// Starts the ticket, or sets it aside for what is in its way.
void Simulation::look_at(TicketIndex ticket, std::uint32_t pool) {
  const std::uint32_t woken_from = std::exchange(woken_from_[ticket.index()], kNone);
  const Rank rank = setup_.rank[ticket.index()];
  const std::uint32_t obstacle = obstacle_of(ticket);
  if (obstacle == kNone) {
    take(ticket, pool);
    start(ticket, ++number_[ticket.index()]);
  } else {
    aside_[obstacle].insert(rank);
  }
  if (woken_from != kNone && is_open(woken_from)) wake(woken_from, rank + 1);
}

/// The line of what stands in a ticket's way.
std::uint32_t Simulation::obstacle_of(TicketIndex ticket) const {
  if (const auto lock = locks_.blocker(setup_.situation.graph->locks(ticket))) return *lock;
  for (const SimulationSetup::Use& use : setup_.uses[ticket.index()]) {
    if (free_[use.resource] < use.amount) return use.line;
  }
  return kNone;
}

/// Whether the next one in this line may be able to start.
bool Simulation::is_open(std::uint32_t line) const {
  const std::size_t locks = setup_.situation.graph->lock_names().size();
  if (line < locks) return !locks_.is_written(line);
  return free_[setup_.line_resource[line - locks]] >= setup_.line_amount[line - locks];
}

/// Lets the first one in this line try again that does not come before `from`.
void Simulation::wake(std::uint32_t line, Rank from) {
  const auto next = aside_[line].lower_bound(from);
  if (next == aside_[line].end()) return;
  const TicketIndex ticket = setup_.ticket_at[*next];
  aside_[line].erase(next);
  woken_from_[ticket.index()] = line;
  make_ready(ticket);
}

void Simulation::take(TicketIndex ticket, std::uint32_t pool) {
  ++alive_;
  standing_[ticket.index()] = Standing::kAlive;
  pool_of_[ticket.index()] = pool;
  locks_.take(setup_.situation.graph->locks(ticket));
  for (const SimulationSetup::Use& use : setup_.uses[ticket.index()]) {
    free_[use.resource] -= use.amount;
  }
  if (pool == kNone) return;
  ++held_[pool];
  if (used_[pool].empty()) return;
  for (const auto& [resource, amount] : setup_.kinds[setup_.kind_of[ticket.index()]].amounts) {
    used_[pool][resource] += amount;
  }
}

void Simulation::start(TicketIndex ticket, std::uint32_t number) {
  attempt_[ticket.index()] = fate_->attempt(ticket, number, now_);
  events_.push_back({add_saturating(now_, attempt_[ticket.index()].takes), ticket, true});
  std::ranges::push_heap(events_, std::greater{});
}

// ---- Ending

void Simulation::end(TicketIndex ticket) {
  leave_slot(ticket);
  const SimulatedAttempt& attempt = attempt_[ticket.index()];
  // It keeps its locks and waits for its gate, which nobody ever runs.
  if (attempt.end == SimulatedAttempt::End::kSucceeded && setup_.unjudged[ticket.index()]) return;
  give_back(ticket);
  switch (attempt.end) {
    case SimulatedAttempt::End::kSucceeded:
      return settle(ticket, true);
    case SimulatedAttempt::End::kFailed: {
      const bool allowed = setup_.situation.plan->tickets[ticket.index()].allow_failure;
      if (!allowed && setup_.situation.plan->on_failure == OnFailure::kFailFast) failing_ = true;
      return settle(ticket, allowed);
    }
    case SimulatedAttempt::End::kAgain:
      standing_[ticket.index()] = Standing::kWaiting;
      number_[ticket.index()] = std::max(number_[ticket.index()], 1U);
      events_.push_back({add_saturating(now_, attempt.rest), ticket, false});
      std::ranges::push_heap(events_, std::greater{});
      return;
  }
}

void Simulation::leave_slot(TicketIndex ticket) {
  const std::uint32_t pool = pool_of_[ticket.index()];
  if (pool == kNone) return;
  --held_[pool];
  for (const std::uint32_t kind : setup_.pools[pool].kinds) no_place_[kind] = false;
  if (used_[pool].empty()) return;
  for (const auto& [resource, amount] : setup_.kinds[setup_.kind_of[ticket.index()]].amounts) {
    used_[pool][resource] -= amount;
  }
}

void Simulation::give_back(TicketIndex ticket) {
  --alive_;
  const auto locks = setup_.situation.graph->locks(ticket);
  locks_.release(locks);
  for (const LockUse use : locks) wake(use.lock, 0);
  for (const SimulationSetup::Use& use : setup_.uses[ticket.index()]) {
    free_[use.resource] += use.amount;
    for (const std::uint32_t line : setup_.lines_of[use.resource]) wake(line, 0);
  }
}

/// A ticket is over: what waited for it is one step nearer, or is aborted with it.
void Simulation::settle(TicketIndex ticket, bool satisfied) {
  standing_[ticket.index()] = satisfied ? Standing::kSatisfied : Standing::kOver;
  unsettled_.push_back(ticket);
  while (!unsettled_.empty()) {
    const TicketIndex over = unsettled_.back();
    unsettled_.pop_back();
    --left_;
    --left_in_group_[setup_.situation.graph->group(over)];
    for (const Edge edge : setup_.situation.graph->dependents(over)) {
      if (edge.kind == EdgeKind::kSoft) continue;
      Standing& waits = standing_[edge.ticket.index()];
      if (waits != Standing::kWaiting) continue;
      if (edge.kind == EdgeKind::kSequential || standing_[over.index()] == Standing::kSatisfied) {
        meet(edge.ticket);
      } else {
        waits = Standing::kOver;
        unsettled_.push_back(edge.ticket);
      }
    }
  }
}

}  // namespace headway
