#include "tests/soak/judge/judge.h"

#include "tests/soak/judge/case.h"

namespace headway::soak {

namespace {

void count(const History& history, const Case& all, Judgement& judgement) {
  judgement.runs = all.runs.size();
  for (const FactRow& fact : history.facts) {
    if (fact.kind == "epoch started") ++judgement.epochs;
  }
  for (const RunCase& run : all.runs) {
    judgement.tickets += run.tickets.size();
    for (const TicketCase& ticket : run.tickets) {
      judgement.attempts += ticket.attempts.size();
      for (const Attempt& attempt : ticket.attempts) ++judgement.outcomes[attempt.outcome];
      std::string state = "waiting";
      for (const FactRow* fact : ticket.facts) {
        if (!fact->ticket_state.empty()) state = fact->ticket_state;
      }
      ++judgement.ticket_states[state];
    }
  }
}

/// The first ticket that each epoch handed out. An epoch belongs to the last start before it.
void measure_restarts(const History& history, const std::vector<Restart>& restarts,
                      Judgement& judgement) {
  const Restart* started = nullptr;
  for (const FactRow& fact : history.facts) {
    if (fact.kind == "epoch started") {
      started = nullptr;
      for (const Restart& restart : restarts) {
        if (restart.wall_millis <= fact.at_millis) started = &restart;
      }
    }
    if (fact.kind != "ticket assigned" || started == nullptr) continue;
    const double seconds = static_cast<double>(fact.at_millis - started->wall_millis) / 1e3;
    judgement.first_ticket_seconds.push_back(seconds);
    if (started->quiet && fact.at_millis <= started->quiet_until_millis) {
      judgement.quiet_first_ticket_seconds.push_back(seconds);
    }
    started = nullptr;
  }
}

}  // namespace

Judgement judge(const std::vector<Plan>& plans, const History& history, const Ledger& ledger,
                const std::vector<Restart>& restarts) {
  Judgement judgement;
  const Case all = make_case(plans, history, ledger, judgement.violations);
  judge_registry(history, all, judgement.violations);
  judge_ledger(all, judgement);
  count(history, all, judgement);
  measure_restarts(history, restarts, judgement);
  return judgement;
}

Judgement judge_workpieces(const std::vector<Plan>& plans, const History& history,
                           const std::vector<Workpiece>& pieces,
                           const std::vector<Restart>& restarts) {
  Judgement judgement;
  const Case all = make_case(plans, history, {}, judgement.violations);
  judge_registry(history, all, judgement.violations);
  judge_made(all, history, pieces, judgement.violations);
  count(history, all, judgement);
  measure_restarts(history, restarts, judgement);
  return judgement;
}

}  // namespace headway::soak
