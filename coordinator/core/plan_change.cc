#include "coordinator/core/plan_change.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "coordinator/core/abortions.h"
#include "coordinator/core/evolve_plan.h"
#include "coordinator/core/lock_table.h"
#include "coordinator/core/reopening.h"

namespace headway {

namespace {

std::optional<Error> not_changeable(const Run& run, const PlanRevision& revision,
                                    const PlanChangeWishes& wishes) {
  const auto refuse = [&](ErrorKind kind, const std::string& why) {
    return Error{kind,
                 fmt::format("the plan of run r{} cannot be changed: {}", run.id.number(), why)};
  };
  if (run.state == RunState::kStopping) {
    return refuse(ErrorKind::kFailed, "it is being stopped; try again when it has stopped");
  }
  if (is_final(run.state)) return plan_of_ended_run(run.id);
  if (run.failing) {
    return refuse(ErrorKind::kFailed,
                  "it is ending since a ticket failed (fail_fast); bring it back first (headway "
                  "ticket retry)");
  }
  if (auto busy = being_put_back(run)) return busy;
  const bool gate_runs = std::ranges::any_of(
      run.plan_gates, [](const PlanGateRecord& gate) { return gate.handed != Token{}; });
  if (gate_runs && revision.plan->plan.plan_gates != run.plan().plan_gates) {
    return refuse(ErrorKind::kInUse,
                  "one of the plan's gates runs, and they are others now; try "
                  "again when it has ended");
  }
  if (!run.source->options.groups.empty()) {
    return refuse(ErrorKind::kFailed, "it executes some groups of its plan alone (--groups)");
  }
  const std::uint32_t now = run.source->version;
  if (revision.plan->version != now + 1 || (wishes.base != 0 && wishes.base != now)) {
    return refuse(ErrorKind::kInUse,
                  fmt::format("it has become version {} meanwhile; look again", now));
  }
  return std::nullopt;
}

/// A ticket that is alive keeps running, so it must not have to wait by the new plan.
std::optional<Error> waits_while_alive(const Run& before, const Run& after) {
  for (std::uint32_t i = 0; i < before.tickets.size(); ++i) {
    const TicketIndex index{i};
    if (!is_alive(before.tickets[i].state) || after.tickets[i].unmet == 0) continue;
    for (const Edge edge : after.graph().dependencies(index)) {
      const TicketRecord& other = after.tickets[edge.ticket.index()];
      const bool met = edge.kind == EdgeKind::kSoft ||
                       (edge.kind == EdgeKind::kSequential ? is_final(other.state)
                                                           : after.satisfied(edge.ticket));
      if (met) continue;
      return Error{ErrorKind::kInvalidPlan,
                   fmt::format("{0} is {1} already and would depend on {2}, which {3}: apply this "
                               "when {0} has ended, or cancel {0} first and retry it afterwards",
                               after.ticket(index).id, to_text(before.tickets[i].state),
                               after.ticket(edge.ticket).id,
                               is_final(other.state) ? fmt::format("is {}", to_text(other.state))
                                                     : "has not ended")};
    }
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("{0} is {1} already and would be of group {2}, which is not open yet "
                             "by the new plan: apply this when {0} has ended",
                             after.ticket(index).id, to_text(before.tickets[i].state),
                             after.graph().group(index) + 1)};
  }
  return std::nullopt;
}

/// Two that are alive must not be in conflict by the new plan, and what runs alone goes on alone.
std::optional<Error> meet_while_alive(const Run& before, const Run& after) {
  LockTable table;
  std::vector<std::uint32_t> numbers;
  for (const LockName& name : after.graph().lock_names()) numbers.push_back(table.intern(name));
  for (std::uint32_t i = 0; i < before.tickets.size(); ++i) {
    if (!is_alive(before.tickets[i].state)) continue;
    const TicketIndex index{i};
    const std::string& id = after.ticket(index).id;
    const bool alone = before.attempt_ticket(index).isolation == Isolation::kIsolated;
    if (alone && after.ticket(index).isolation != Isolation::kIsolated) {
      return Error{ErrorKind::kInvalidPlan,
                   fmt::format("{0} is {1} with nothing else beside it, and would not have to be "
                               "alone any more: apply this when {0} has ended",
                               id, to_text(before.tickets[i].state))};
    }
    std::vector<LockUse> uses;
    for (const LockUse use : after.graph().locks(index)) {
      uses.push_back({numbers[use.lock], use.mode});
    }
    if (const auto blocker = table.blocker(uses)) {
      return Error{ErrorKind::kInvalidPlan,
                   fmt::format("{0} is {1} and would conflict with another ticket that is alive "
                               "({2}): apply this when one of them has ended",
                               id, to_text(before.tickets[i].state), table.name(*blocker).name)};
    }
    table.take(uses);
  }
  return std::nullopt;
}

/// What is held as the plan changes: by each attempt that is alive what it was handed out with.
class HeldNow {
 public:
  explicit HeldNow(const Run& run) : run_(run) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketIndex ticket{i};
      if (!is_alive(run.tickets[i].state)) continue;
      const std::vector<LockUse> uses = uses_by(*run.attempt_plan(ticket).graph, ticket);
      table_.take(uses);
      for (const LockUse use : uses) holders_.try_emplace(use.lock, ticket);
    }
  }

  /// `b, which holds LOCK`: another attempt that has what this one is to have by `after`; empty:
  /// there is none.
  std::string in_the_way(const Run& after, TicketIndex ticket) {
    const std::vector<LockUse> own = uses_by(*run_.attempt_plan(ticket).graph, ticket);
    table_.release(own);
    const auto blocker = table_.blocker(uses_by(after.graph(), ticket));
    table_.take(own);
    if (!blocker) return {};
    return fmt::format("{}, which holds {}", run_.ticket(holders_.at(*blocker)).id,
                       table_.name(*blocker).name);
  }

 private:
  std::vector<LockUse> uses_by(const PlanGraph& graph, TicketIndex ticket) {
    std::vector<LockUse> uses;
    for (const LockUse use : graph.locks(ticket)) {
      uses.push_back({table_.intern(graph.lock_names()[use.lock]), use.mode});
    }
    return uses;
  }

  const Run& run_;
  LockTable table_;
  std::map<std::uint32_t, TicketIndex> holders_;
};

