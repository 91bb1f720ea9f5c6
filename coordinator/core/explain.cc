#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/check_order.h"
#include "coordinator/core/doubt.h"
#include "coordinator/core/explain_waiting.h"
#include "coordinator/core/plan_gates.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"

/// `headway explain`: why a ticket is in the state that it is in, in sentences.

namespace headway {

namespace {

std::string seconds(Duration duration) { return fmt::format("{:.1f}s", to_seconds(duration)); }

std::string quoted_reason(const std::string& detail) { return detail.empty() ? "" : ": " + detail; }

/// `ended with code 9`, or `ended: timeout: <detail>` where what a worker says is no such sentence.
std::string told_ending(const TicketRecord& record) {
  if (record.detail.starts_with("ended ")) return record.detail;
  return fmt::format("ended: {}{}", to_text(*record.outcome), quoted_reason(record.detail));
}

/// `<succeeded> of <ended><what>, in 0.80<of_what>`; without times where nothing was estimated.
std::string told_tally(const Tally& tally, std::string_view what, std::string_view of_what) {
  std::string text = fmt::format("{} of {}{}", tally.succeeded, tally.ended, what);
  if (tally.estimated.count() == 0) return text;
  return text + fmt::format(", in {:.2f}{}",
                            static_cast<double>(tally.took.count()) /
                                static_cast<double>(tally.estimated.count()),
                            of_what);
}

std::string why_not_open(const Run& run) {
  if (failed_by_plan_gate(run)) return "Nothing more is handed out: a gate of the plan failed.";
  if (run.failing) return "Nothing more is handed out after a failure (fail_fast).";
  const bool by_gate = run.state == RunState::kPaused && waits_for_plan_gates(run);
  return fmt::format("The run is {}{}: nothing is handed out (headway resume {}).",
                     to_text(run.state), by_gate ? " for a gate of the plan" : "",
                     run_name(run.id));
}

std::string nobody_offers(const Run& run, const std::string& missing) {
  if (counted_resource(run, missing)) {
    return fmt::format("There is never {}: it waits until there is more.", missing);
  }
  return fmt::format("No joined worker offers {}: it waits until one joins that does.", missing);
}

}  // namespace

/// How well the ticket's agent did such tickets: by this it was chosen, where agents were equal in
/// all else.
std::string Status::agents_record(const Run& run, TicketIndex index) const {
  const std::string& category = run.ticket(index).category;
  const WorkerId worker = run.tickets[index.index()].worker;
  const std::string name = state_.workers.at(worker).name;
  const CategoryRecord* known = state_.track_record.find(category);
  const Tally* own = known == nullptr ? nullptr : known->find(worker);
  if (own == nullptr) {
    return fmt::format("On {} no attempt at a `{}` ticket has ended before.", name, category);
  }
  return fmt::format(
      "On {} {}; on all workers {}.", name,
      told_tally(*own, fmt::format(" attempts at `{}` tickets succeeded before", category),
                 " of their estimates"),
      told_tally(known->all(), "", ""));
}

ExplainAnswer Status::explain(const Run& run, TicketIndex index) const {
  ExplainAnswer answer;
  answer.ticket = ticket(run, index);
  answer.reasons = reasons(run, index);
  for (std::string& sentence : doubts(state_, core_, run, index, now_)) {
    answer.reasons.push_back(std::move(sentence));
  }
  for (std::string& sentence : rollback_reasons(run, index)) {
    answer.reasons.push_back(std::move(sentence));
  }
  for (std::string& sentence : Unblocking(state_, run, core_, now_).sentences(index)) {
    answer.reasons.push_back(std::move(sentence));
  }
  return answer;
}

std::vector<std::string> Status::reasons(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  std::vector<std::string> said;
  switch (record.state) {
    case TicketState::kWaiting: {
      for (const TicketIndex dependency : unmet(run, index)) {
        const TicketRecord& other = run.tickets[dependency.index()];
        said.push_back(
            fmt::format("It waits for {}, which is {}.", run.ticket(dependency).id,
                        other.state == TicketState::kReview ? "in review" : to_text(other.state)));
      }
      if (run.graph().group(index) >= run.open_groups) {
        said.push_back(fmt::format(
            "The plan has barriers: group {} starts when the groups before it have ended; group {} "
            "has {} left.",
            run.graph().group(index) + 1, run.open_groups, run.group_left[run.open_groups - 1]));
      }
      break;
    }
    case TicketState::kReady:
      said.push_back(why_ready(run, index));
      break;
    case TicketState::kAssigned:
      said.push_back(fmt::format("It was handed to {} and has not started.",
                                 state_.agent_name(record.worker, {})));
      break;
    case TicketState::kValidating:
    case TicketState::kReview:
      return validation_reasons(run, index);
    case TicketState::kRunning: {
      const char* told = is_in_doubt(core_, run, index, now_)
                             ? "It was started on {}, attempt {}, {} ago."
                             : "It is running on {}, attempt {}, for {}.";
      const Duration time = std::max<Duration>(now_.wall - record.started_at, Duration{});
      said.push_back(fmt::format(fmt::runtime(told), state_.agent_name(record.worker, record.slot),
                                 record.attempts, seconds(time)));
      break;
    }
    case TicketState::kSucceeded:
      said.push_back(fmt::format("It succeeded on {} in {}, attempt {}.",
                                 state_.agent_name(record.worker, record.slot),
                                 seconds(record.elapsed), record.attempts));
      break;
    case TicketState::kFailed:
      said.push_back(fmt::format(
          "It failed for good after {}: {}{}.", counted(record.attempts, "attempt"),
          record.outcome ? to_text(*record.outcome) : "unknown",
          record.exit_code && *record.exit_code != 0 ? fmt::format(" {}", *record.exit_code) : ""));
      if (std::string dropped = dropped_retries(run, index); !dropped.empty()) {
        said.push_back(std::move(dropped));
      }
      if (record.outcome == Outcome::kRequirement) {
        said.emplace_back("Its command was not run: what it requires does not hold.");
      } else if (record.outcome == Outcome::kGate) {
        said.emplace_back(was_stopped_by_checkpoint(record)
                              ? "Its attempt was ended by a checkpoint."
                              : "Its command had ended well: what came after it failed.");
      }
      if (!record.detail.empty()) said.push_back(record.detail);
      if (std::string remedy = input_remedy(record); !remedy.empty()) {
        said.push_back(std::move(remedy));
      }
      if (!was_rejected(run, index)) {
        said.push_back(fmt::format("Its output: headway logs {}", run.ticket(index).id));
      }
      break;
    case TicketState::kAborted:
    case TicketState::kCancelled:
    case TicketState::kUndone:
      said.push_back(
          fmt::format("It was {}{}.", to_text(record.state), quoted_reason(record.detail)));
      break;
  }
  if (is_alive(record.state) && !run.ticket(index).category.empty()) {
    said.push_back(agents_record(run, index));
  }
  if (!is_final(record.state) && record.outcome && record.attempts > 0 && !is_alive(record.state)) {
    said.push_back(fmt::format("Its attempt {} {}.", record.attempts, told_ending(record)));
  }
  return said;
}

/// Of its run: those that are alive, and those that are to be put back, whose locks stay with them
/// and are in nobody's way who is to be put back as well.
std::string Status::lock_holders(const Run& run, TicketIndex waiter) const {
  std::string holders;
  const bool put_back = run.tickets[waiter.index()].rollback == RollbackState::kPlanned;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const RollbackState rollback = run.tickets[i].rollback;
    const bool failed = rollback == RollbackState::kFailed;
    const bool held_back = !put_back && (failed || rollback == RollbackState::kPlanned);
    if (!is_alive(run.tickets[i].state) && !held_back) continue;
    if (!core_->scheduler().holds_conflicting_lock({run.id, TicketIndex{i}}, {run.id, waiter})) {
      continue;
    }
    holders += (holders.empty() ? "" : ", ") + run.ticket(TicketIndex{i}).id;
    if (failed) holders += " (its rollback failed)";
    if (rollback == RollbackState::kPlanned) holders += " (it is to be put back)";
  }
  return holders.empty() ? "a ticket of another run" : holders;
}

