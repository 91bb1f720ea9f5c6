#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/time.h"

namespace headway {

/// The classes in which tickets are handed out, the most urgent first.
enum class Priority : std::uint8_t { kCritical, kHigh, kMedium, kLow, kBackground };

enum class LockMode : std::uint8_t { kWrite, kRead };

/// How a ticket wants to be beside others (`execution_strategy`). Isolated: nothing else is alive
/// beside it.
enum class Isolation : std::uint8_t { kParallel, kSequential, kIsolated };

/// Causes for which an attempt may be tried again (`retry.when`).
enum class RetryCause : std::uint8_t {
  kExit,
  kSignal,
  kTimeout,
  kOutOfMemory,
  kCouldNotStart,
  kRequirement,
  kGate,
};

enum class OnDisconnect : std::uint8_t { kKill, kFinish };
enum class Reassign : std::uint8_t { kOnExpiry, kOnProof };
enum class OnCheckpointFail : std::uint8_t { kWarn, kStop };
enum class OnPlanGateFail : std::uint8_t { kWarn, kPause, kFail };
enum class OnReviewTimeout : std::uint8_t { kReject, kApprove };
enum class RollbackScope : std::uint8_t { kTicket, kDescendants, kGroup, kRun };
enum class TicketStatus : std::uint8_t { kPending, kInProgress, kCompleted, kBlocked, kCancelled };

/// What to execute: nothing, a line for `/bin/sh -c`, the words of a command executed as they are,
/// or a function that the worker itself calls (of a ticket alone, never of a check). At most one of
/// the first three is not empty.
struct Command {
  std::string shell_line;          ///< `run`
  std::vector<std::string> words;  ///< `command`
  std::string function{};          ///< `call`: `module:function`
  std::string arguments{};  ///< `args`: a JSON array or object (RFC 8259); empty: none were written

  [[nodiscard]] bool empty() const {
    return shell_line.empty() && words.empty() && function.empty();
  }
  friend bool operator==(const Command&, const Command&) = default;
};

struct LockRequest {
  std::string name;
  LockMode mode = LockMode::kWrite;
  friend bool operator==(const LockRequest&, const LockRequest&) = default;
};

/// An amount of a counted resource in thousandths of its unit: 1.5 cpus are 1500, 2 GiB of memory
/// 2^31 * 1000.
struct ResourceAmount {
  std::string name;
  std::int64_t thousandths = 0;
  friend bool operator==(const ResourceAmount&, const ResourceAmount&) = default;
};

/// Which agents may run it: those that offer `type` (any where empty) and all `labels`, and are not
/// of the workers `not`.
struct AgentRequirement {
  std::string type;
  std::vector<std::string> labels;
  std::vector<std::string> excluded;  ///< `not`: names of workers
  friend bool operator==(const AgentRequirement&, const AgentRequirement&) = default;
};

struct RetryPolicy {
  std::int32_t max = 0;  ///< further attempts after the first
  Duration backoff{};    ///< before the first of them
  double factor = 2.0;   ///< by which the backoff grows from one to the next
  std::vector<RetryCause> when = {RetryCause::kExit,        RetryCause::kSignal,
                                  RetryCause::kTimeout,     RetryCause::kOutOfMemory,
                                  RetryCause::kRequirement, RetryCause::kGate};
  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// Ids of other tickets, by the kind of the dependency.
struct Dependencies {
  std::vector<std::string> blocking;
  std::vector<std::string> sequential;
  std::vector<std::string> soft;
  std::vector<std::string> file_conflicts;
  std::vector<std::string> resource_conflicts;
  friend bool operator==(const Dependencies&, const Dependencies&) = default;
};

/// A check of its own beside the command: a requirement before it.
struct Requirement {
  std::string name;
  Command command;
  std::optional<Duration> timeout;
  friend bool operator==(const Requirement&, const Requirement&) = default;
};

/// When a checkpoint is due: at a share of progress (0..1), after a time, or when the command names
/// it.
using CheckpointTrigger = std::variant<std::monostate, double, Duration>;

struct Checkpoint {
  std::string name;
  CheckpointTrigger at;
  Command command;
  std::optional<Duration> timeout;
  OnCheckpointFail on_fail = OnCheckpointFail::kWarn;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// A check that must pass before the ticket counts as succeeded; with `approval` a person's.
struct Gate {
  std::string name;
  Command command;
  bool approval = false;
  bool parallel = false;
  std::vector<std::string> labels;
  std::optional<Duration> timeout;
  RetryPolicy retry;
  OnReviewTimeout on_timeout = OnReviewTimeout::kReject;
  friend bool operator==(const Gate&, const Gate&) = default;
};

struct Rollback {
  Command command;
  RollbackScope scope = RollbackScope::kTicket;
  std::optional<Duration> timeout;
  friend bool operator==(const Rollback&, const Rollback&) = default;
};

/// Where something was written, from 1, the column in bytes; 0: nowhere (made by a program).
struct SourceMark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const SourceMark&, const SourceMark&) = default;
};

/// A unit of work, as a person wrote it with the plan's defaults filled in. See plan-format.md for
/// each field.
struct Ticket {
  std::string id;
  std::string title;
  std::string category;
  Priority priority = Priority::kMedium;
  std::optional<Duration> estimate;
  Dependencies dependencies;
  std::vector<std::string> affected_files;
  std::vector<LockRequest> locks;
  AgentRequirement agent;
  std::vector<ResourceAmount> resources;
  Command command;
  std::string dir = ".";
  std::vector<std::pair<std::string, std::string>> env;  ///< in the order written
  std::vector<std::string> secrets;
  std::optional<Duration> timeout;
  Duration kill_grace = std::chrono::seconds{10};
  RetryPolicy retry;
  OnDisconnect on_disconnect = OnDisconnect::kKill;
  Reassign reassign = Reassign::kOnExpiry;
  bool allow_failure = false;
  Isolation isolation = Isolation::kParallel;
  std::string parallel_group;
  std::optional<TicketStatus> status;
  std::string created;
  std::vector<Requirement> require;
  std::vector<Checkpoint> checkpoints;
  std::vector<Gate> gates;
  std::vector<std::string> artifacts;
  std::optional<Rollback> rollback;
  SourceMark mark;  ///< of the ticket's id

  friend bool operator==(const Ticket&, const Ticket&) = default;
};

}  // namespace headway
