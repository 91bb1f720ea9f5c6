#include "tests/soak/judge/case.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway::soak {

namespace {

void check_submissions(const std::vector<Plan>& plans, const History& history,
                       std::vector<Violation>& violations) {
  for (const Plan& plan : plans) {
    const auto runs = std::ranges::count(history.runs, plan.name, &RunRow::name);
    if (runs > 1) {
      violations.push_back(
          {"one run a submission",
           fmt::format("plan {} was submitted once and has {} runs", plan.name, runs)});
    }
    if (runs == 0 && plan.acknowledged) {
      violations.push_back({"no submission is lost",
                            fmt::format("plan {} was acknowledged and has no run", plan.name)});
    }
  }
}

void add_facts(const History& history, std::map<std::uint64_t, RunCase*>& by_number) {
  for (const FactRow& fact : history.facts) {
    const auto run = by_number.find(fact.run);
    if (run == by_number.end() || fact.ticket < 0) continue;
    const auto number = static_cast<std::size_t>(fact.ticket);
    if (number >= run->second->tickets.size()) continue;
    TicketCase& ticket = run->second->tickets[number];
    ticket.facts.push_back(&fact);
    if (fact.kind == "ticket assigned") {
      Attempt attempt;
      attempt.key = {run->second->plan->name, ticket.planned->id, fact.run,
                     static_cast<unsigned>(ticket.attempts.size() + 1)};
      attempt.token = fact.token;
      attempt.assigned = fact.sequence;
      ticket.attempts.push_back(std::move(attempt));
    }
    if (fact.kind == "attempt ended") {
      const auto attempt = std::ranges::find(ticket.attempts, fact.token, &Attempt::token);
      if (attempt == ticket.attempts.end() || attempt->ended != 0) continue;
      attempt->ended = fact.sequence;
      attempt->ended_millis = fact.at_millis;
      attempt->outcome = fact.outcome;
    }
  }
}

}  // namespace

Case make_case(const std::vector<Plan>& plans, const History& history, const Ledger& ledger,
               std::vector<Violation>& violations) {
  check_submissions(plans, history, violations);
  Case all;
  for (const RunRow& row : history.runs) {
    const auto plan = std::ranges::find(plans, row.name, &Plan::name);
    if (plan == plans.end()) {
      violations.push_back({"one run a submission",
                            fmt::format("run r{} {} was never submitted", row.run, row.name)});
      continue;
    }
    RunCase run{&*plan, &row, {}};
    for (const PlannedTicket& ticket : plan->tickets) {
      run.tickets.push_back(
          {&ticket, fmt::format("r{} {} {}", row.run, row.name, ticket.id), {}, {}});
    }
    if (!std::ranges::equal(row.tickets, plan->tickets, {}, {}, &PlannedTicket::id)) {
      violations.push_back(
          {"one run a submission",
           fmt::format("the tickets of run r{} are not those of its plan", row.run)});
    }
    all.runs.push_back(std::move(run));
  }
  std::map<std::uint64_t, RunCase*> by_number;
  for (RunCase& run : all.runs) by_number[run.row->run] = &run;
  add_facts(history, by_number);
  std::size_t joined = 0;
  for (RunCase& run : all.runs) {
    for (TicketCase& ticket : run.tickets) {
      for (Attempt& attempt : ticket.attempts) {
        const auto seen = ledger.attempts.find(attempt.key);
        if (seen == ledger.attempts.end()) continue;
        attempt.seen = &seen->second;
        ++joined;
      }
    }
  }
  if (joined != ledger.attempts.size()) {
    violations.push_back({"nothing runs that was not handed out",
                          fmt::format("{} attempts in the ledger are not in the registry",
                                      ledger.attempts.size() - joined)});
  }
  if (ledger.bad_lines > 0) {
    violations.push_back(
        {"the ledger can be read", fmt::format("{} lines of it cannot", ledger.bad_lines)});
  }
  return all;
}

}  // namespace headway::soak
