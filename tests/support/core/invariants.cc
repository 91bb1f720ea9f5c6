#include "tests/support/core/invariants.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/enum_text.h"
#include "common/plan/path_pattern.h"

namespace headway {

namespace {

using Problems = std::vector<std::string>;

std::string name_of(const Run& run, std::size_t ticket) {
  return fmt::format("r{}/{}", run.id.number(), run.plan().tickets[ticket].id);
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::uint32_t unmet_of(const Run& run, TicketIndex ticket) {
  std::uint32_t unmet = run.graph().group(ticket) >= run.open_groups ? 1 : 0;
  for (const Edge edge : run.graph().dependencies(ticket)) {
    const bool ended = is_final(run.tickets[edge.ticket.index()].state);
    if (edge.kind == EdgeKind::kSequential && !ended) ++unmet;
    if (edge.kind == EdgeKind::kBlocking && !run.satisfied(edge.ticket)) ++unmet;
  }
  return unmet;
}

bool declare_conflict(const Ticket& one, const Ticket& two) {
  const auto declares = [](const Ticket& from, const Ticket& to) {
    return contains(from.dependencies.file_conflicts, to.id) ||
           contains(from.dependencies.resource_conflicts, to.id);
  };
  return declares(one, two) || declares(two, one);
}

void check_counts(const Run& run, Problems& problems) {
  std::array<std::uint32_t, kTicketStates> in_state{};
  std::vector<std::uint32_t> group_left(run.graph().group_count(), 0);
  std::uint32_t open_left = 0;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    ++in_state[static_cast<std::size_t>(ticket.state)];
    if (!is_final(ticket.state)) {
      ++group_left[run.graph().group(TicketIndex{i})];
      if (run.graph().group(TicketIndex{i}) < run.open_groups) ++open_left;
    }
    const std::uint32_t unmet = unmet_of(run, TicketIndex{i});
    if (ticket.unmet != unmet) {
      problems.push_back(fmt::format("{} counts {} unmet dependencies; there are {}",
                                     name_of(run, i), ticket.unmet, unmet));
    }
    if (unmet > 0 && ticket.state != TicketState::kWaiting && !is_final(ticket.state)) {
      problems.push_back(fmt::format("{} is {} before its dependencies have ended", name_of(run, i),
                                     to_text(ticket.state)));
    }
    if (unmet == 0 && ticket.state == TicketState::kWaiting) {
      problems.push_back(fmt::format("{} waits for nothing", name_of(run, i)));
    }
  }
  if (in_state != run.totals.in_state) problems.push_back("the counts of states are wrong");
  if (group_left != run.group_left || open_left != run.open_left)
    problems.push_back("the counts of groups are wrong");
}

/// No ticket counts before its gates, and nothing that stands on an undone ticket stays succeeded.
void check_milestones(const State& state, const Run& run, Problems& problems) {
  std::uint32_t handed = 0;
  for (const auto& [token, check] : state.checks) handed += check.run == run.id ? 1U : 0U;
  if (handed != run.handed_checks) problems.push_back("the count of handed out checks is wrong");
  for (const auto& [ticket, validation] : run.validations) {
    const TicketState now = run.tickets[ticket.index()].state;
    const bool open =
        validation.review ? now == TicketState::kReview : now == TicketState::kValidating;
    if (!open) {
      problems.push_back(fmt::format("{} is {} while its gates are open",
                                     name_of(run, ticket.index()), to_text(now)));
    }
  }
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketState now = run.tickets[i].state;
    if (now == TicketState::kReview && !run.validations.contains(TicketIndex{i})) {
      problems.push_back(fmt::format("{} is in review without one", name_of(run, i)));
    }
    // Of what a later version of the plan says first, nothing follows for what has ended.
    if (now != TicketState::kUndone || run.source->version > 1) continue;
    for (const Edge edge : run.graph().dependents(TicketIndex{i})) {
      if (edge.kind != EdgeKind::kBlocking) continue;
      if (run.tickets[edge.ticket.index()].state != TicketState::kSucceeded) continue;
      problems.push_back(fmt::format("{} stays succeeded on {}, which is undone",
                                     name_of(run, edge.ticket.index()), name_of(run, i)));
    }
  }
}

struct Alive {
  const Run* run;
  TicketIndex ticket;
  [[nodiscard]] const TicketRecord& record() const { return run->tickets[ticket.index()]; }
  /// By the version of the plan that it was handed out by.
  [[nodiscard]] const Ticket& definition() const { return run->attempt_ticket(ticket); }
  [[nodiscard]] bool at_worker() const { return run->at_worker(ticket); }
};

void check_links(const Core& core, const std::vector<Alive>& alive, Problems& problems) {
  std::map<Token, WorkerId> wanted;
  std::map<Token, WorkerId> held;
  for (const auto& [token, check] : core.state().checks) wanted[token] = check.worker;
  for (const Alive& attempt : alive) {
    if (attempt.at_worker()) wanted[attempt.record().token] = attempt.record().worker;
    const auto known = core.state().attempts.find(attempt.record().token);
    if (known == core.state().attempts.end() ||
        known->second != AttemptRef{attempt.run->id, attempt.ticket}) {
      problems.push_back("an attempt that is alive is not found by its token");
    }
  }
  for (const auto& [worker, link] : core.links()) {
    for (const Token token : link.held) held[token] = worker;
    for (const Token token : link.unaccepted) {
      if (!link.held.contains(token)) problems.push_back("an assign waits that is nobody's");
    }
    for (const auto& [token, stop] : link.stops) {
      if (!link.held.contains(token)) problems.push_back("a stop waits that is nobody's");
    }
  }
  if (wanted != held) problems.push_back("what workers hold is not what is alive");
}

void check_workers(const Core& core, const std::vector<Alive>& alive, Problems& problems) {
  std::map<WorkerId, std::uint32_t> held;
  std::map<std::pair<WorkerId, std::string>, std::int64_t> used;
  for (const auto& [token, check] : core.state().checks) ++held[check.worker];
  for (const Alive& attempt : alive) {
    if (!attempt.at_worker()) continue;
    const WorkerId worker = attempt.record().worker;
    ++held[worker];
    for (const ResourceAmount& amount : attempt.definition().resources) {
      const bool cluster =
          std::ranges::any_of(attempt.run->plan().resources,
                              [&](const auto& counted) { return counted.name == amount.name; });
      if (!cluster) used[{worker, amount.name}] += amount.thousandths;
    }
  }
  for (const auto& [worker, count] : held) {
    const std::uint32_t slots = core.state().workers.at(worker).slots;
    if (count > 2 * slots) {
      problems.push_back(
          fmt::format("worker {} has {} attempts for {} slots", worker.number(), count, slots));
    }
  }
  for (const auto& [what, amount] : used) {
    const auto link = core.links().find(what.first);
    if (link == core.links().end() || link->second.hello.worker.empty()) continue;
    std::int64_t capacity = 0;
    for (const auto& [name, offered] : link->second.hello.resources) {
      if (name == what.second) capacity = offered;
    }
    if (amount > capacity) {
      problems.push_back(fmt::format("worker {} gives {} of {} {}", what.first.number(), amount,
                                     capacity, what.second));
    }
  }
}

/// Each by the version of the plan that it was handed out by; what two declare of each other holds
/// as the present one says it.
bool apart_by_plan(const Alive& a, const Alive& b) {
  const RunPlan& one = a.run->attempt_plan(a.ticket);
  const RunPlan& two = b.run->attempt_plan(b.ticket);
  if (a.run != b.run) return must_not_meet(one, a.ticket, two, b.ticket, false);
  const RunPlan& now = *a.run->source;
  if (declare_conflict(now.plan.tickets[a.ticket.index()], now.plan.tickets[b.ticket.index()])) {
    return true;
  }
  return must_not_meet(one, a.ticket, two, b.ticket, true) &&
         !declare_conflict(a.definition(), b.definition());
}

/// Not of what a person has changed meanwhile: less than is in use is no fault then.
void check_shared(const std::vector<Alive>& alive, Problems& problems) {
  std::map<std::string, std::int64_t> used, capacity;
  const auto steered = [&](const std::string& name) {
    return std::ranges::any_of(
        alive, [&](const Alive& attempt) { return attempt.run->resources.contains(name); });
  };
  for (const Alive& attempt : alive) {
    for (const ResourceAmount& counted : attempt.run->plan().resources) {
      const auto known = capacity.try_emplace(counted.name, counted.thousandths).first;
      known->second = std::min(known->second, counted.thousandths);
      for (const ResourceAmount& amount : attempt.definition().resources) {
        if (amount.name == counted.name) used[amount.name] += amount.thousandths;
      }
    }
  }
  for (const auto& [name, amount] : used) {
    if (amount > capacity[name] && !steered(name)) {
      problems.push_back(fmt::format("{} of {} {} is in use", amount, capacity[name], name));
    }
  }
  for (std::size_t i = 0; i < alive.size(); ++i) {
    for (std::size_t j = i + 1; j < alive.size(); ++j) {
      const Alive& a = alive[i];
      const Alive& b = alive[j];
      if (!apart_by_plan(a, b)) continue;
      problems.push_back(fmt::format("{} and {} are alive together",
                                     name_of(*a.run, a.ticket.index()),
                                     name_of(*b.run, b.ticket.index())));
    }
  }
}

}  // namespace

