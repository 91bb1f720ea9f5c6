#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"

/// How a ticket's rollback stands, and what is in its way, in sentences.

namespace headway {

namespace {

/// The tickets that are to be put back before this one, the next one first.
std::vector<TicketIndex> before_it(const Run& run, TicketIndex ticket) {
  const auto place = std::ranges::find(run.rollbacks, ticket);
  return {run.rollbacks.begin(), place};
}

}  // namespace

std::string Status::why_not_put_back(const Run& run, TicketIndex index) const {
  const std::vector<TicketIndex> before = before_it(run, index);
  if (!before.empty()) {
    const TicketIndex first = before.front();
    const std::string& id = run.ticket(first).id;
    if (run.tickets[first.index()].rollback == RollbackState::kFailed) {
      return fmt::format(
          "It is to be put back, and is not: the rollback of {} failed before it, and is to be "
          "settled first (headway ticket settle {} --by NAME).",
          id, shell_word(id));
    }
    std::vector<std::string> names;
    names.reserve(before.size());
    for (const TicketIndex other : before) names.push_back(run.ticket(other).id);
    return fmt::format("It is to be put back after {}.", listed(names, names.size()));
  }
  if (run.state == RunState::kStopped) {
    return fmt::format("It is to be put back once the run goes on (headway resume {}).",
                       run_name(run.id));
  }
  if (run.rolling_back != Token{}) {
    const HandedCheck& check = state_.checks.at(run.rolling_back);
    return fmt::format("Its rollback {} {}.",
                       check.started_at == WallTime{} ? "was handed to" : "runs on",
                       state_.agent_name(check.worker, check.slot));
  }
  for (const Edge edge : run.graph().dependents(index)) {
    if (edge.kind == EdgeKind::kSoft || !is_alive(run.tickets[edge.ticket.index()].state)) continue;
    return fmt::format("It is to be put back once {}, which stands on it, has come to its end.",
                       run.ticket(edge.ticket).id);
  }
  const bool known = core_ != nullptr && core_->state().runs.contains(run.id);
  if (known && !core_->scheduler().is_free({run.id, index})) {
    return fmt::format("It is to be put back once nobody else has its locks: now {}.",
                       lock_holders(run, index));
  }
  return "It is to be put back; " +
         why_no_agent(run, {CheckKind::kRollback, index, 1}, "its rollback") + ".";
}

std::vector<std::string> Status::rollback_reasons(const Run& run, TicketIndex index) const {
  const std::string& id = run.ticket(index).id;
  switch (run.tickets[index.index()].rollback) {
    case RollbackState::kNone:
      return {};
    case RollbackState::kPlanned:
      return {why_not_put_back(run, index)};
    case RollbackState::kDone:
      return {"It was put back."};
    case RollbackState::kFailed:
      return {
          "Its rollback failed: it may be half put back. Its locks stay held, and nothing else "
          "of the run is put back.",
          fmt::format("What the rollback said: headway logs {} --check rollback", shell_word(id)),
          fmt::format("Once it has been put back by hand, or may stay: headway ticket settle "
                      "{} --by NAME",
                      shell_word(id))};
    case RollbackState::kSettled:
      return {"Its rollback failed, and a person has settled that."};
  }
  return {};
}

}  // namespace headway
