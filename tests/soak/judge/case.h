#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/soak/judge/judge.h"

namespace headway::soak {

/// An attempt as the registry tells of it, with what its processes wrote.
struct Attempt {
  AttemptKey key;
  std::uint64_t token = 0;
  std::int64_t assigned = 0;  ///< sequence of the fact
  std::int64_t ended = 0;     ///< likewise; 0: it has not
  std::int64_t ended_millis = 0;
  std::string outcome;
  const LedgerAttempt* seen = nullptr;  ///< none: nothing of it began
};

/// A ticket of a run with all that happened to it, in order.
struct TicketCase {
  const PlannedTicket* planned = nullptr;
  std::string name;  ///< for people: `r3 soak-3 T007`
  std::vector<Attempt> attempts;
  std::vector<const FactRow*> facts;
};

/// A run, joined with the plan that it executes.
struct RunCase {
  const Plan* plan = nullptr;
  const RunRow* row = nullptr;
  std::vector<TicketCase> tickets;  ///< as in the plan
};

/// Everything that is to be judged, joined. Points into its sources.
struct Case {
  std::vector<RunCase> runs;
};

/// Joins the sources. What does not fit together is a violation already.
Case make_case(const std::vector<Plan>& plans, const History& history, const Ledger& ledger,
               std::vector<Violation>& violations);

/// What the registry alone must say: sequences, tokens, one final state a generation, every run at
/// its end.
void judge_registry(const History& history, const Case& all, std::vector<Violation>& violations);

/// What was made must say beside it: as much as an undisturbed run makes, and what the registry
/// says that was made, left and put back.
void judge_made(const Case& all, const History& history, const std::vector<Workpiece>& pieces,
                std::vector<Violation>& violations);

/// What the ledger must say beside it: outcomes, overlaps, order, silence after the end.
void judge_ledger(const Case& all, Judgement& judgement);

}  // namespace headway::soak