void Journal::commit(const Turn& turn) {
  facts.insert(facts.end(), turn.facts.begin(), turn.facts.end());
}

void Journal::prepare(State& state, const Fact& fact) const {
  if (fact.kind == FactKind::kRunSubmitted) add_run(state, fact.run, plans.at(fact.run));
  if (fact.kind != FactKind::kPlanChanged) return;
  offer_plan(state, fact.run,
             versions.at({fact.run, static_cast<std::uint32_t>(fact.number.value_or(0))}));
}

State fold(const Journal& journal) {
  State state;
  Changes changes;
  for (const Fact& fact : journal.facts) {
    journal.prepare(state, fact);
    evolve(state, fact, changes);
  }
  std::vector<RunId> ended;
  for (const auto& [id, run] : state.runs) {
    if (is_final(run.state) && run.alive() == 0 && run.at_workers() == 0) ended.push_back(id);
  }
  for (const RunId id : ended) drop_run(state, id);
  return state;
}

std::vector<std::string> differences(const State& memory, const State& folded) {
  Problems problems;
  const auto same = [&](bool equal, const std::string& what) {
    if (!equal) problems.push_back(what + " in memory is not the fold of the journal");
  };
  same(memory.last_sequence == folded.last_sequence, "the last sequence");
  same(memory.last_token == folded.last_token, "the last token");
  same(memory.last_run == folded.last_run, "the last run");
  same(memory.epoch == folded.epoch, "the epoch");
  same(memory.workers == folded.workers, "what is known of workers");
  same(memory.joined_slots == folded.joined_slots, "the number of joined slots");
  same(memory.worker_by_name == folded.worker_by_name, "the names of workers");
  same(memory.track_record == folded.track_record, "how well workers did");
  same(memory.attempts == folded.attempts, "the index of attempts");
  same(memory.checks == folded.checks, "which checks workers have");
  same(memory.runs.size() == folded.runs.size(), "the number of runs");
  for (const auto& [id, run] : memory.runs) {
    const Run* other = folded.find_run(id);
    if (other == nullptr) {
      problems.push_back(fmt::format("r{} is only in memory", id.number()));
      continue;
    }
    same(run.state == other->state && run.preserve == other->preserve &&
             run.force == other->force && run.failing == other->failing,
         "a run's state");
    same(run.submitted_at == other->submitted_at && run.finished_at == other->finished_at,
         "a run's time");
    same(run.totals == other->totals, "a run's totals");
    same(run.meter == other->meter, "a run's meter");
    same(run.parallelism == other->parallelism && run.resources == other->resources,
         "what a person set of a run");
    same(run.failures == other->failures, "which tickets failed where");
    same(run.source == other->source && run.former == other->former && !run.offered,
         "a run's versions of its plan");
    same(run.behind == other->behind, "what waits for a group");
    same(run.validations == other->validations && run.due == other->due &&
             run.handed_checks == other->handed_checks,
         "a run's gates and reviews");
    same(run.rollbacks == other->rollbacks && run.rolling_back == other->rolling_back &&
             run.rollback_begun == other->rollback_begun,
         "what is to be put back");
    same(run.plan_gates == other->plan_gates, "a plan's gates");
    same(run.artifacts == other->artifacts && run.files == other->files,
         "what attempts have made and left");
    same(run.group_left == other->group_left && run.open_groups == other->open_groups &&
             run.open_left == other->open_left,
         "a run's groups");
    for (std::size_t i = 0; i < run.tickets.size(); ++i) {
      same(run.tickets[i] == other->tickets[i], name_of(run, i));
    }
  }
  return problems;
}