class Changeover {
 public:
  Changeover(const Run& run, std::shared_ptr<const PlanRevision> revision, PlanChangeWishes wishes)
      : run_(run), wishes_(wishes), held_(run) {
    change_.revision = std::move(revision);
    after_ = run;
    after_.offered = change_.revision->plan;
    take_plan(after_);
  }

  Result<PlanChange> make() {
    if (const auto error = waits_while_alive(run_, after_)) return *error;
    if (const auto error = meet_while_alive(run_, after_)) return *error;
    for (const TicketIndex ticket : change_.revision->removed) remove(ticket);
    for (const TicketIndex ticket : change_.revision->changed) alter(ticket);
    for (const TicketIndex ticket : change_.revision->added) {
      if (const auto error = add(ticket)) return *error;
    }
    if (const Result<void> reopened = reopen(); !reopened) return reopened.error();
    for (const TicketIndex ticket : change_.reopen) after_.tickets[ticket.index()] = TicketRecord{};
    abort_lost();
    for (auto& [ticket, fate] : fates_) change_.fates.push_back(std::move(fate));
    change_.path_before = remaining_path(run_);
    change_.path_after = remaining_path(after_);
    change_.after = std::make_shared<const Run>(std::move(after_));
    return std::move(change_);
  }

 private:
  [[nodiscard]] bool is_new(TicketIndex ticket) const {
    return ticket.index() >= run_.tickets.size();
  }
  [[nodiscard]] TicketState state(TicketIndex ticket) const {
    return is_new(ticket) ? TicketState::kWaiting : run_.tickets[ticket.index()].state;
  }
  void fate(TicketIndex ticket, std::string words) {
    fates_[ticket] = {ticket, state(ticket), std::move(words)};
  }

  void remove(TicketIndex ticket) {
    if (is_final(state(ticket))) {
      return fate(ticket, fmt::format("stays {}, and counts no more", to_text(state(ticket))));
    }
    fate(ticket, is_alive(state(ticket)) ? "is stopped and cancelled" : "is not run");
    after_.tickets[ticket.index()].state = TicketState::kCancelled;
  }

  void alter(TicketIndex ticket) {
    const bool reworked = std::ranges::binary_search(change_.revision->reworked, ticket);
    const TicketState now = state(ticket);
    if (!is_alive(now) && !is_final(now)) return fate(ticket, "runs by its new text");
    if (!reworked) return fate(ticket, stays_as_it_is(ticket));
    if (is_final(now)) {
      if (wishes_.rerun) {
        (now == TicketState::kSucceeded ? rerun_ : retry_).push_back(ticket);
        return fate(ticket, "runs again, by its new text");
      }
      return fate(ticket, fmt::format("stays {}; --rerun runs it again", to_text(now)));
    }
    if (wishes_.restart) {
      change_.restart.push_back(ticket);
      return fate(ticket, "is stopped, and begins anew by its new text");
    }
    if (now == TicketState::kAssigned) {
      change_.take_back.push_back(ticket);
      return fate(ticket, "is taken back and goes out by its new text, unless it has begun");
    }
    const std::string other = held_.in_the_way(after_, ticket);
    fate(ticket, fmt::format("goes on by its old text{}, another attempt by the new one; --restart "
                             "begins anew",
                             other.empty() ? "" : " beside " + other + " until it ends"));
  }

  /// Of one whose work is the same. What did not run to its end may be free to do so now.
  [[nodiscard]] std::string stays_as_it_is(TicketIndex ticket) const {
    const TicketState now = state(ticket);
    if (now == TicketState::kAborted || now == TicketState::kCancelled) {
      const std::string retry = retry_command(after_, ticket);
      if (!retry.empty()) return fmt::format("stays {}; to run it: {}", to_text(now), retry);
    }
    return "does the same as before: it is not run again";
  }

