#include <algorithm>

#include "tests/sim/checkers/journal_rules.h"
#include "tests/sim/checkers/meeting.h"

/// JournalRules: what may be handed out, when, to whom, and beside what.

namespace headway::sim {

namespace {

/// Whether it needs more than a slot: such a ticket is never handed out ahead of one.
bool needs_more(const Ticket& ticket) {
  return !ticket.locks.empty() || !ticket.affected_files.empty() ||
         ticket.isolation != Isolation::kParallel ||
         std::ranges::any_of(ticket.resources,
                             [](const ResourceAmount& each) { return each.thousandths > 0; });
}

}  // namespace

bool may_start(const ReadRun& run, TicketIndex ticket, std::string* why) {
  const PlanGraph& graph = *run.source->graph;
  const Dependencies& wanted = run.definition(ticket).dependencies;
  const auto all = [&](const std::vector<std::string>& ids, bool success) {
    return std::ranges::all_of(ids, [&](const std::string& id) {
      const TicketIndex* other = graph.find(id);
      if (other == nullptr) return true;  // left out of this run
      if (success ? run.satisfied(*other) : is_final(run.tickets[other->index()].state))
        return true;
      *why = id;
      return false;
    });
  };
  if (!all(wanted.blocking, true) || !all(wanted.sequential, false)) return false;
  if (!run.source->plan.barriers) return true;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (graph.group(TicketIndex{i}) >= graph.group(ticket)) continue;
    // A ticket that was opened again after its group had ended holds nobody up.
    if (is_final(run.tickets[i].state) || run.tickets[i].generation > 1) continue;
    *why = "the group before";
    return false;
  }
  return true;
}

void JournalRules::token_grows(const Fact& fact) {
  if (fact.token <= last_token_) {
    problems_.add(3, "token {} is handed out after {}", fact.token.number(), last_token_.number());
  }
  last_token_ = std::max(last_token_, fact.token);
}

void JournalRules::assigned(const Fact& fact) {
  const TicketKey key{fact.run, *fact.ticket};
  token_grows(fact);
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr || run->state != RunState::kRunning || run->failing) {
    problems_.add(8, "token {} is handed out of a run that is not running", fact.token.number());
    return;
  }
  const ReadTicket& ticket = run->tickets[key.ticket.index()];
  const std::string& id = run->definition(key.ticket).id;
  if (ticket.alive) {
    problems_.add(2, "{} is handed out as token {} while token {} is alive", id,
                  fact.token.number(), ticket.token.number());
  }
  if (is_final(ticket.state)) problems_.add(4, "{} is handed out after its end", id);
  if (run->is_removed(key.ticket)) problems_.add(15, "{} is handed out and was removed", id);
  std::string why;
  if (!may_start(*run, key.ticket, &why)) {
    problems_.add(5, "{} is handed out before {} has ended as required", id, why);
  }
  // The delay is counted by the coordinator's clock, which may be a little fast; a restart goes by
  // the calendar, in milliseconds, which may have been set.
  const bool early =
      problems_.now() + 2 * kRounding < ticket.ended_at + ticket.delay - ticket.delay / 100;
  if (early && (calendar_ || ticket.ended_in == reading_.epoch())) {
    problems_.add(10, "{} is handed out again {:.3f} s after it failed, not {:.3f} s", id,
                  to_seconds(problems_.now() - ticket.ended_at), to_seconds(ticket.delay));
  }
  if (ticket.pinned != WorkerId{} && ticket.pinned != fact.worker) {
    problems_.add(15, "{} is handed out to worker {}, and is to go to {} alone", id,
                  reading_.worker(fact.worker).name, reading_.worker(ticket.pinned).name);
  }
  beside_others(fact, key);
  within_resources(fact, *run);
  at_worker(fact, !needs_more(run->definition(key.ticket)));
}

