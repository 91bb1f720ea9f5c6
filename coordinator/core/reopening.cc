#include "coordinator/core/reopening.h"

#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"

namespace headway {

namespace {

/// A set of tickets that grows along the edges of the plan.
class Reopening {
 public:
  explicit Reopening(const Run& run) : run_(run), in_(run.tickets.size()) {}

  void add(TicketIndex ticket) {
    if (in_[ticket.index()]) return;
    in_[ticket.index()] = true;
    tickets_.push_back(ticket);
  }
  [[nodiscard]] bool has(TicketIndex ticket) const { return in_[ticket.index()]; }
  [[nodiscard]] const std::vector<TicketIndex>& tickets() const { return tickets_; }
  [[nodiscard]] TicketState state(TicketIndex ticket) const {
    return run_.tickets[ticket.index()].state;
  }
  [[nodiscard]] const std::string& id(TicketIndex ticket) const { return run_.ticket(ticket).id; }

  /// What keeps the ticket from ever starting, were it opened again; none: nothing.
  [[nodiscard]] std::optional<TicketIndex> lost_dependency(TicketIndex ticket) const {
    for (const Edge edge : run_.graph().dependencies(ticket)) {
      if (edge.kind != EdgeKind::kBlocking || has(edge.ticket)) continue;
      if (is_final(state(edge.ticket)) && !run_.satisfied(edge.ticket)) return edge.ticket;
    }
    return std::nullopt;
  }

  /// The first of the tickets that could never start, as an error that names all that would have to
  /// be opened again with it; none: all could.
  [[nodiscard]] std::optional<Error> never_starting(const std::vector<TicketIndex>& tickets) const {
    for (const TicketIndex ticket : tickets) {
      const auto lost = lost_dependency(ticket);
      if (!lost) continue;
      return Error{
          ErrorKind::kFailed,
          fmt::format("{} depends on {}, which is {}: retry {} first, or with it", id(ticket),
                      id(*lost), to_text(state(*lost)), names(lost_below(ticket)))};
    }
    return std::nullopt;
  }

  /// Nothing that comes after a ticket may be alive while it is opened again.
  [[nodiscard]] std::optional<Error> running_dependent() const {
    for (const TicketIndex ticket : tickets_) {
      for (const Edge edge : run_.graph().dependents(ticket)) {
        if (edge.kind == EdgeKind::kSoft || !is_alive(state(edge.ticket))) continue;
        return Error{ErrorKind::kFailed,
                     fmt::format("{} comes after {} and is {}: cancel it, or wait for its end",
                                 id(edge.ticket), id(ticket), to_text(state(edge.ticket)))};
      }
    }
    return std::nullopt;
  }

  /// What has ended without success below a ticket, the nearest first, but for what is opened
  /// again.
  [[nodiscard]] std::vector<TicketIndex> lost_below(TicketIndex ticket) const {
    std::vector<TicketIndex> lost = {ticket};
    std::vector<bool> seen = in_;
    // Grows while it is walked.
    for (std::size_t i = 0; i < lost.size(); ++i) {
      for (const Edge edge : run_.graph().dependencies(lost[i])) {
        const bool ended = is_final(state(edge.ticket)) && !run_.satisfied(edge.ticket);
        if (edge.kind != EdgeKind::kBlocking || !ended || seen[edge.ticket.index()]) continue;
        seen[edge.ticket.index()] = true;
        lost.push_back(edge.ticket);
      }
    }
    lost.erase(lost.begin());
    return lost;
  }

 private:
  [[nodiscard]] std::string names(const std::vector<TicketIndex>& tickets) const {
    constexpr std::size_t kMostNamed = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(tickets.size(), kMostNamed); ++i) {
      text += (i == 0 ? "" : " ") + id(tickets[i]);
    }
    return tickets.size() > kMostNamed
               ? fmt::format("{} and {} more", text, tickets.size() - kMostNamed)
               : text;
  }

  const Run& run_;
  std::vector<bool> in_;
  std::vector<TicketIndex> tickets_;
};

Error wrong_state(const Run& run, TicketIndex ticket, const std::string& wanted) {
  return {ErrorKind::kFailed, fmt::format("{} is {}: {}", run.ticket(ticket).id,
                                          spoken(run.tickets[ticket.index()].state), wanted)};
}

}  // namespace

std::optional<Error> past_steering(const Run& run) {
  if (run.state == RunState::kStopping) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("run r{} is stopping; try again when it has stopped", run.id.number())};
  }
  if (run.state == RunState::kCancelled) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("run r{} was cancelled for good; run its plan again", run.id.number())};
  }
  return std::nullopt;
}