bool must_not_meet(const RunPlan& a, TicketIndex first, const RunPlan& b, TicketIndex second,
                   bool same_run) {
  const Ticket& one = a.plan.tickets[first.index()];
  const Ticket& two = b.plan.tickets[second.index()];
  for (const LockRequest& lock : one.locks) {
    for (const LockRequest& other : two.locks) {
      const bool shared = lock.mode == LockMode::kRead && other.mode == LockMode::kRead;
      if (lock.name == other.name && !shared) return true;
    }
  }
  if (a.options.plan_folder == b.options.plan_folder) {
    for (const std::string& path : one.affected_files) {
      for (const std::string& other : two.affected_files) {
        if (patterns_overlap(path, other)) return true;
      }
    }
  }
  if (!same_run) return false;
  if (declare_conflict(one, two)) return true;
  if (one.isolation == Isolation::kIsolated || two.isolation == Isolation::kIsolated) return true;
  return one.isolation == Isolation::kSequential && two.isolation == Isolation::kSequential;
}

std::vector<std::string> broken_invariants(const Core& core) {
  Problems problems;
  std::vector<Alive> alive;
  for (const auto& [id, run] : core.state().runs) {
    check_counts(run, problems);
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      if (is_alive(run.tickets[i].state)) alive.push_back({&run, TicketIndex{i}});
    }
    const auto most = run.source->options.max_parallel ? run.source->options.max_parallel
                                                       : run.plan().most_alive();
    check_milestones(core.state(), run, problems);
    const bool planned_so = run.former.empty();  // a new version may allow less than runs already
    const std::uint32_t in_slots = run.at_workers() - run.handed_checks;
    if (most && planned_so && !run.parallelism && in_slots > static_cast<std::uint32_t>(*most)) {
      problems.push_back(
          fmt::format("r{} has {} tickets alive; its limit is {}", id.number(), in_slots, *most));
    }
    if (is_final(run.state)) problems.push_back("a run that has ended is still in memory");
  }
  check_links(core, alive, problems);
  check_workers(core, alive, problems);
  check_shared(alive, problems);
  return problems;
}

}  // namespace headway
