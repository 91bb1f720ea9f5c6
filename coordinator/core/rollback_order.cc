#include "coordinator/core/rollback_order.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway {

namespace {

using Line = std::vector<TicketIndex>;

/// Moves a ticket before another in the line, should both be in the part from `from` on, and the
/// other before it.
bool go_before(Line& line, std::ptrdiff_t from, TicketIndex ticket, TicketIndex base) {
  const auto at = std::find(line.begin() + from, line.end(), base);
  const auto behind = std::find(at, line.end(), ticket);
  if (behind == line.end()) return false;
  std::rotate(at, behind, behind + 1);
  return true;
}

void lift_what_stands_on(const Run& run, Line& line, std::ptrdiff_t from, TicketIndex ticket) {
  Line lifted = {ticket};
  while (!lifted.empty()) {
    const TicketIndex base = lifted.back();
    lifted.pop_back();
    for (const Edge edge : run.graph().dependents(base)) {
      if (edge.kind != EdgeKind::kBlocking) continue;
      if (go_before(line, from, edge.ticket, base)) lifted.push_back(edge.ticket);
    }
  }
}

/// A set of tickets that takes along what stands on them.
class Undoing {
 public:
  explicit Undoing(const Run& run) : run_(run), seen_(run.tickets.size()) {}

  /// A ticket that succeeded is undone; one that has not ended must not begin, or go on.
  void add(TicketIndex ticket) {
    if (seen_[ticket.index()]) return;
    seen_[ticket.index()] = true;
    const TicketRecord& record = run_.tickets[ticket.index()];
    if (!is_final(record.state)) {
      plan_.cancelled.push_back(ticket);
    } else if (record.state == TicketState::kSucceeded && record.rollback == RollbackState::kNone) {
      undone_.push_back(ticket);
      add_what_stands_on(ticket);
    }
  }

  void add_what_stands_on(TicketIndex ticket) {
    std::vector<TicketIndex> open = {ticket};
    while (!open.empty()) {
      const TicketIndex base = open.back();
      open.pop_back();
      for (const Edge edge : run_.graph().dependents(base)) {
        if (edge.kind == EdgeKind::kSoft || seen_[edge.ticket.index()]) continue;
        const TicketState state = run_.tickets[edge.ticket.index()].state;
        if (!is_final(state) || state == TicketState::kSucceeded) {
          add_alone(edge.ticket);
          open.push_back(edge.ticket);
        }
      }
    }
  }

  RollbackPlan take() {
    for (const TicketIndex ticket : undone_) put_in_line(run_, plan_.undone, 0, ticket);
    return std::move(plan_);
  }

 private:
  void add_alone(TicketIndex ticket) {
    seen_[ticket.index()] = true;
    const TicketRecord& record = run_.tickets[ticket.index()];
    if (!is_final(record.state)) {
      plan_.cancelled.push_back(ticket);
    } else if (record.rollback == RollbackState::kNone) {
      undone_.push_back(ticket);
    }
  }

  const Run& run_;
  std::vector<bool> seen_;
  std::vector<TicketIndex> undone_;
  RollbackPlan plan_;
};

}  // namespace

void put_in_line(const Run& run, std::vector<TicketIndex>& line, std::size_t fixed,
                 TicketIndex ticket) {
  const auto from = static_cast<std::ptrdiff_t>(fixed);
  const Sequence ended = run.tickets[ticket.index()].settled;
  const auto at = std::find_if(line.begin() + from, line.end(), [&](TicketIndex other) {
    return run.tickets[other.index()].settled < ended;
  });
  line.insert(at, ticket);
  for (const Edge edge : run.graph().dependencies(ticket)) {
    if (edge.kind == EdgeKind::kBlocking) go_before(line, from, ticket, edge.ticket);
  }
  lift_what_stands_on(run, line, from, ticket);
}

RollbackPlan rollback_of(const Run& run, TicketIndex ticket, RollbackScope scope) {
  Undoing undoing(run);
  switch (scope) {
    case RollbackScope::kTicket:
      break;
    case RollbackScope::kDescendants:
      undoing.add_what_stands_on(ticket);
      break;
    case RollbackScope::kGroup:
    case RollbackScope::kRun:
      for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
        const TicketIndex other{i};
        const bool same_group = run.graph().group(other) == run.graph().group(ticket);
        const bool ended = is_final(run.tickets[i].state);
        if (scope == RollbackScope::kRun || (same_group && ended)) undoing.add(other);
      }
      break;
  }
  return undoing.take();
}

bool stands_on_undone(const Run& run, TicketIndex ticket) {
  return std::ranges::any_of(run.graph().dependencies(ticket), [&](Edge edge) {
    const TicketRecord& base = run.tickets[edge.ticket.index()];
    const bool pending =
        base.rollback == RollbackState::kPlanned || base.rollback == RollbackState::kFailed;
    return edge.kind != EdgeKind::kSoft && pending && base.state == TicketState::kSucceeded;
  });
}

Result<RollbackPlan> rollback_to(const Run& run, std::optional<TicketIndex> keep) {
  if (keep && run.tickets[keep->index()].state != TicketState::kSucceeded) {
    return Error{ErrorKind::kFailed,
                 fmt::format("{} is {}: only to a ticket that succeeded can be gone back",
                             run.ticket(*keep).id, to_text(run.tickets[keep->index()].state))};
  }
  Undoing undoing(run);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& record = run.tickets[i];
    const bool later = !keep || run.tickets[keep->index()].settled < record.settled;
    const bool counts = record.state == TicketState::kSucceeded ? later : !keep;
    if (counts) undoing.add(TicketIndex{i});
  }
  RollbackPlan plan = undoing.take();
  if (plan.undone.empty()) {
    return Error{ErrorKind::kNotFound,
                 keep ? fmt::format("nothing has succeeded after {}", run.ticket(*keep).id)
                      : fmt::format("nothing of run r{} has succeeded", run.id.number())};
  }
  return plan;
}

}  // namespace headway
