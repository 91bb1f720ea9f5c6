#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/soak/judge/history.h"
#include "tests/soak/judge/ledger.h"
#include "tests/soak/judge/plan.h"

namespace headway::soak {

/// Something that must never happen, and where to look.
struct Violation {
  std::string rule;
  std::string what;
};

/// A start of the coordinator, as its harness saw it.
struct Restart {
  std::int64_t wall_millis = 0;  ///< when the process was started
  /// Nothing else was broken when it started. From then on, until `quiet_until`, nothing was done.
  bool quiet = false;
  std::int64_t quiet_until_millis = 0;
};

/// What a judgement found.
struct Judgement {
  std::vector<Violation> violations;
  std::uint64_t runs = 0;
  std::uint64_t tickets = 0;
  std::uint64_t attempts = 0;
  std::uint64_t epochs = 0;
  std::map<std::string, std::uint64_t> ticket_states;  ///< at the end
  std::map<std::string, std::uint64_t> outcomes;       ///< of attempts
  /// Side effects done whose attempt does not count as succeeded, by the outcome that it has
  /// instead: why each was allowed.
  std::map<std::string, std::uint64_t> extra_effects;
  /// Those of them whose ticket did succeed as well, so that its side effect was done twice.
  std::vector<std::string> duplicates;
  /// From the start of a coordinator to the first ticket that it handed out.
  std::vector<double> first_ticket_seconds;
  std::vector<double> quiet_first_ticket_seconds;
  /// How long before the fact of its end an attempt wrote last, at the least: what the rule that
  /// nothing writes afterwards had to spare. Negative: it wrote later.
  double least_silence_seconds = 0;
};

/// What a run has made in a folder of its own.
struct Workpiece {
  std::string plan;
  std::map<std::string, std::string> digests;  ///< SHA-256 of each file by its path
  /// A ticket of it has taken its workers with it too often and failed for that, as it must: the
  /// rest is not what an undisturbed run makes.
  bool spoilt = false;
};

/// Compares what was planned, what the registry says, and what the tickets did. Reads nothing:
/// every rule can be tried with three small tables.
Judgement judge(const std::vector<Plan>& plans, const History& history, const Ledger& ledger,
                const std::vector<Restart>& restarts);

/// The same of plans whose tickets write no ledger, but make something: nobody disturbed the first.
Judgement judge_workpieces(const std::vector<Plan>& plans, const History& history,
                           const std::vector<Workpiece>& pieces,
                           const std::vector<Restart>& restarts);

}  // namespace headway::soak
