#include <algorithm>
#include <set>

#include "tests/sim/checkers/meeting.h"
#include "tests/sim/checkers/milestone_rules.h"

/// MilestoneRules: what is put back, in which order, and what becomes of what stands on it.

namespace headway::sim {

namespace {

/// When a ticket ended, or the last of what it stands on that goes back with it: it goes first
/// then, whenever it ended itself.
Sequence counts_as_ended(const ReadRun& run, TicketIndex ticket) {
  Sequence ended = run.tickets[ticket.index()].settled;
  std::vector<TicketIndex> open = {ticket};
  std::set<TicketIndex> seen;
  while (!open.empty()) {
    const TicketIndex next = open.back();
    open.pop_back();
    for (const Edge edge : run.source->graph->dependencies(next)) {
      if (edge.kind != EdgeKind::kBlocking || !seen.insert(edge.ticket).second) continue;
      const ReadTicket& base = run.tickets[edge.ticket.index()];
      if (base.rollback == RollbackState::kNone) continue;
      ended = std::max(ended, base.settled);
      open.push_back(edge.ticket);
    }
  }
  return ended;
}

}  // namespace

void MilestoneRules::rollback_planned(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const Ticket& definition = run.definition(*fact.ticket);
  if (!is_final(ticket.state) || ticket.rollback != RollbackState::kNone) {
    problems_.add(17, "{} is to be put back a second time, or has not ended", definition.id);
  }
  const bool undoes = ticket.state == TicketState::kSucceeded;
  if (!undoes && (!ticket.touched || !definition.rollback)) {
    problems_.add(17, "{} is to be put back and has done nothing", definition.id);
  }
}

void MilestoneRules::rollback_assigned(const Fact& fact, const ReadRun& run) {
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const bool stops = run.state == RunState::kStopping && !run.preserve;
  if (ticket.rollback != RollbackState::kPlanned || ticket.rollback_ran ||
      (!goes_on(run) && !stops)) {
    problems_.add(17, "the rollback of {} is handed out and is not wanted",
                  run.definition(*fact.ticket).id);
  }
  is_next(fact, run);
}

/// One at a time, what ended last goes first, and beside nothing that it must not meet. What was
/// begun is first ended.
void MilestoneRules::is_next(const Fact& fact, const ReadRun& run) {
  const TicketKey key{fact.run, *fact.ticket};
  const ReadTicket& ticket = run.tickets[key.ticket.index()];
  const std::string& id = run.definition(key.ticket).id;
  const Sequence ended = counts_as_ended(run, key.ticket);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const ReadTicket& other = run.tickets[i];
    const std::string& other_id = run.definition(TicketIndex{i}).id;
    if (TicketIndex{i} == key.ticket) continue;
    if (is_handed(fact.run, CheckKind::kRollback, TicketIndex{i})) {
      problems_.add(17, "{} is put back beside {}", id, other_id);
    }
    if (other.rollback == RollbackState::kFailed) {
      problems_.add(17, "{} is put back though that failed of {}", id, other_id);
    }
    const bool later = other.rollback == RollbackState::kPlanned && other.settled > ended;
    if (later && !ticket.rollback_begun) {
      problems_.add(17, "{} is put back before {}, which ended after it", id, other_id);
    }
  }
  for (const auto& [token, other] : reading_.alive()) {
    if (!must_not_meet(reading_, key, other)) continue;
    problems_.add(17, "{} is put back beside token {}, which it must not meet", id, token.number());
  }
}

void MilestoneRules::rollback_ended(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const std::string& id = run.definition(*fact.ticket).id;
  if (ticket.rollback != RollbackState::kPlanned) {
    problems_.add(17, "{} is put back and was not to be", id);
  }
  if (fact.token == Token{}) {
    is_next(fact, run);
    if (is_handed(fact.run, CheckKind::kRollback, *fact.ticket)) {
      problems_.add(17, "{} is put back while a worker is at it", id);
    }
  } else {
    const ReadAttempt* attempt = reading_.attempt(fact.token);
    const bool its_own = attempt != nullptr && attempt->check && !attempt->alive &&
                         attempt->check->kind == CheckKind::kRollback &&
                         attempt->key == TicketKey{fact.run, *fact.ticket};
    if (!its_own || attempt->outcome != fact.outcome) {
      problems_.add(17, "{} is put back by token {}, which did not", id, fact.token.number());
    }
  }
  const bool undoes =
      fact.outcome == Outcome::kSucceeded && ticket.state == TicketState::kSucceeded;
  if (fact.ticket_state.has_value() != undoes) {
    problems_.add(17, "{} is {}, and its rollback leaves it so", id, to_text(ticket.state));
  }
  if (undoes) undone(fact, run);
}

void MilestoneRules::rollback_settled(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  if (ticket.rollback != RollbackState::kFailed) {
    problems_.add(17, "the rollback of {} is settled and has not failed",
                  run.definition(*fact.ticket).id);
  }
  if (fact.ticket_state) undone(fact, run);
}

/// Nothing that stands on it is alive, or stays succeeded.
void MilestoneRules::undone(const Fact& fact, const ReadRun& run) {
  const std::string& id = run.definition(*fact.ticket).id;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const ReadTicket& other = run.tickets[i];
    const Ticket& definition = run.definition(TicketIndex{i});
    const auto& blocking = definition.dependencies.blocking;
    if (std::ranges::find(blocking, id) == blocking.end()) continue;
    const bool stays =
        other.state == TicketState::kSucceeded && other.rollback == RollbackState::kNone;
    if (!other.alive && !stays) continue;
    problems_.add(17, "{} is undone, and {} stands on it and is {}", id, definition.id,
                  to_text(other.state));
  }
}

}  // namespace headway::sim
