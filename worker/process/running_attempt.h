#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "common/system/unique_fd.h"
#include "worker/core/slot_messages.h"
#include "worker/process/ending.h"
#include "worker/process/output_capture.h"
#include "worker/process/secret_mask.h"

namespace headway::worker {

/// What a supervisor knows of the attempt in its slot. Plain data, for SlotRunner alone.
struct RunningAttempt {
  enum class Phase {
    kRunning,     ///< its main process lives
    kEmptying,    ///< its main process has ended; what it left is being killed
    kReading,     ///< nothing of it lives; its artifacts are being read by a process of ours
    kDelivering,  ///< its result is settled; output waits for room in the channel
  };

  RunningAttempt(const StartSlot& start, Instant now)
      : token(start.token),
        root(start.root),
        artifacts(start.spec.artifacts),
        timeout(start.spec.timeout),
        kill_grace(start.spec.kill_grace),
        lease_ends(start.lease_ends),
        started(now),
        capture(start.spec.output_head, start.spec.output_tail) {}

  Phase phase = Phase::kRunning;
  Token token;
  std::string root;
  std::vector<std::string> artifacts;  ///< patterns
  std::optional<Duration> timeout;
  Duration kill_grace{};
  std::optional<Instant> lease_ends;
  Instant started;

  pid_t main_process = 0;
  std::optional<int> main_status;  ///< as waitpid(2) gives it, once it has ended
  bool left_behind = false;        ///< something lived on when the main process had ended

  /// The end that was brought about here, and how to tell it. Before the main process ended.
  std::optional<Outcome> imposed;
  std::string imposed_detail;
  std::optional<Instant> kill_at;     ///< when the grace after SIGTERM is over
  std::optional<Instant> kill_again;  ///< everything is being killed; when to look again

  UniqueFd output;
  SecretMask mask;
  OutputCapture capture;
  std::optional<Instant> output_due;  ///< when what is ready is sent though it is little
  Instant output_sent{};

  UniqueFd artifact_answer;
  std::string artifact_text;

  SlotEnded result;
};

}  // namespace headway::worker
