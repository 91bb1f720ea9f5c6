#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/core/core.h"
#include "coordinator/core/lock_report.h"
#include "coordinator/core/who_and_why.h"

/// Freeing locks from attempts that are not known to be alive, or from any.

namespace headway {

namespace {

bool is_named(const std::vector<std::string>& names, const std::string& lock) {
  return names.empty() || std::ranges::find(names, lock) != names.end();
}

/// Errors: a name that nobody holds.
Result<void> check_names(const std::vector<std::string>& names, const std::set<std::string>& held) {
  for (const std::string& name : names) {
    if (!held.contains(name)) {
      return Error{ErrorKind::kNotFound, fmt::format("nobody holds the lock {}",
                                                     printable(name.substr(0, kMaxDetailBytes)))};
    }
  }
  return {};
}

/// Whether it is none of a worker's: then there is nothing to stop, and no proof to wait for.
bool is_nobodys(HolderState state) {
  switch (state) {
    case HolderState::kAlive:
    case HolderState::kSilent:
    case HolderState::kOrphan:
      return false;
    case HolderState::kValidating:
    case HolderState::kToBePutBack:
    case HolderState::kBeingPutBack:
    case HolderState::kRollbackFailed:
      return true;
  }
  return false;
}

/// What frees its locks instead.
Error not_to_be_cleared(const Run& run, AttemptRef holder, HolderState state) {
  const std::string& id = run.ticket(holder.ticket).id;
  if (state == HolderState::kRollbackFailed) {
    return {ErrorKind::kFailed,
            fmt::format("the rollback of {0} failed: its locks are free once that is settled "
                        "(headway ticket settle {0} --by NAME)",
                        id)};
  }
  if (state != HolderState::kValidating) {
    return {ErrorKind::kFailed,
            fmt::format("{0} is {1}: its locks are free once that is done (headway explain {0})",
                        id, to_text(state))};
  }
  return {ErrorKind::kFailed,
          fmt::format("{} has done its work and is {}: its locks are free once that is decided "
                      "(headway ticket approve|reject|cancel {})",
                      id, to_text(run.tickets[holder.ticket.index()].state), id)};
}

}  // namespace

void Core::on_clear_locks(const ClearLocksInput& input) {
  const ClearLocksRequest& clear = input.clear;
  const auto refuse = [&](Error error) {
    turn_.effects.emplace_back(AnswerError{input.request, std::move(error)});
  };
  const Result<std::vector<RunId>> runs = chosen_runs(clear.run);
  if (!runs) return refuse(runs.error());
  ClearLocksAnswer answer;
  std::set<std::string> held;
  std::set<Token> dead;     // a person vouches for it
  std::set<Token> to_stop;  // alive, perhaps
  const LockReport report(*this, now_);
  for (const auto& [lock, holders] : report.holders()) {
    for (const LockReport::Holder& holder : holders) {
      if (std::ranges::find(*runs, holder.ticket.run) == runs->end()) continue;
      const Run& run = *state_.find_run(holder.ticket.run);
      const std::string name = shown_lock(run, scheduler_.lock_name(lock));
      held.insert(name);
      if (!is_named(clear.locks, name)) continue;
      const TicketRecord& ticket = record(holder.ticket);
      const HolderState state = holder_state(*this, holder.ticket, now_);
      if (state != HolderState::kOrphan && !clear.force) continue;
      if (is_nobodys(state)) return refuse(not_to_be_cleared(run, holder.ticket, state));
      (state == HolderState::kOrphan ? dead : to_stop).insert(ticket.token);
      answer.changes.push_back(
          {fmt::format("lock {}", name),
           fmt::format("held by {} ({})", run.ticket(holder.ticket.ticket).id, to_text(state)),
           state == HolderState::kOrphan ? "free" : "free once it is stopped"});
    }
  }
  if (const Result<void> known = check_names(clear.locks, held); !known) {
    return refuse(known.error());
  }
  if (!clear.dry_run) {
    const std::string why = who_and_why("lock cleared", clear.by, clear.comment);
    for (const Token token : dead) {
      Ending ending;
      ending.outcome = Outcome::kWorkerLost;
      ending.detail = why;
      end(token, ending);
    }
    for (const Token token : to_stop) {
      take_back(token);
      yielding_.insert(token);
    }
  }
  turn_.effects.emplace_back(AnswerClearLocks{input.request, std::move(answer)});
}

}  // namespace headway
