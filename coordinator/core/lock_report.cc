#include "coordinator/core/lock_report.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace headway {

namespace {

const TicketRecord& record_of(const State& state, AttemptRef ticket) {
  return state.find_run(ticket.run)->tickets[ticket.ticket.index()];
}

/// Of a ticket that keeps its locks since it is to be put back.
std::optional<HolderState> rollback_state(const Run& run, TicketIndex ticket) {
  if (std::ranges::find(run.rollbacks, ticket) == run.rollbacks.end()) return std::nullopt;
  if (run.tickets[ticket.index()].rollback == RollbackState::kFailed) {
    return HolderState::kRollbackFailed;
  }
  const bool handed = run.rolling_back != Token{} && run.rollbacks.front() == ticket;
  return handed ? HolderState::kBeingPutBack : HolderState::kToBePutBack;
}

bool wants_exclusive(const Scheduler& scheduler, AttemptRef ticket, std::uint32_t lock) {
  // A pattern that overlaps with the lock is another lock: what it wants that one for is not known
  // here, and a writer is what keeps others waiting.
  for (const LockUse use : scheduler.locks_of(ticket)) {
    if (use.lock == lock) return use.mode == LockMode::kWrite;
  }
  return true;
}

}  // namespace

HolderState holder_state(const Core& core, AttemptRef ticket, Now now) {
  const Run& run = *core.state().find_run(ticket.run);
  if (const auto rollback = rollback_state(run, ticket.ticket)) return *rollback;
  if (!run.at_worker(ticket.ticket)) return HolderState::kValidating;
  const TicketRecord& record = run.tickets[ticket.ticket.index()];
  return holder_state(core, record.worker, record.token, now);
}

HolderState holder_state(const Core& core, WorkerId worker, Token token, Now now) {
  const auto link = core.links().find(worker);
  if (link == core.links().end()) return HolderState::kOrphan;
  // Until its lease has run out it may be alive, whoever has its worker's name by now.
  if (core.is_widow(token)) {
    return core.ends_by_proof_alone(token) ? HolderState::kOrphan : HolderState::kSilent;
  }
  if (link->second.connected) {
    return core.is_silent(link->second, now.steady) ? HolderState::kSilent : HolderState::kAlive;
  }
  return link->second.lease_ends > now.steady ? HolderState::kSilent : HolderState::kOrphan;
}

LockReport::LockReport(const Core& core, Now now)
    : core_(core), now_(now), lines_(core.scheduler().lock_lines(kMostLockUsers)) {
  const auto add = [&](AttemptRef ticket) {
    for (const LockUse use : core.scheduler().locks_of(ticket)) {
      holders_[use.lock].push_back({ticket, use.mode == LockMode::kWrite});
    }
  };
  for (const auto& [worker, link] : core.links()) {
    for (const Token token : link.held) {
      const Attempt& held = core.state().attempts.at(token);
      if (!held.is_check) add(held);
    }
  }
  for (const auto& [id, run] : core.state().runs) {
    for (const auto& [ticket, validation] : run.validations) add({id, ticket});
    for (const TicketIndex ticket : run.rollbacks) add({id, ticket});
  }
}

LocksAnswer LockReport::answer(std::optional<RunId> run, std::size_t most, bool waited_for) const {
  // Most waiters first; then as people look for names.
  std::vector<std::tuple<std::int64_t, std::string, std::uint32_t>> order;
  for (const auto& [lock, holders] : holders_) {
    const auto line = lines_.find(lock);
    const std::int64_t waiting = line == lines_.end() ? 0 : line->second.in_all;
    if (waited_for && waiting == 0) continue;
    if (run && !concerns(lock, *run)) continue;
    order.emplace_back(-waiting, core_.scheduler().lock_name(lock), lock);
  }
  std::ranges::sort(order);
  LocksAnswer answer;
  answer.locks_in_all = static_cast<std::uint32_t>(order.size());
  if (order.size() > most) order.resize(most);
  for (const auto& [waiting, name, lock] : order) answer.locks.push_back(view(lock));
  return answer;
}

bool LockReport::concerns(std::uint32_t lock, RunId run) const {
  const auto of_run = [&](AttemptRef ticket) { return ticket.run == run; };
  if (std::ranges::any_of(holders_.at(lock), of_run, &Holder::ticket)) return true;
  const auto line = lines_.find(lock);
  return line != lines_.end() && std::ranges::any_of(line->second.first, of_run);
}

LockView LockReport::view(std::uint32_t lock) const {
  const std::vector<Holder>& holders = holders_.at(lock);
  LockView view;
  view.name = shown_lock(*core_.state().find_run(holders.front().ticket.run),
                         core_.scheduler().lock_name(lock));
  view.holders_in_all = static_cast<std::uint32_t>(holders.size());
  for (const Holder& holder : holders) {
    if (view.holders.size() == kMostLockUsers) break;
    view.holders.push_back(this->view(holder));
  }
  const auto line = lines_.find(lock);
  if (line == lines_.end()) return view;
  view.waiters_in_all = line->second.in_all;
  for (const AttemptRef waiter : line->second.first)
    view.waiters.push_back(this->view(waiter, lock));
  return view;
}

LockHolder LockReport::view(const Holder& holder) const {
  const TicketRecord& record = record_of(core_.state(), holder.ticket);
  LockHolder view;
  view.run = holder.ticket.run;
  view.ticket = core_.state().find_run(holder.ticket.run)->ticket(holder.ticket.ticket).id;
  view.state = holder_state(core_, holder.ticket, now_);
  view.exclusive = holder.exclusive;
  const Run& run = *core_.state().find_run(holder.ticket.run);
  if (!rollback_state(run, holder.ticket.ticket)) {
    view.agent = core_.state().agent_name(record.worker, record.slot);
    view.since = known(record.started_at);
    return view;
  }
  view.since = known(record.ended_at);
  if (view.state == HolderState::kBeingPutBack) {
    const HandedCheck& check = core_.state().checks.at(run.rolling_back);
    view.agent = core_.state().agent_name(check.worker, check.slot);
  }
  return view;
}

LockWaiter LockReport::view(AttemptRef waiter, std::uint32_t lock) const {
  LockWaiter view;
  view.run = waiter.run;
  view.ticket = core_.state().find_run(waiter.run)->ticket(waiter.ticket).id;
  view.exclusive = wants_exclusive(core_.scheduler(), waiter, lock);
  view.since = known(record_of(core_.state(), waiter).lock_wait_since);
  return view;
}

}  // namespace headway