/// What it will wait for once its turn comes, as things are now; empty: no lock.
std::string Status::lock_besides(const Run& run, TicketIndex index) const {
  const std::optional<std::string> lock = core_->scheduler().kept_lock({run.id, index});
  if (!lock) return {};
  return fmt::format(" Besides, the lock {} is held by {}.", shown_lock(run, *lock),
                     lock_holders(run, index));
}

/// How much of a counted resource is free, and who has the rest.
std::string Status::why_short(const Run& run, TicketIndex index,
                              const std::string& resource) const {
  const Scheduler::ResourceUse use = core_->scheduler().use_of(resource);
  std::vector<std::string> holders;
  for (const auto& [holder, amount] : use.holders) {
    const Run* other = state_.find_run(holder.run);
    std::string name = other == nullptr ? "a ticket" : other->ticket(holder.ticket).id;
    if (holder.run != run.id) name += " of " + run_name(holder.run);
    holders.push_back(std::move(name));
  }
  std::string held = holders.empty() ? "" : ", held by " + listed(holders, holders.size());
  return fmt::format("It waits for the resource {}{}: {} of {} free, {} needed.", resource, held,
                     amount_words(resource, std::max<std::int64_t>(use.capacity - use.used, 0)),
                     amount_words(resource, use.capacity),
                     amount_words(resource, amount_of(run.ticket(index), resource)));
}

std::string Status::why_ready(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  if (const Duration rest = record.rest(now_.wall); rest > Duration{}) {
    const std::string why = fmt::format("It may be tried again in {}.", spoken(rest));
    if (core_ == nullptr) return why + " No coordinator is alive that would (headway resume).";
    const bool open = run.state == RunState::kRunning && !run.failing;
    return open ? why : why + " " + why_not_open(run);
  }
  if (core_ == nullptr)
    return "It is ready; no coordinator is alive that would hand it out (headway resume).";
  const Hindrance hindrance = core_->scheduler().hindrance({run.id, index});
  switch (hindrance.kind) {
    case Hindrance::Kind::kNone:
      return "It is ready and next to be handed out.";
    case Hindrance::Kind::kNoAgent:
      return nobody_offers(run, hindrance.name);
    case Hindrance::Kind::kAgentsBusy:
      return "It is ready; every agent that may run it is busy." + lock_besides(run, index);
    case Hindrance::Kind::kLock:
      return fmt::format("It waits for the lock {}, held by {}.", shown_lock(run, hindrance.name),
                         lock_holders(run, index));
    case Hindrance::Kind::kResource:
      return why_short(run, index, hindrance.name);
    case Hindrance::Kind::kRoom:
      return "It waits until a worker has the resources free that it needs.";
    case Hindrance::Kind::kClaim:
      return "What it needs is kept for another ticket that was passed over too often.";
    case Hindrance::Kind::kLimit:
      return "The run has as many tickets alive as max_parallel allows." + lock_besides(run, index);
    case Hindrance::Kind::kRunNotOpen: {
      std::string missing;
      const bool servable = core_->scheduler().servable({run.id, index}, &missing);
      if (servable || core_->scheduler().slots() == 0) return why_not_open(run);
      return why_not_open(run) + " " + nobody_offers(run, missing);
    }
  }
  return "";
}

}  // namespace headway
