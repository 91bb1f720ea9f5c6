#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/fact.h"
#include "coordinator/core/state.h"

namespace headway {

/// Reads the journal as a person would, knowing nothing of `evolve`: tokens only grow, a ticket
/// has one attempt at a time and one end, nothing starts before what it depends on has ended as
/// required, a run ends once.
class JournalChecker {
 public:
  void submitted(RunId run, std::shared_ptr<const RunPlan> plan) { plans_[run] = std::move(plan); }
  void read(const Fact& fact);

  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Seen {
    Token token;
    bool alive = false;
    bool started = false;
    std::optional<TicketState> end;
    std::int32_t failures = 0;
  };
  using Key = std::pair<RunId, TicketIndex>;

  void assigned(const Fact& fact);
  void attempt_ended(const Fact& fact);
  void run_ended(const Fact& fact);
  [[nodiscard]] bool met(RunId run, const Edge& edge);
  void problem(const Fact& fact, const std::string& what);

  std::map<RunId, std::shared_ptr<const RunPlan>> plans_;
  std::map<Key, Seen> tickets_;
  std::map<RunId, RunState> runs_;
  std::set<RunId> reopened_;  ///< runs of which a ticket was opened again
  Token last_token_;
  Sequence last_;
  std::vector<std::string> problems_;
};

}  // namespace headway
