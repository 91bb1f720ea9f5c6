#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/messages/view_messages.h"

/// Bodies of `diagnose`: what is wrong with a run, why, and what to do.

namespace headway {

enum class FindingKind : std::uint8_t {
  kNothingHandedOut,  ///< the run is paused, stopped or stopping, or has no worker
  kUnservable,        ///< tickets that no joined agent can ever run
  kLockWait,          ///< tickets wait for a lock that another holds
  kOrphanedLock,      ///< a lock is held by an attempt that is not known to be alive or dead
  kStarvation,        ///< a ticket was passed over for long
  kCriticalPath,      ///< what is left of it, and what on it is late
  kBottleneck,        ///< a ticket that much waits for
  kStraggler,         ///< runs far longer than its estimate, or than its like
  kStuck,             ///< alive, but without output, processor time and progress
  kSilentWorker,
  kFlappingWorker,  ///< it leaves and joins again and again
  kBadWorker,       ///< tickets fail on it that do well elsewhere
  kSlowWorker,      ///< takes longer than others for work that is alike
  kBadTicket,       ///< fails wherever it runs
  kRetryStorm,      ///< much of the work is done for attempts that fail
  kIdleAgents,      ///< agents are idle while tickets wait
  kClockSkew,       ///< a worker's clock is far from the coordinator's
  kRegistry,        ///< the registry grows, or its disk is low
  kFailure,         ///< a ticket failed for good, and what it blocks
  kReview,          ///< a ticket waits for a person, and what waits behind it
  kRollbackFailed,  ///< a ticket could not be put back
  kFailingGate,     ///< a gate of a ticket that has failed, and of it nothing else
  kFlakyGate,       ///< a gate that failed and then passed, nothing having been changed
  kPlanGate,        ///< a gate of the plan failed the last time
  kRequirement,     ///< what a ticket requires before it starts does not hold
};
template <>
struct EnumText<FindingKind> {
  static constexpr std::array kWords = {
      std::pair{FindingKind::kNothingHandedOut, std::string_view{"nothing handed out"}},
      std::pair{FindingKind::kUnservable, std::string_view{"no agent for it"}},
      std::pair{FindingKind::kLockWait, std::string_view{"lock wait"}},
      std::pair{FindingKind::kOrphanedLock, std::string_view{"orphaned lock"}},
      std::pair{FindingKind::kStarvation, std::string_view{"starvation"}},
      std::pair{FindingKind::kCriticalPath, std::string_view{"critical path"}},
      std::pair{FindingKind::kBottleneck, std::string_view{"bottleneck"}},
      std::pair{FindingKind::kStraggler, std::string_view{"straggler"}},
      std::pair{FindingKind::kStuck, std::string_view{"stuck"}},
      std::pair{FindingKind::kSilentWorker, std::string_view{"silent worker"}},
      std::pair{FindingKind::kFlappingWorker, std::string_view{"flapping worker"}},
      std::pair{FindingKind::kBadWorker, std::string_view{"bad worker"}},
      std::pair{FindingKind::kSlowWorker, std::string_view{"slow worker"}},
      std::pair{FindingKind::kBadTicket, std::string_view{"bad ticket"}},
      std::pair{FindingKind::kRetryStorm, std::string_view{"retry storm"}},
      std::pair{FindingKind::kIdleAgents, std::string_view{"idle agents"}},
      std::pair{FindingKind::kClockSkew, std::string_view{"clock skew"}},
      std::pair{FindingKind::kRegistry, std::string_view{"registry"}},
      std::pair{FindingKind::kFailure, std::string_view{"failure"}},
      std::pair{FindingKind::kReview, std::string_view{"review"}},
      std::pair{FindingKind::kRollbackFailed, std::string_view{"rollback failed"}},
      std::pair{FindingKind::kFailingGate, std::string_view{"failing gate"}},
      std::pair{FindingKind::kFlakyGate, std::string_view{"flaky gate"}},
      std::pair{FindingKind::kPlanGate, std::string_view{"plan gate"}},
      std::pair{FindingKind::kRequirement, std::string_view{"requirement"}},
  };
};

/// `kNote`: worth knowing. `kWarning`: costs time. `kProblem`: something does not move, or is lost.
enum class FindingSeverity : std::uint8_t { kNote, kWarning, kProblem };
template <>
struct EnumText<FindingSeverity> {
  static constexpr std::array kWords = {
      std::pair{FindingSeverity::kNote, std::string_view{"note"}},
      std::pair{FindingSeverity::kWarning, std::string_view{"warning"}},
      std::pair{FindingSeverity::kProblem, std::string_view{"problem"}},
  };
};

/// One thing that was found.
struct Finding {
  FindingKind kind = FindingKind::kLockWait;
  FindingSeverity severity = FindingSeverity::kWarning;
  std::string what;                   ///< a sentence
  std::vector<std::string> evidence;  ///< sentences, with their figures
  std::string consequence;            ///< a sentence
  std::optional<Duration> cost;       ///< time that it costs the run, where that can be said
  std::vector<std::string> tickets;   ///< that it is about; at most kMostNamedTickets
  std::string worker;                 ///< that it is about; empty: none
  std::string command;                ///< what would mend it, to be typed; empty: nothing known
  template <class V>
  void fields(V& v) {
    v("kind", kind);
    v("severity", severity);
    v("what", what);
    v("evidence", evidence);
    v("consequence", consequence);
    v("cost_us", cost);
    v("tickets", tickets);
    v("worker", worker);
    v("command", command);
  }
  friend bool operator==(const Finding&, const Finding&) = default;
};

inline constexpr std::size_t kMostNamedTickets = 20;
/// Findings in one answer, the gravest first.
inline constexpr std::size_t kMostFindings = 200;

struct DiagnoseRequest {
  RunId run;  ///< 0: the only unfinished one, else the latest
  /// What to look at; neither: at everything.
  bool conflicts = false;
  bool bottlenecks = false;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("conflicts", conflicts);
    v("bottlenecks", bottlenecks);
  }
  friend bool operator==(const DiagnoseRequest&, const DiagnoseRequest&) = default;
};
struct DiagnoseAnswer {
  RunSummary run;
  std::vector<Finding> findings;  ///< the gravest first, then the costliest
  std::uint32_t findings_in_all = 0;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("findings", findings);
    v("findings_in_all", findings_in_all);
  }
  friend bool operator==(const DiagnoseAnswer&, const DiagnoseAnswer&) = default;
};

}  // namespace headway
