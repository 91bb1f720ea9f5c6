#include "coordinator/core/core.h"

/// The locks of tickets that are to be put back, or could not be: nobody builds on those. One is
/// put back when it has all of its locks; till then it keeps what it could get.

namespace headway {

/// What is to be put back is nobody else's until it is; what another holds already, it gets when
/// that is free. Whether it has all of it.
bool Core::hold_for_rollback(AttemptRef ticket) {
  bool& all = rollback_locks_[ticket];
  if (!all) all = scheduler_.reserve_locks(ticket);
  return all;
}

/// It is this one's turn: those of other runs that wait for theirs make way, and so do those whose
/// turn it is and that do not have all of their locks. Else two could wait for each other.
bool Core::take_for_rollback(AttemptRef ticket) {
  if (hold_for_rollback(ticket)) return true;
  for (auto& [other, all] : rollback_locks_) {
    const bool has_its_turn = state_.run(other.run).rollbacks.front() == other.ticket;
    if (other.run == ticket.run || (all && has_its_turn)) continue;
    scheduler_.make_way(other, ticket);
    all = false;
  }
  const bool all = hold_for_rollback(ticket);
  hold_for_rollbacks();
  return all;
}

/// Takes what has become free, before any ticket does.
void Core::hold_for_rollbacks() {
  for (auto& [ticket, all] : rollback_locks_) {
    if (!all) all = scheduler_.reserve_locks(ticket);
  }
}

void Core::let_go_after_rollback(AttemptRef ticket) {
  if (rollback_locks_.erase(ticket) > 0) scheduler_.let_go(ticket);
}

void Core::let_go_after_rollbacks(RunId run) {
  std::vector<AttemptRef> kept;
  for (const auto& [ticket, all] : rollback_locks_) {
    if (ticket.run == run) kept.push_back(ticket);
  }
  for (const AttemptRef ticket : kept) let_go_after_rollback(ticket);
}

}  // namespace headway
