#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "common/system/unique_fd.h"
#include "worker/core/slot_messages.h"
#include "worker/process/attempt_steps.h"
#include "worker/process/check_round.h"
#include "worker/process/checkpoint_watch.h"
#include "worker/process/ending.h"
#include "worker/process/launch.h"
#include "worker/process/output_capture.h"
#include "worker/process/secret_mask.h"

namespace headway::worker {

/// A process that the supervisor has started itself and has not seen the end of.
struct Child {
  enum class Role {
    kCommand,
    kCheck,       ///< a try of a requirement or gate
    kCheckpoint,  ///< a checkpoint's check
    kReader,      ///< a process of ours (file_reader.h)
  };
  Role role = Role::kCommand;
  std::size_t index = 0;  ///< of the check in its round, or of the checkpoint in the spec
  pid_t process = 0;      ///< and its session
  Instant started{};
  std::optional<Duration> timeout;
  bool timed_out = false;
  std::optional<Instant> kill_at;  ///< when the grace after its timeout is over
  std::optional<int> status;       ///< as waitpid(2) gives it, once it has ended
};

/// What a child and all that it starts write, until nobody can write any more.
struct OutputStream {
  UniqueFd from;
  SecretMask mask;  ///< of this stream alone: a secret may come in pieces
};

/// What a supervisor knows of the attempt in its slot. Plain data, for SlotRunner alone.
struct RunningAttempt {
  enum class Phase {
    kRunning,     ///< children live, or the next try of a check is waited for
    kEmptying,    ///< no child lives; what they left is being killed
    kDelivering,  ///< its result is settled; output waits for room in the channel
  };

  RunningAttempt(StartSlot&& start, Surroundings&& where, Instant now)
      : token(start.token),
        root(std::move(start.root)),
        spec(std::move(start.spec)),
        surroundings(std::move(where)),
        lease_ends(start.lease_ends),
        started(now),
        steps(steps_of(spec)),
        checkpoints(spec.checkpoints),
        mask(surroundings.secrets),
        capture(spec.output_head, spec.output_tail) {}

  [[nodiscard]] const AttemptStep& current_step() const { return steps[step]; }
  [[nodiscard]] bool has_failed() const { return result.outcome != Outcome::kSucceeded; }
  [[nodiscard]] const Child* command() const {
    for (const Child& child : children) {
      if (child.role == Child::Role::kCommand) return &child;
    }
    return nullptr;
  }

  Phase phase = Phase::kRunning;
  Token token;
  std::string root;
  AttemptSpec spec;
  Surroundings surroundings;
  std::optional<Instant> lease_ends;
  Instant started;

  std::vector<AttemptStep> steps;
  std::size_t step = 0;            ///< the present one
  bool begun = false;              ///< the present step
  CheckRound round;                ///< of the present step, when it is one of checks
  std::vector<Ending> last_tries;  ///< how the last try of each check in the round ended
  CheckpointWatch checkpoints;
  std::vector<Child> children;
  bool is_started = false;  ///< the worker was told that it is
  bool told_step = false;   ///< the worker was told of a step

  /// The end that was brought about here, and how to tell it. While a step ran.
  std::optional<Outcome> imposed;
  std::string imposed_detail;
  std::optional<Instant> kill_at;     ///< when the grace after SIGTERM is over
  std::optional<Instant> kill_again;  ///< something is being killed; when to look again
  bool spares_checks = false;         ///< what is killed is all but the children that live

  std::vector<OutputStream> outputs;
  SecretMask mask;  ///< for texts
  OutputCapture capture;
  bool at_line_start = true;
  std::optional<Instant> output_due;  ///< when what is ready is sent though it is little
  Instant output_sent{};

  UniqueFd answer;  ///< of the present reader
  std::string answer_text;

  SlotEnded result;   ///< its outcome is that of the first thing that failed
  std::string notes;  ///< go into its detail after what failed
};

}  // namespace headway::worker
