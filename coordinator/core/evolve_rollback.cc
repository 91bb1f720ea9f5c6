#include "coordinator/core/evolution.h"
#include "coordinator/core/rollback_order.h"

/// Putting back what tickets did: one after the other, what ended last goes first.

namespace headway {

void Evolution::rollback_planned() {
  Run& of = run();
  record().rollback = RollbackState::kPlanned;
  // What was begun stays the first, come what may; so does one that is in the way.
  const bool fixed = of.rollback_begun || (!of.rollbacks.empty() && !of.next_rollback());
  put_in_line(of, of.rollbacks, fixed ? 1 : 0, *fact_.ticket);
  queue_rollback(of);
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
