#include "coordinator/core/watch.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_set>

#include "common/plan/words.h"
#include "coordinator/core/chains_behind.h"
#include "coordinator/core/lock_report.h"
#include "coordinator/core/next_scheduled.h"
#include "coordinator/core/spoken.h"

namespace headway {

namespace {

/// Beyond this it is a great many; so that a frame costs little, with hundreds of failures too.
constexpr std::uint32_t kMostBehind = 1000;

constexpr std::size_t kPriorities = EnumText<Priority>::kWords.size();

bool is_retrying(const TicketRecord& record) {
  return !is_final(record.state) && record.retries_used > 0;
}

}  // namespace

std::uint32_t count_behind(const Run& run, TicketIndex ticket, std::uint32_t most) {
  std::unordered_set<std::uint32_t> seen;
  std::vector<TicketIndex> next{ticket};
  while (!next.empty() && seen.size() < most) {
    const TicketIndex from = next.back();
    next.pop_back();
    for (const Edge edge : run.graph().dependents(from)) {
      if (edge.kind == EdgeKind::kSoft) continue;
      const TicketState state = run.tickets[edge.ticket.index()].state;
      if (state != TicketState::kWaiting && state != TicketState::kAborted) continue;
      if (seen.size() < most && seen.insert(static_cast<std::uint32_t>(edge.ticket.index())).second)
        next.push_back(edge.ticket);
    }
  }
  return static_cast<std::uint32_t>(seen.size());
}

WatchAnswer RunWatch::answer(const Run& run) const {
  WatchAnswer answer;
  answer.at = now_.wall;
  answer.last = state_.last_sequence;
  answer.run = status_.summary(run);
  answer.metrics = status_.metrics(run);
  add_tickets(run, answer);
  show_agents(answer);
  if (core_ != nullptr && state_.runs.contains(run.id)) {
    answer.conflicts = LockReport(*core_, now_).answer(run.id, kWatchLocks, true).locks;
    add_silent(answer);
    answer.join_command = join_command(core_->options().join_words);
  }
  return answer;
}

void RunWatch::add_tickets(const Run& run, WatchAnswer& answer) const {
  std::array<PriorityCount, kPriorities> counts{};
  std::vector<TicketIndex> active;
  std::vector<TicketIndex> troubled;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketIndex index{i};
    const TicketRecord& record = run.tickets[i];
    const bool removed = run.is_removed(index);
    if (removed && is_final(record.state)) continue;
    PriorityCount& count = counts[static_cast<std::size_t>(run.priority(index))];
    if (!removed) ++count.total;
    if (!removed && record.state == TicketState::kSucceeded) ++count.done;
    if (is_alive(record.state)) active.push_back(index);
    if (is_retrying(record)) ++answer.retrying;
    if (record.state == TicketState::kReview) ++answer.in_review;
    if (record.state == TicketState::kFailed || record.state == TicketState::kReview ||
        record.rollback == RollbackState::kFailed || is_retrying(record)) {
      troubled.push_back(index);
    }
  }
  for (const auto& [priority, word] : EnumText<Priority>::kWords) {
    PriorityCount& count = counts[static_cast<std::size_t>(priority)];
    if (count.total == 0) continue;
    count.priority = word;
    answer.priorities.push_back(count);
  }
  std::ranges::stable_sort(active, {}, [&](TicketIndex index) {
    const WallTime started = run.tickets[index.index()].started_at;
    return std::pair(started == WallTime{}, started);
  });
  if (active.size() > kWatchTickets) active.resize(kWatchTickets);
  for (const TicketIndex index : active) answer.active.push_back(status_.ticket(run, index));
  add_troubled(run, std::move(troubled), answer);
}

/// The latest, those first that most waits for.
void RunWatch::add_troubled(const Run& run, std::vector<TicketIndex> tickets,
                            WatchAnswer& answer) const {
  answer.troubled_in_all = static_cast<std::uint32_t>(tickets.size());
  // What only a person can end is not crowded out, however much has failed since.
  const auto age = [&](TicketIndex index) {
    const TicketRecord& record = run.tickets[index.index()];
    const bool in_review = record.state == TicketState::kReview;
    return std::pair(in_review || record.rollback == RollbackState::kFailed, record.ended_at);
  };
  const auto later = [&](TicketIndex a, TicketIndex b) { return age(a) > age(b); };
  if (tickets.size() > kWatchTickets) {
    std::ranges::nth_element(tickets, tickets.begin() + kWatchTickets, later);
    tickets.resize(kWatchTickets);
  }
  std::ranges::stable_sort(tickets, later);
  std::vector<double> behind;
  if (run.count(TicketState::kReview) > 0) {
    behind = chains_behind(run, Expectation(run, core_, now_));
  }
  for (const TicketIndex index : tickets) {
    const TicketRecord& record = run.tickets[index.index()];
    TroubledTicket& troubled = answer.troubled.emplace_back();
    troubled.ticket = status_.ticket(run, index);
    troubled.blocks = count_behind(run, index, kMostBehind);
    if (record.state == TicketState::kReview) {
      troubled.behind = bounded_duration(behind[index.index()]);
    }
  }
  std::ranges::stable_sort(answer.troubled, std::greater{}, [](const TroubledTicket& troubled) {
    return std::pair(troubled.behind.value_or(Duration{}), troubled.blocks);
  });
}

/// Those that run something first, each kind in the order of its workers.
void RunWatch::show_agents(WatchAnswer& answer) const {
  answer.agents.clear();
  answer.agents_in_all = 0;
  struct Place {
    bool busy;
    WorkerId worker;
    SlotId slot;
    std::uint32_t number;  ///< among all agents, from 1
  };
  std::vector<Place> places;
  for (const auto& [id, worker] : state_.workers) {
    const bool busy = !status_.held(id).empty();
    for (std::uint32_t slot = 1; slot <= worker.slots; ++slot) {
      places.push_back({busy, id, SlotId{slot}, ++answer.agents_in_all});
    }
  }
  std::stable_partition(places.begin(), places.end(),
                        [](const Place& place) { return place.busy; });
  if (places.size() > kWatchAgents) places.resize(kWatchAgents);
  std::optional<NextScheduled> next;  // takes time, and only idle agents show it
  for (const Place& place : places) {
    AgentView view = status_.agent(place.worker, place.slot);
    if (view.state == AgentState::kIdle) {
      if (!next) next.emplace(state_);
      status_.show_next(view, next->of(view.id, place.number));
    }
    answer.agents.push_back(std::move(view));
  }
  std::stable_partition(answer.agents.begin(), answer.agents.end(),
                        [](const AgentView& agent) { return agent.state == AgentState::kRunning; });
}

void RunWatch::add_silent(WatchAnswer& answer) const {
  for (const auto& [id, link] : core_->links()) {
    const auto held = static_cast<std::uint32_t>(link.held.size());
    const Duration age = now_.steady - link.last_heard;
    const bool silent = link.connected ? core_->is_silent(link, now_.steady) : held > 0;
    if (!silent) continue;
    SilentWorker worker{state_.workers.at(id).name, age, held};
    if (link.last_heard == Instant{}) worker.heartbeat_age.reset();
    answer.silent.push_back(std::move(worker));
  }
}

}  // namespace headway
