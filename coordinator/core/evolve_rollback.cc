#include <algorithm>

#include "coordinator/core/evolution.h"

/// Putting back what tickets did: one after the other, what ended last goes first.

namespace headway {

void Evolution::rollback_planned() {
  Run& of = run();
  record().rollback = RollbackState::kPlanned;
  // What was begun stays the first, come what may; so does one that is in the way.
  const bool fixed = of.rollback_begun || (!of.rollbacks.empty() && !of.next_rollback());
  const std::ptrdiff_t from = fixed ? 1 : 0;
  const auto at = std::find_if(
      of.rollbacks.begin() + from, of.rollbacks.end(),
      [&](TicketIndex other) { return of.tickets[other.index()].settled < record().settled; });
  of.rollbacks.insert(at, *fact_.ticket);
  for (const Edge edge : of.graph().dependencies(*fact_.ticket)) {
    if (edge.kind == EdgeKind::kBlocking) go_before(of, *fact_.ticket, edge.ticket, from);
  }
  lift_what_stands_on(of, *fact_.ticket, from);
  queue_rollback(of);
}

/// What stands on a ticket goes before it, though it may have ended earlier: a ticket whose failure
/// is allowed can succeed after those that went on without it.
void Evolution::lift_what_stands_on(Run& of, TicketIndex ticket, std::ptrdiff_t from) {
  std::vector<TicketIndex> lifted = {ticket};
  while (!lifted.empty()) {
    const TicketIndex base = lifted.back();
    lifted.pop_back();
    for (const Edge edge : of.graph().dependents(base)) {
      if (edge.kind != EdgeKind::kBlocking) continue;
      if (go_before(of, edge.ticket, base, from)) lifted.push_back(edge.ticket);
    }
  }
}

/// Moves a ticket before another in the line, should both be there, and the other before it.
bool Evolution::go_before(Run& of, TicketIndex ticket, TicketIndex base, std::ptrdiff_t from) {
  const auto first = of.rollbacks.begin() + from;
  const auto at = std::find(first, of.rollbacks.end(), base);
  const auto behind = std::find(at, of.rollbacks.end(), ticket);
  if (behind == of.rollbacks.end()) return false;
  std::rotate(at, behind, behind + 1);
  return true;
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
  end_changing(run().files, run().ticket(*fact_.ticket), *fact_.ticket, true);
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
  forget_files_of(of.files, *fact_.ticket);
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
