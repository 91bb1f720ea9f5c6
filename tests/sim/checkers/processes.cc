#include "tests/sim/checkers/processes.h"

#include <algorithm>

#include "tests/sim/checkers/journal_rules.h"
#include "tests/sim/checkers/meeting.h"

namespace headway::sim {

namespace {

/// So many workers a ticket may kill. It is set aside after three that are known to be lost to it;
/// one that is lost while others are known to run there is laid at their door.
constexpr std::uint32_t kMostKills = 12;

bool offers(const MachineOffer& offer, const Ticket& ticket) {
  const auto has = [](const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  };
  const bool type =
      ticket.agent.type.empty() || offer.every_type || has(offer.types, ticket.agent.type);
  return type && !has(ticket.agent.excluded, offer.worker) &&
         std::ranges::all_of(ticket.agent.labels,
                             [&](const std::string& label) { return has(offer.labels, label); });
}

}  // namespace

std::size_t Processes::add_machine(MachineOffer offer) {
  machines_.push_back(std::move(offer));
  incarnations_.emplace_back();
  return machines_.size() - 1;
}

bool Processes::is_lost(Token token) const {
  return std::ranges::any_of(
      lost_, [&](const auto& span) { return token > span.first && token <= span.second; });
}

void Processes::forget_future(Token last_kept) {
  lost_.emplace_back(last_kept, highest_);
  kills_.clear();
  for (auto& [token, end] : ends_) end.known = false;  // it may have been settled there
}

void Processes::worker_started(std::size_t machine, std::uint64_t incarnation) {
  incarnations_[machine] = fmt::format("{:x}", incarnation);
}

void Processes::worker_gone(std::size_t machine) {
  incarnations_[machine].clear();
  for (auto& [token, end] : ends_) {
    if (end.machine == machine) end.known = false;
  }
}

void Processes::killed_its_worker(Token token) {
  const ReadAttempt* attempt = reading_.attempt(token);
  if (attempt == nullptr || attempt->check || is_lost(token) || tolerant_) return;
  const std::uint32_t kills = ++kills_[{attempt->key, reading_.ticket(attempt->key)->generation}];
  if (kills > kMostKills) {
    problems_.add(10, "token {}: its ticket has killed {} workers", token.number(), kills);
  }
}

void Processes::spawned(Token token, std::size_t machine) {
  live_.push_back({token, machine});
  if (is_lost(token) || tolerant_) return;
  const ReadAttempt* attempt = reading_.attempt(token);
  if (attempt == nullptr) {
    problems_.add(15, "token {} runs, which nobody handed out", token.number());
    return;
  }
  if (!attempt->alive) {
    problems_.add(2, "token {} starts after its end is durable", token.number());
  }
  if (reading_.worker(attempt->worker).name != machines_[machine].worker) {
    problems_.add(15, "token {} starts at another worker than it was given to", token.number());
  }
  if (!attempt->check || attempt->check->kind != CheckKind::kPlanGate) {
    against_others(token, *attempt);
  }
  if (attempt->check) {
    against_demand(token, *attempt, machine);
  } else {
    against_plan(token, attempt->key, machine);
  }
  capacities(machine);
}

/// Gates run side by side, and keep all away that their ticket does; so does what is put back.
void Processes::against_others(Token token, const ReadAttempt& started) {
  const TicketKey key = started.key;
  for (const Process& other : live_) {
    if (other.token == token || is_lost(other.token)) continue;
    const ReadAttempt* attempt = reading_.attempt(other.token);
    if (attempt == nullptr) continue;
    if (attempt->check && attempt->check->kind == CheckKind::kPlanGate) continue;
    if (attempt->key == key) {
      const bool both_gates = started.check && attempt->check &&
                              started.check->kind == CheckKind::kGate &&
                              attempt->check->kind == CheckKind::kGate;
      if (both_gates && started.check->number != attempt->check->number) continue;
      problems_.add(2, "tokens {} and {} of one ticket run together", other.token.number(),
                    token.number());
    } else if (must_not_meet(reading_, key, attempt->key)) {
      problems_.add(6, "processes of tokens {} and {} must not meet", other.token.number(),
                    token.number());
    }
  }
}

/// A gate with labels goes where they are, any other and a rollback where its ticket could run.
void Processes::against_demand(Token token, const ReadAttempt& check, std::size_t machine) {
  if (check.check->kind == CheckKind::kPlanGate) return;
  Ticket wanted = reading_.run(check.key.run)->told(check.key.ticket);
  if (check.check->kind == CheckKind::kGate) {
    const Gate& gate = wanted.gates[check.check->number - 1];
    if (!gate.labels.empty()) {
      wanted.agent = {};
      wanted.agent.labels = gate.labels;
    }
  }
  if (offers(machines_[machine], wanted)) return;
  problems_.add(9, "check {} of {} starts at {}, which does not offer what it asks for",
                token.number(), wanted.id, machines_[machine].worker);
}

void Processes::against_plan(Token token, TicketKey key, std::size_t machine) {
  const ReadRun& run = *reading_.run(key.run);
  const Ticket& ticket = run.told(key.ticket);
  std::string why;
  // Handed out by an older version of the plan: what it may have to wait for was looked at then.
  const bool by_this_plan = run.tickets[key.ticket.index()].handed_by == run.source;
  if (by_this_plan && !may_start(run, key.ticket, &why)) {
    problems_.add(5, "token {} of {} starts before {} has ended as required", token.number(),
                  ticket.id, why);
  }
  if (!offers(machines_[machine], ticket)) {
    problems_.add(9, "token {} of {} starts at {}, which does not offer what it asks for",
                  token.number(), ticket.id, machines_[machine].worker);
  }
}

void Processes::capacities(std::size_t machine) {
  std::size_t here = 0;
  std::map<std::string, std::int64_t> used, shared, capacity;
  for (const Process& process : live_) {
    const ReadAttempt* attempt = reading_.attempt(process.token);
    if (process.machine == machine) ++here;
    if (attempt == nullptr || attempt->check || is_lost(process.token)) continue;
    const ReadRun& run = *reading_.run(attempt->key.run);
    for (const ResourceAmount& amount : run.told(attempt->key.ticket).resources) {
      const auto counted = run.most_ever.find(amount.name);
      if (counted != run.most_ever.end()) {
        shared[amount.name] += amount.thousandths;
        capacity[amount.name] = std::max(capacity[amount.name], counted->second);
      } else if (process.machine == machine) {
        used[amount.name] += amount.thousandths;
      }
    }
  }
  const MachineOffer& offer = machines_[machine];
  if (here > offer.slots) {
    problems_.add(9, "{} runs {} processes in {} slots", offer.worker, here, offer.slots);
  }
  for (const auto& [name, amount] : used) {
    std::int64_t offered = 0;
    for (const auto& [resource, most] : offer.resources) {
      if (resource == name) offered = most;
    }
    if (amount > offered) {
      problems_.add(9, "processes at {} use {} of {} {}", offer.worker, amount, offered, name);
    }
  }
  for (const auto& [name, amount] : shared) {
    if (amount > capacity[name]) {
      problems_.add(9, "processes use {} of {} {}", amount, capacity[name], name);
    }
  }
}

void Processes::died(Token token, std::size_t machine) {
  std::erase_if(live_, [&](const Process& process) {
    return process.token == token && process.machine == machine;
  });
}

void Processes::check(const Fact& fact) {
  const bool handed_out =
      fact.kind == FactKind::kTicketAssigned || fact.kind == FactKind::kCheckAssigned;
  if (handed_out) highest_ = std::max(highest_, fact.token);
  if (fact.kind == FactKind::kRunEnded && any_of(fact.run) && !tolerant_) {
    problems_.add(8, "run r{} ends as {} while a process of it is alive", fact.run.number(),
                  to_text(*fact.run_state));
  }
  if (!ends_at_worker(fact)) return;
  if (!tolerant_ && is_alive(fact.token)) {
    problems_.add(2, "token {} ends as {} while it is alive", fact.token.number(),
                  to_text(fact.outcome.value_or(Outcome::kSucceeded)));
  }
  const auto end = ends_.find(fact.token);
  const Outcome outcome = fact.outcome.value_or(Outcome::kSucceeded);
  if (outcome != Outcome::kSucceeded && !is_failure(outcome)) {
    if (end != ends_.end()) not_forgotten(fact, end->second);
    return;
  }
  if (end == ends_.end() || end->second.outcome != outcome) {
    problems_.add(15, "token {} is recorded as {}, and that is not how it ended",
                  fact.token.number(), to_text(outcome));
  }
}

/// Whether it says how something ended that a worker had: gates and reviews elsewhere decide how an
/// attempt ends whose command is long over.
bool Processes::ends_at_worker(const Fact& fact) const {
  if (fact.kind == FactKind::kCommandEnded) return true;
  const ReadAttempt* attempt = reading_.attempt(fact.token);
  if (attempt == nullptr) return fact.kind == FactKind::kAttemptEnded;
  if (fact.kind == FactKind::kCheckEnded) return attempt->check.has_value();
  return fact.kind == FactKind::kAttemptEnded && !reading_.ticket(attempt->key)->left_slot;
}

/// An attempt whose end is known to a worker that has a session is not lost.
void Processes::not_forgotten(const Fact& fact, const End& end) {
  const bool lost =
      *fact.outcome == Outcome::kWorkerLost || *fact.outcome == Outcome::kKilledWorkers;
  const bool by_itself = end.outcome == Outcome::kSucceeded || is_failure(end.outcome);
  if (!lost || !by_itself || !end.known || tolerant_ || is_lost(fact.token)) return;
  const ReadWorker& worker = reading_.worker(fact.worker);
  if (!worker.joined || worker.incarnation != incarnations_[end.machine]) return;
  problems_.add(7, "token {} is recorded as {}; it ended as {}, and its worker is there to say so",
                fact.token.number(), to_text(*fact.outcome), to_text(end.outcome));
}

bool Processes::is_alive(Token token) const {
  return std::ranges::find(live_, token, &Process::token) != live_.end();
}

bool Processes::may_begin(Token token) const {
  const ReadAttempt* attempt = reading_.attempt(token);
  return attempt != nullptr && std::ranges::count(incarnations_, attempt->life) > 0;
}

bool Processes::any_of(RunId run) const {
  return std::ranges::any_of(live_, [&](const Process& process) {
    const ReadAttempt* attempt = reading_.attempt(process.token);
    return attempt != nullptr && !is_lost(process.token) && attempt->key.run == run;
  });
}

}  // namespace headway::sim