/// A worker gets what its slots can run, and for each of them one ahead, which needs nothing else.
void JournalRules::at_worker(const Fact& fact, bool may_wait) {
  const ReadWorker& worker = reading_.worker(fact.worker);
  if (!worker.joined || worker.draining) {
    problems_.add(9, "token {} is handed out to worker {}, which {}", fact.token.number(),
                  worker.name, worker.joined ? "is to leave" : "is not joined");
  }
  const auto others =
      static_cast<std::uint32_t>(std::ranges::count_if(reading_.held(), [&](const auto& each) {
        return reading_.attempt(each.first)->worker == fact.worker;
      }));
  const std::uint32_t most = may_wait ? 2 : 1;
  if (others >= most * worker.slots) {
    problems_.add(9, "token {} is handed out to worker {}, which has {} for {} slots",
                  fact.token.number(), worker.name, others, worker.slots);
  }
}

void JournalRules::beside_others(const Fact& fact, TicketKey key) {
  const ReadRun& run = *reading_.run(key.run);
  std::size_t of_run = 1;
  for (const auto& [token, other] : reading_.alive()) {
    if (other.run == key.run && !reading_.ticket(other)->left_slot) ++of_run;
    // What is alive may have been told less than its plan says of it now: that holds as well for
    // what is handed out later.
    const bool by_plan = !reading_.run(other.run)->is_removed(other.ticket) &&
                         must_not_meet_now(reading_, key, other);
    if (other != key && (by_plan || must_not_meet(reading_, key, other))) {
      problems_.add(6, "tokens {} and {} are handed out together and must not meet",
                    fact.token.number(), token.number());
    }
  }
  for (const auto& [id, other] : reading_.runs()) {
    for (std::uint32_t i = 0; i < other.tickets.size(); ++i) {
      const RollbackState rollback = other.tickets[i].rollback;
      const bool claims = rollback == RollbackState::kPlanned || rollback == RollbackState::kFailed;
      if (!claims || is_final(other.state)) continue;
      if (!must_not_meet(reading_, key, {id, TicketIndex{i}})) continue;
      problems_.add(17, "token {} is handed out and must not meet {}, which is to be put back",
                    fact.token.number(), other.definition(TicketIndex{i}).id);
    }
  }
  const std::optional<std::int64_t> most = run.limit();
  if (most && of_run > static_cast<std::size_t>(*most)) {
    problems_.add(9, "r{} has {} tickets alive; its limit is {}", key.run.number(), of_run, *most);
  }
}

/// What is counted for all suffices for it, beside all that is alive.
void JournalRules::within_resources(const Fact& fact, const ReadRun& run) {
  for (const ResourceAmount& wanted : run.definition(*fact.ticket).resources) {
    const std::optional<std::int64_t> amount = run.amount(wanted.name);
    if (!amount || wanted.thousandths == 0) continue;
    std::int64_t used = wanted.thousandths;
    for (const auto& [token, other] : reading_.alive()) {
      const ReadRun& of = *reading_.run(other.run);
      if (!of.amount(wanted.name)) continue;
      for (const ResourceAmount& held : of.told(other.ticket).resources) {
        if (held.name == wanted.name) used += held.thousandths;
      }
    }
    if (used > *amount) {
      problems_.add(9, "with token {} {} of {} {} are used", fact.token.number(), used, *amount,
                    wanted.name);
    }
  }
}

/// Tickets keep their places, and nothing that is alive has to wait by the new plan.
void JournalRules::plan_changed(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr) return;
  ReadRun after = *run;
  after.source = reading_.version(fact);
  if (after.source->version != run->source->version + 1) {
    problems_.add(11, "the plan of r{} changes from version {} to {}", fact.run.number(),
                  run->source->version, after.source->version);
  }
  for (std::uint32_t i = 0; i < run->tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (after.definition(ticket).id != run->definition(ticket).id) {
      problems_.add(11, "{} of r{} becomes {}", run->definition(ticket).id, fact.run.number(),
                    after.definition(ticket).id);
    }
    std::string why;
    if (run->tickets[i].alive && !may_start(after, ticket, &why)) {
      problems_.add(5, "{} is alive and waits for {} by the new plan", run->definition(ticket).id,
                    why);
    }
  }
}

}  // namespace headway::sim
