#include <fmt/format.h>

#include "tests/soak/judge/case.h"

namespace headway::soak {

namespace {

bool is_final(const std::string& ticket_state) {
  return ticket_state == "succeeded" || ticket_state == "failed" || ticket_state == "aborted" ||
         ticket_state == "cancelled";
}

void judge_journal(const History& history, std::vector<Violation>& violations) {
  if (history.integrity != "ok") {
    violations.push_back({"the registry is whole", history.integrity});
  }
  std::int64_t before = 0;
  std::uint64_t last_token = 0;
  for (const FactRow& fact : history.facts) {
    if (fact.sequence != before + 1) {
      violations.push_back(
          {"facts have no gaps", fmt::format("fact {} follows fact {}", fact.sequence, before)});
    }
    before = fact.sequence;
    if (fact.kind != "ticket assigned") continue;
    if (fact.token <= last_token) {
      violations.push_back(
          {"tokens only grow", fmt::format("fact {}: token {} was handed out after {}",
                                           fact.sequence, fact.token, last_token)});
    }
    last_token = fact.token;
  }
}

/// One ticket's life: one final state a generation, nothing handed out after it, every attempt
/// ended once.
class Life {
 public:
  Life(const TicketCase& ticket, std::vector<Violation>& violations)
      : ticket_(ticket), violations_(violations) {}

  void judge() {
    for (const FactRow* fact : ticket_.facts) take(*fact);
    if (finals_ != 1) {
      blame("a ticket has one final state", fmt::format("has {} in its last generation", finals_));
    }
    for (const Attempt& attempt : ticket_.attempts) {
      if (attempt.ended == 0) {
        blame("every attempt ends once", fmt::format("token {} never ended", attempt.token));
      }
    }
  }

 private:
  void take(const FactRow& fact) {
    if (fact.kind == "ticket reopened") {
      if (finals_ != 1)
        blame("a ticket has one final state", where(fact, "reopened before its end"));
      finals_ = 0;
      return;
    }
    if (fact.kind == "ticket assigned") {
      if (finals_ > 0) blame("a final state is final", where(fact, "handed out after it"));
      if (live_ != 0) blame("one live attempt", where(fact, "handed out while another is alive"));
      live_ = fact.token;
      return;
    }
    if (fact.kind != "attempt ended" && fact.kind != "ticket ended") return;
    if (fact.kind == "attempt ended") {
      if (live_ != fact.token) {
        blame("every attempt ends once", where(fact, "an attempt ended that was not alive"));
      }
      live_ = 0;
      if ((fact.outcome == "succeeded") != (fact.ticket_state == "succeeded")) {
        blame("a ticket succeeds by its attempt",
              where(fact, fmt::format("outcome {} made it {}", fact.outcome, fact.ticket_state)));
      }
    } else if (fact.ticket_state == "succeeded") {
      blame("a ticket succeeds by its attempt", where(fact, "succeeded without one"));
    }
    if (!is_final(fact.ticket_state)) return;
    if (++finals_ > 1) blame("a ticket has one final state", where(fact, "ended once more"));
  }

  static std::string where(const FactRow& fact, const std::string& what) {
    return fmt::format("{} (fact {})", what, fact.sequence);
  }
  void blame(const char* rule, const std::string& what) {
    violations_.push_back({rule, ticket_.name + ": " + what});
  }

  const TicketCase& ticket_;
  std::vector<Violation>& violations_;
  unsigned finals_ = 0;
  std::uint64_t live_ = 0;
};

}  // namespace

void judge_registry(const History& history, const Case& all, std::vector<Violation>& violations) {
  judge_journal(history, violations);
  for (const RunCase& run : all.runs) {
    const std::string& state = run.row->state;
    if (state != "succeeded" && state != "failed" && state != "cancelled") {
      violations.push_back(
          {"every run ends", fmt::format("r{} {} is {}", run.row->run, run.row->name, state)});
      continue;  // its tickets have no end either
    }
    for (const TicketCase& ticket : run.tickets) Life(ticket, violations).judge();
  }
}

}  // namespace headway::soak
