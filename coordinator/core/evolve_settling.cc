#include "common/base/check.h"
#include "coordinator/core/evolution.h"

/// How a ticket's state changes, and what its end means for what waits for it.

namespace headway {

/// The one place where a ticket's state changes: keeps the counts, and tells what follows.
void Evolution::move(Run& of, TicketIndex ticket, TicketState to) {
  TicketRecord& moved = of.tickets[ticket.index()];
  HW_CHECK(!is_final(moved.state), "a ticket left its final state");
  if (moved.state == TicketState::kReady) changes_.unready.push_back({of.id, ticket});
  --count_of(of, moved.state);
  ++count_of(of, to);
  moved.state = to;
  if (!is_alive(to)) moved.cancelling = moved.moving = false;
  if (to == TicketState::kReady) {
    changes_.ready.push_back({of.id, ticket});
    moved.ready_since = fact_.at;
    if (moved.first_ready == WallTime{}) moved.first_ready = fact_.at;
  }
  if (is_final(to)) settle(of, ticket);
}

/// A ticket has reached its end: what waited for it is one step nearer, and its group may be
/// complete.
void Evolution::settle(Run& of, TicketIndex ticket) {
  TicketRecord& ended = of.tickets[ticket.index()];
  const Ticket& definition = of.ticket(ticket);
  ended.settled = fact_.sequence;
  ++of.ticket_ends;
  if (ended.state == TicketState::kFailed) {
    if (definition.allow_failure) {
      ++of.totals.failures_allowed;
    } else if (of.plan().on_failure == OnFailure::kFailFast) {
      of.failing = true;
    }
  }
  const bool satisfied = of.satisfied(ticket);
  for (const Edge edge : of.graph().dependents(ticket)) {
    if (edge.kind == EdgeKind::kSequential || (edge.kind == EdgeKind::kBlocking && satisfied)) {
      meet(of, edge.ticket);
    }
  }
  const std::uint32_t group = of.graph().group(ticket);
  if (--of.group_left[group] == 0) ++of.group_ends;
  if (group < of.open_groups) --of.open_left;
  open_groups(of);
}

/// What `settle` did, undone. A group that its end opened stays open.
void Evolution::unsettle(Run& of, TicketIndex ticket) {
  const TicketRecord& ended = of.tickets[ticket.index()];
  const Ticket& definition = of.ticket(ticket);
  if (ended.state == TicketState::kFailed && definition.allow_failure) --of.totals.failures_allowed;
  const bool satisfied = of.satisfied(ticket);
  for (const Edge edge : of.graph().dependents(ticket)) {
    if (edge.kind == EdgeKind::kSequential || (edge.kind == EdgeKind::kBlocking && satisfied)) {
      unmeet(of, edge.ticket);
    }
  }
  const std::uint32_t group = of.graph().group(ticket);
  ++of.group_left[group];
  if (group < of.open_groups) ++of.open_left;
}

void Evolution::meet(Run& of, TicketIndex ticket) {
  TicketRecord& waiting = of.tickets[ticket.index()];
  HW_CHECK(waiting.unmet > 0, "a ticket's dependencies were met twice");
  if (--waiting.unmet == 0 && waiting.state == TicketState::kWaiting) {
    move(of, ticket, TicketState::kReady);
  }
}

void Evolution::unmeet(Run& of, TicketIndex ticket) {
  TicketRecord& waiting = of.tickets[ticket.index()];
  HW_CHECK(!is_alive(waiting.state), "what a running ticket depends on was opened again");
  ++waiting.unmet;
  if (waiting.state == TicketState::kReady) move(of, ticket, TicketState::kWaiting);
}

/// With barriers: the next group starts when everything before it has ended.
void Evolution::open_groups(Run& of) {
  if (!of.plan().barriers) return;
  while (of.open_groups < of.group_left.size() && of.open_left == 0) {
    const std::uint32_t opened = of.open_groups++;
    of.open_left = of.group_left[opened];
    while (!of.behind.empty() && of.graph().group(of.behind.back()) == opened) {
      const TicketIndex ticket = of.behind.back();
      of.behind.pop_back();
      meet(of, ticket);
    }
  }
}

}  // namespace headway
