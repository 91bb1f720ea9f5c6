#include "coordinator/core/rollback_order.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"

namespace headway {

namespace {

using Line = std::vector<TicketIndex>;

Sequence ended(const Run& run, TicketIndex ticket) { return run.tickets[ticket.index()].settled; }

/// Orders a line of tickets. What stands on a ticket goes right before it, and what ended last of
/// that goes first.
class Ordering {
 public:
  explicit Ordering(const Run& run) : run_(run), waiting_(run.tickets.size(), false) {}

  Line order(Line line) {
    for (const TicketIndex ticket : line) waiting_[ticket.index()] = true;
    std::ranges::sort(line, [&](TicketIndex a, TicketIndex b) { return is_later(a, b); });
    for (const TicketIndex ticket : line) place(ticket);
    return std::move(placed_);
  }

 private:
  [[nodiscard]] bool is_later(TicketIndex a, TicketIndex b) const {
    return ended(run_, b) < ended(run_, a);
  }

  void place(TicketIndex ticket) {
    Line stack = {ticket};
    while (!stack.empty()) {
      const TicketIndex next = stack.back();
      const std::size_t height = stack.size();
      if (waiting_[next.index()]) push_what_stands_on(next, stack);
      if (stack.size() > height) continue;
      stack.pop_back();
      if (waiting_[next.index()]) placed_.push_back(next);
      waiting_[next.index()] = false;
    }
  }

  void push_what_stands_on(TicketIndex ticket, Line& stack) const {
    const std::size_t height = stack.size();
    for (const Edge edge : run_.graph().dependents(ticket)) {
      if (edge.kind == EdgeKind::kBlocking && waiting_[edge.ticket.index()]) {
        stack.push_back(edge.ticket);
      }
    }
    std::sort(stack.begin() + static_cast<std::ptrdiff_t>(height), stack.end(),
              [&](TicketIndex a, TicketIndex b) { return is_later(b, a); });
  }

  const Run& run_;
  std::vector<bool> waiting_;
  Line placed_;
};

/// Whether a ticket goes after all that are in a part of the line, as most do: they are planned in
/// that order.
bool goes_last(const Run& run, std::span<const TicketIndex> line, TicketIndex ticket) {
  const auto waits = [&](Edge edge) {
    const RollbackState base = run.tickets[edge.ticket.index()].rollback;
    return edge.kind == EdgeKind::kBlocking && base == RollbackState::kPlanned;
  };
  const auto ended_later = [&](TicketIndex other) {
    return ended(run, ticket) < ended(run, other);
  };
  return std::ranges::all_of(line, ended_later) &&
         std::ranges::none_of(run.graph().dependencies(ticket), waits);
}

/// A set of tickets that takes along what stands on them.
class Undoing {
 public:
  explicit Undoing(const Run& run)
      : run_(run), seen_(run.tickets.size()), stopped_(run.tickets.size()) {}

  /// What succeeded is undone; what has not ended must not begin, or go on.
  void add(TicketIndex ticket) {
    if (is_final(run_.tickets[ticket.index()].state)) {
      undo(ticket);
    } else {
      stop(ticket);
    }
  }

  /// What has ended, if it succeeded.
  void undo(TicketIndex ticket) {
    const TicketRecord& record = run_.tickets[ticket.index()];
    const bool stands =
        record.state == TicketState::kSucceeded && record.rollback == RollbackState::kNone;
    if (!stands || seen_[ticket.index()]) return;
    seen_[ticket.index()] = true;
    plan_.undone.push_back(ticket);
    undo_what_stands_on(ticket);
  }

  /// Also by way of what has not ended: it may have been opened again below what succeeded.
  void undo_what_stands_on(TicketIndex ticket) {
    Line open = {ticket};
    while (!open.empty()) {
      const TicketIndex base = open.back();
      open.pop_back();
      for (const Edge edge : run_.graph().dependents(base)) {
        const TicketRecord& record = run_.tickets[edge.ticket.index()];
        const bool succeeded = record.state == TicketState::kSucceeded;
        if (edge.kind == EdgeKind::kSoft || seen_[edge.ticket.index()]) continue;
        if (is_final(record.state) && !succeeded) continue;
        seen_[edge.ticket.index()] = true;
        open.push_back(edge.ticket);
        if (succeeded && record.rollback == RollbackState::kNone) {
          plan_.undone.push_back(edge.ticket);
        }
      }
    }
  }

  RollbackPlan take() {
    for (const TicketIndex ticket : plan_.undone) stop_what_stands_on(ticket);
    plan_.undone = Ordering(run_).order(std::move(plan_.undone));
    return std::move(plan_);
  }

 private:
  void stop(TicketIndex ticket) {
    if (stopped_[ticket.index()]) return;
    stopped_[ticket.index()] = true;
    plan_.stopped.push_back(ticket);
  }

  void stop_what_stands_on(TicketIndex ticket) {
    Line open = {ticket};
    while (!open.empty()) {
      const TicketIndex base = open.back();
      open.pop_back();
      for (const Edge edge : run_.graph().dependents(base)) {
        if (edge.kind == EdgeKind::kSoft || stopped_[edge.ticket.index()]) continue;
        if (is_final(run_.tickets[edge.ticket.index()].state)) continue;
        stop(edge.ticket);
        open.push_back(edge.ticket);
      }
    }
  }

  const Run& run_;
  std::vector<bool> seen_;
  std::vector<bool> stopped_;
  RollbackPlan plan_;
};

}  // namespace

void put_in_line(const Run& run, std::vector<TicketIndex>& line, std::size_t fixed,
                 TicketIndex ticket) {
  const auto movable = line.begin() + static_cast<std::ptrdiff_t>(fixed);
  const bool last = goes_last(run, {movable, line.end()}, ticket);
  line.push_back(ticket);
  if (last) return;
  const auto from = line.begin() + static_cast<std::ptrdiff_t>(fixed);
  std::ranges::copy(Ordering(run).order({from, line.end()}), from);
}

RollbackPlan rollback_of(const Run& run, TicketIndex ticket, RollbackScope scope) {
  Undoing undoing(run);
  switch (scope) {
    case RollbackScope::kTicket:
      break;
    case RollbackScope::kDescendants:
      undoing.undo_what_stands_on(ticket);
      break;
    case RollbackScope::kGroup:
    case RollbackScope::kRun:
      for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
        const TicketIndex other{i};
        const bool same_group = run.graph().group(other) == run.graph().group(ticket);
        if (scope == RollbackScope::kRun || same_group) undoing.undo(other);
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
                             run.ticket(*keep).id, spoken(run.tickets[keep->index()].state))};
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
