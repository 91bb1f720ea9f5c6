#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/enum_text.h"
#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"

namespace headway {

/// What can happen durably. A fact says what has become true; `evolve` (evolve.h) is the only code
/// that changes durable state, and it does so from facts alone, in life and in recovery.
enum class FactKind : std::uint8_t {
  kEpochStarted,  ///< a coordinator started on this registry
  kRunSubmitted,  ///< number: tickets; detail: name
  kRunPaused,
  kRunResumed,
  kRunStopping,  ///< detail: `preserve` or `cancel`, then ` force` if so
  kRunEnded,     ///< run_state: stopped, succeeded, failed, cancelled
  kRunLoad,      ///< how busy the machines were for a while; number: milliseconds of all workers
                 ///< together; detail: shares of cpu, memory, disk and network
  kRunSteered,   ///< a person changed its course, as the facts after this one say; detail: who, why
  kParallelismSet,  ///< number: tickets alive at once, 0: without a limit
  kResourceSet,     ///< number: thousandths; detail: the resource, counted for the whole cluster
  kPlanChanged,     ///< the plan's next version holds; number: which; digest: sha256 of its text;
                    ///< detail: who and why
  kPrioritySet,     ///< of a ticket; detail: a word of Priority
  kTicketPinned,    ///< the ticket goes to this worker alone; worker 0: to any again; number 1: its
                    ///< attempt elsewhere is being stopped for that
  kLockWait,  ///< a ready ticket waits for a lock that another holds, for the first time; detail:
              ///< the lock
  kTicketAssigned,  ///< token, worker; number: its first gates that run in its slot
  kAttemptStarted,  ///< token, worker, slot; number: process
  kAttemptEnded,    ///< token, worker, outcome...; ticket_state: what the ticket is now; delay:
                    ///< before it is handed out again; number 1: the loss of this worker is laid at
                    ///< the ticket's door
  kAttemptValidating,  ///< token, worker: its command has ended well, and gates run in its slot
  kCommandEnded,       ///< token, worker, slot, elapsed, cpu, max_memory: its slot is free; number:
                  ///< gates that have passed there; more are left, which run elsewhere or are a
                  ///< person's
  kCheckAssigned,  ///< token: its own; worker; digest: kind of the check; number; detail: name
  kCheckStarted,   ///< token, worker, slot
  kCheckEnded,  ///< token: its own, or of the attempt in whose slot it ran; worker, slot, outcome,
                ///< exit_code or signal, elapsed; digest: kind of the check; number; delay: before
                ///< it is tried again; detail: name, or what went wrong
  kReviewOpened,  ///< number: the gate that a person is to decide; delay: for so long; detail: name
  kReviewDecided,     ///< number; outcome: succeeded or gate; detail: who and why
  kRollbackPlanned,   ///< the ticket is to be put back; detail: why
  kRollbackEnded,     ///< token: of the check; 0: there was nothing to run; outcome; ticket_state:
                      ///< undone, where it had succeeded and its rollback did; detail
  kRollbackSettled,   ///< a person has put it back, or says that it may stay; ticket_state: undone,
                      ///< where it had succeeded; detail: who and why
  kPlanGateDue,       ///< number: the plan's gate; detail: why now
  kPlanGateEnded,     ///< number; outcome; detail: how it failed
  kRegistryPruned,    ///< ended runs were removed; number: their facts; detail: who, which
  kRegistryVerified,  ///< it agrees with itself and the files; number: problems; detail
  kArtifact,          ///< token; detail: path; number: size; digest
  kFileLeft,  ///< token; a file that a ticket affects is as it left it; detail: path; number: size;
              ///< digest
  kCheckpoint,        ///< token; number: of the attempt; outcome, exit_code, elapsed: of its check;
                      ///< detail: name
  kTicketEnded,       ///< without an attempt: ticket_state aborted or cancelled; detail: why
  kTicketCancelling,  ///< token; its attempt is being stopped for good; detail: who and why
  kTicketReopened,    ///< a final state is left, and a new generation begins; ticket_state waiting;
                      ///< detail: who and why
  kWorkerJoined,    ///< worker; number: slots; detail: name; digest: its incarnation in hexadecimal
  kWorkerLost,      ///< its lease ran out, or a newer process took its name
  kWorkerLeft,      ///< it said goodbye
  kWorkerDraining,  ///< this process of it gets nothing more and is to leave; number 1: and to
                    ///< start itself anew; detail: who and why
};

template <>
struct EnumText<FactKind> {
  static constexpr std::array kWords = {
      std::pair{FactKind::kEpochStarted, std::string_view{"epoch started"}},
      std::pair{FactKind::kRunSubmitted, std::string_view{"run submitted"}},
      std::pair{FactKind::kRunPaused, std::string_view{"run paused"}},
      std::pair{FactKind::kRunResumed, std::string_view{"run resumed"}},
      std::pair{FactKind::kRunStopping, std::string_view{"run stopping"}},
      std::pair{FactKind::kRunEnded, std::string_view{"run ended"}},
      std::pair{FactKind::kRunLoad, std::string_view{"run load"}},
      std::pair{FactKind::kRunSteered, std::string_view{"run steered"}},
      std::pair{FactKind::kParallelismSet, std::string_view{"parallelism set"}},
      std::pair{FactKind::kResourceSet, std::string_view{"resource set"}},
      std::pair{FactKind::kPlanChanged, std::string_view{"plan changed"}},
      std::pair{FactKind::kPrioritySet, std::string_view{"priority set"}},
      std::pair{FactKind::kTicketPinned, std::string_view{"ticket pinned"}},
      std::pair{FactKind::kLockWait, std::string_view{"lock wait"}},
      std::pair{FactKind::kTicketAssigned, std::string_view{"ticket assigned"}},
      std::pair{FactKind::kAttemptStarted, std::string_view{"attempt started"}},
      std::pair{FactKind::kAttemptEnded, std::string_view{"attempt ended"}},
      std::pair{FactKind::kAttemptValidating, std::string_view{"attempt validating"}},
      std::pair{FactKind::kCommandEnded, std::string_view{"command ended"}},
      std::pair{FactKind::kCheckAssigned, std::string_view{"check assigned"}},
      std::pair{FactKind::kCheckStarted, std::string_view{"check started"}},
      std::pair{FactKind::kCheckEnded, std::string_view{"check ended"}},
      std::pair{FactKind::kReviewOpened, std::string_view{"review opened"}},
      std::pair{FactKind::kReviewDecided, std::string_view{"review decided"}},
      std::pair{FactKind::kRollbackPlanned, std::string_view{"rollback planned"}},
      std::pair{FactKind::kRollbackEnded, std::string_view{"rollback ended"}},
      std::pair{FactKind::kRollbackSettled, std::string_view{"rollback settled"}},
      std::pair{FactKind::kPlanGateDue, std::string_view{"plan gate due"}},
      std::pair{FactKind::kPlanGateEnded, std::string_view{"plan gate ended"}},
      std::pair{FactKind::kRegistryPruned, std::string_view{"registry pruned"}},
      std::pair{FactKind::kRegistryVerified, std::string_view{"registry verified"}},
      std::pair{FactKind::kArtifact, std::string_view{"artifact"}},
      std::pair{FactKind::kFileLeft, std::string_view{"file left"}},
      std::pair{FactKind::kCheckpoint, std::string_view{"checkpoint"}},
      std::pair{FactKind::kTicketEnded, std::string_view{"ticket ended"}},
      std::pair{FactKind::kTicketCancelling, std::string_view{"ticket cancelling"}},
      std::pair{FactKind::kTicketReopened, std::string_view{"ticket reopened"}},
      std::pair{FactKind::kWorkerJoined, std::string_view{"worker joined"}},
      std::pair{FactKind::kWorkerLost, std::string_view{"worker lost"}},
      std::pair{FactKind::kWorkerLeft, std::string_view{"worker left"}},
      std::pair{FactKind::kWorkerDraining, std::string_view{"worker draining"}},
  };
};

/// One durable state change, a row of the registry's table `facts`. Which fields a kind uses is
/// said at FactKind; the rest stay at their defaults and are NULL there.
struct Fact {
  Sequence sequence;  ///< one more than the fact before; given by the core
  WallTime at{};
  FactKind kind = FactKind::kEpochStarted;
  RunId run;
  std::optional<TicketIndex> ticket;
  Token token;
  WorkerId worker;
  SlotId slot;
  std::optional<TicketState> ticket_state;
  std::optional<RunState> run_state;
  std::optional<Outcome> outcome;
  std::optional<std::int32_t> exit_code;
  std::optional<std::int32_t> signal;
  std::optional<Duration> elapsed;  ///< kept in microseconds
  std::optional<Duration> cpu;      ///< kept in microseconds
  std::optional<std::uint64_t> max_memory;
  std::optional<Duration> delay;  ///< kept in microseconds
  std::optional<std::int64_t> number;
  std::string digest;
  std::string detail;

  friend bool operator==(const Fact&, const Fact&) = default;
};

}  // namespace headway