std::optional<Error> being_put_back(const Run& run) {
  if (run.rollbacks.empty()) return std::nullopt;
  const std::string& id = run.ticket(run.rollbacks.front()).id;
  const bool failed = run.tickets[run.rollbacks.front().index()].rollback == RollbackState::kFailed;
  if (failed) {
    return Error{ErrorKind::kFailed,
                 fmt::format("the rollback of {} failed: put it back by hand and say so first "
                             "(headway ticket settle {} --by NAME)",
                             id, id)};
  }
  if (run.state == RunState::kStopped) {
    return Error{ErrorKind::kFailed,
                 fmt::format("{0} is to be put back, and run r{1} is stopped: let it go on first "
                             "(headway resume r{1})",
                             id, run.id.number())};
  }
  return Error{ErrorKind::kFailed,
               fmt::format("{} is being put back: wait for its end; where no coordinator is alive, "
                           "headway resume r{} goes on with it",
                           id, run.id.number())};
}

std::optional<Error> cannot_cancel(const Run& run, const std::vector<TicketIndex>& named) {
  for (const TicketIndex ticket : named) {
    const TicketState state = run.tickets[ticket.index()].state;
    if (is_final(state) && state != TicketState::kCancelled) {
      return wrong_state(run, ticket, "what has ended cannot be cancelled");
    }
  }
  return std::nullopt;
}

Result<std::vector<TicketIndex>> tickets_to_retry(const Run& run,
                                                  const std::vector<TicketIndex>& named) {
  if (const auto busy = being_put_back(run)) return *busy;
  Reopening reopening(run);
  for (const TicketIndex ticket : named) {
    const TicketState state = reopening.state(ticket);
    if (state != TicketState::kFailed && state != TicketState::kAborted &&
        state != TicketState::kCancelled && state != TicketState::kUndone) {
      return wrong_state(run, ticket,
                         "only what failed, was aborted, cancelled or undone can be retried");
    }
    reopening.add(ticket);
  }
  if (const auto never = reopening.never_starting(named)) return *never;
  const auto consider = [&](TicketIndex ticket) {
    const bool aborted = reopening.state(ticket) == TicketState::kAborted;
    const bool planned = !run.is_removed(ticket);
    if (aborted && planned && !reopening.lost_dependency(ticket)) reopening.add(ticket);
  };
  if (run.failing) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) consider(TicketIndex{i});
  }
  // Grows while it is walked. What comes after a ticket in whatever way was aborted when that was
  // to be undone.
  for (std::size_t i = 0; i < reopening.tickets().size(); ++i) {
    const TicketIndex ticket = reopening.tickets()[i];
    for (const Edge edge : run.graph().dependents(ticket)) {
      if (edge.kind != EdgeKind::kSoft) consider(edge.ticket);
    }
  }
  if (const auto running = reopening.running_dependent()) return *running;
  return reopening.tickets();
}

std::string retry_command(const Run& run, TicketIndex ticket) {
  constexpr std::size_t kMostTyped = 20;
  std::vector<TicketIndex> needed = Reopening(run).lost_below(ticket);
  needed.push_back(ticket);
  std::ranges::sort(needed);
  if (needed.size() > kMostTyped || past_steering(run) || !tickets_to_retry(run, needed)) return {};
  std::string command = "headway ticket retry";
  for (const TicketIndex each : needed) command += " " + shell_word(run.ticket(each).id);
  return command;
}

Result<std::vector<TicketIndex>> tickets_to_rerun(const Run& run,
                                                  const std::vector<TicketIndex>& named) {
  if (const auto busy = being_put_back(run)) return *busy;
  Reopening reopening(run);
  for (const TicketIndex ticket : named) {
    if (reopening.state(ticket) != TicketState::kSucceeded) {
      return wrong_state(run, ticket, "only what succeeded can be run once more");
    }
    reopening.add(ticket);
  }
  for (std::size_t i = 0; i < reopening.tickets().size(); ++i) {
    const TicketIndex ticket = reopening.tickets()[i];
    for (const Edge edge : run.graph().dependents(ticket)) {
      if (edge.kind != EdgeKind::kBlocking) continue;
      if (reopening.state(edge.ticket) == TicketState::kSucceeded) reopening.add(edge.ticket);
    }
  }
  // What they depend on may have been retried since, and cancelled.
  if (const auto never = reopening.never_starting(reopening.tickets())) return *never;
  if (const auto running = reopening.running_dependent()) return *running;
  return reopening.tickets();
}

}  // namespace headway
