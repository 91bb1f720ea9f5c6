#include <algorithm>

#include "coordinator/core/evolution.h"

/// Putting back what tickets did: one after the other, what ended last goes first.

namespace headway {

void Evolution::rollback_planned() {
  Run& of = run();
  record().rollback = RollbackState::kPlanned;
  // What was begun stays the first, come what may; so does one that is in the way.
  const bool fixed = of.rollback_begun || (!of.rollbacks.empty() && !of.next_rollback());
  auto at = std::find_if(
      of.rollbacks.begin() + (fixed ? 1 : 0), of.rollbacks.end(),
      [&](TicketIndex other) { return of.tickets[other.index()].settled < record().settled; });
  // One that stands on it goes before it, though it may have ended earlier: a ticket whose failure
  // is allowed can succeed after those that went on without it.
  for (const Edge edge : of.graph().dependents(*fact_.ticket)) {
    const auto stands = std::find(at, of.rollbacks.end(), edge.ticket);
    if (edge.kind == EdgeKind::kBlocking && stands != of.rollbacks.end()) at = stands + 1;
  }
  of.rollbacks.insert(at, *fact_.ticket);
  for (const Edge edge : of.graph().dependencies(*fact_.ticket)) {
    if (edge.kind == EdgeKind::kBlocking) go_before(of, *fact_.ticket, edge.ticket, fixed ? 1 : 0);
  }
  queue_rollback(of);
}

/// Moves a ticket before another in the line, should that be behind it.
void Evolution::go_before(Run& of, TicketIndex ticket, TicketIndex base, std::ptrdiff_t from) {
  const auto first = of.rollbacks.begin() + from;
  const auto at = std::find(first, of.rollbacks.end(), base);
  const auto it = std::find(first, of.rollbacks.end(), ticket);
  if (at < it) std::rotate(at, it, it + 1);
}

/// The first of the line is due where it has something to run; no other is.
void Evolution::queue_rollback(Run& of) {
  const auto first = of.due.lower_bound({CheckKind::kRollback, TicketIndex{0}, 0});
  of.due.erase(first, of.due.end());
  const auto next = of.next_rollback();
  if (!next || of.rolling_back != Token{}) return;
  if (of.ticket(*next).rollback) of.due.insert({CheckKind::kRollback, *next, 1});
}

/// What became of it, `rollback ended` says. Where its worker was lost it is run once more.
void Evolution::rollback_handed_back(const HandedCheck& ended) {
  Run& of = run();
  of.rolling_back = {};
  if (fact_.outcome == Outcome::kWorkerLost && ended.started_at != WallTime{}) {
    ++of.rollback_workers_lost;
  }
  queue_rollback(of);
}

void Evolution::rollback_ended() {
  if (fact_.outcome == Outcome::kSucceeded) return put_back(RollbackState::kDone);
  record().rollback = RollbackState::kFailed;
  queue_rollback(run());
}

void Evolution::put_back(RollbackState how) {
  Run& of = run();
  TicketRecord& back = record();
  HW_CHECK(!of.rollbacks.empty() && of.rollbacks.front() == *fact_.ticket,
           "a ticket was put back before its turn");
  back.rollback = how;
  of.rollbacks.erase(of.rollbacks.begin());
  of.rollback_begun = false;
  of.rollback_workers_lost = 0;
  if (fact_.ticket_state) {
    HW_CHECK(is_final(back.state), "a ticket was undone that had not ended");
    // It has ended before: no gate of the plan is due for this.
    const std::uint32_t ticket_ends = of.ticket_ends;
    const std::uint32_t group_ends = of.group_ends;
    unsettle(of, *fact_.ticket);
    --count_of(of, back.state);
    back.state = *fact_.ticket_state;
    ++count_of(of, back.state);
    back.detail = fact_.detail;
    settle(of, *fact_.ticket);
    of.ticket_ends = ticket_ends;
    of.group_ends = group_ends;
  }
  queue_rollback(of);
}

}  // namespace headway