  /// A new one, or one that comes back.
  std::optional<Error> add(TicketIndex ticket) {
    if (is_new(ticket)) {
      fate(ticket, "is run");
      return std::nullopt;
    }
    const TicketState now = state(ticket);
    if (is_alive(now)) {
      return Error{ErrorKind::kInUse,
                   fmt::format("{} was removed from the plan and is still being stopped; try again "
                               "in a moment",
                               after_.ticket(ticket).id)};
    }
    if (now != TicketState::kSucceeded) {
      back_.push_back(ticket);
      fate(ticket, "comes back, and is run");
    } else {
      fate(ticket, wishes_.rerun ? "comes back, and runs again"
                                 : "comes back, and stays succeeded; --rerun runs it again");
      if (wishes_.rerun) rerun_.push_back(ticket);
    }
    return std::nullopt;
  }

  Result<void> reopen() {
    std::vector<TicketIndex> all = back_;
    for (const TicketIndex ticket : back_)
      after_.tickets[ticket.index()].state = TicketState::kWaiting;
    for (const auto& [named, closure] :
         {std::pair{&rerun_, &tickets_to_rerun}, std::pair{&retry_, &tickets_to_retry}}) {
      const Result<std::vector<TicketIndex>> found = closure(after_, *named);
      if (!found) return Error{ErrorKind::kInvalidPlan, found.error().message};
      all.insert(all.end(), found->begin(), found->end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (const auto error = comes_after(all)) return *error;
    change_.reopen = std::move(all);
    return {};
  }

  /// What is alive cannot wait for something that is opened again.
  [[nodiscard]] std::optional<Error> comes_after(const std::vector<TicketIndex>& reopened) const {
    for (const TicketIndex ticket : reopened) {
      for (const Edge edge : after_.graph().dependents(ticket)) {
        if (edge.kind == EdgeKind::kSoft || !is_alive(state(edge.ticket))) continue;
        return Error{ErrorKind::kInvalidPlan,
                     fmt::format("{0} comes after {1}, which would run again, and is {2}: apply "
                                 "this when {0} has ended",
                                 after_.ticket(edge.ticket).id, after_.ticket(ticket).id,
                                 to_text(state(edge.ticket)))};
      }
    }
    return std::nullopt;
  }

  /// What can never start by the new plan ends as soon as that holds.
  void abort_lost() {
    for (std::uint32_t i = 0; i < after_.tickets.size(); ++i) {
      for (const Abortion& lost : abortions_for(after_, TicketIndex{i})) {
        after_.tickets[lost.ticket.index()].state = TicketState::kAborted;
        fate(lost.ticket, "is aborted at once: " + lost.why);
      }
    }
  }

  const Run& run_;
  PlanChangeWishes wishes_;
  PlanChange change_;
  Run after_;
  HeldNow held_;
  std::map<TicketIndex, TicketFate> fates_;
  std::vector<TicketIndex> back_, rerun_, retry_;
};

}  // namespace

Error plan_of_ended_run(RunId run) {
  return {ErrorKind::kFailed,
          fmt::format("run r{0} has ended, and its plan cannot be changed: run the new plan "
                      "(headway run PLAN), or bring the run back first (headway ticket retry "
                      "TICKET --run r{0}; of one that succeeded headway ticket rerun TICKET)",
                      run.number())};
}

Result<PlanChange> plan_change(const Run& run, std::shared_ptr<const PlanRevision> revision,
                               const PlanChangeWishes& wishes) {
  if (const auto error = not_changeable(run, *revision, wishes)) return *error;
  return Changeover(run, std::move(revision), wishes).make();
}

RemainingPath remaining_path(const Run& run) {
  constexpr std::uint32_t kNobody = UINT32_MAX;
  std::vector<Duration> rest(run.tickets.size());
  std::vector<std::uint32_t> next(run.tickets.size(), kNobody);
  std::uint32_t first = kNobody;
  const std::span<const TicketIndex> order = run.graph().topological_order();
  for (auto each = order.rbegin(); each != order.rend(); ++each) {
    const auto i = each->number();
    if (is_final(run.tickets[i].state)) continue;
    for (const Edge edge : run.graph().dependents(*each)) {
      const auto after = edge.ticket.number();
      if (edge.kind == EdgeKind::kSoft || is_final(run.tickets[after].state)) continue;
      if (next[i] == kNobody || rest[after] > rest[next[i]]) next[i] = after;
    }
    rest[i] = run.ticket(*each).estimate.value_or(kDefaultEstimate) +
              (next[i] == kNobody ? Duration{} : rest[next[i]]);
    if (first == kNobody || rest[i] > rest[first]) first = i;
  }
  RemainingPath path;
  if (first != kNobody) path.length = rest[first];
  for (std::uint32_t i = first; i != kNobody; i = next[i]) path.tickets.emplace_back(i);
  return path;
}

}  // namespace headway
