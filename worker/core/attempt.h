#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/attempt_messages.h"
#include "common/messages/check_messages.h"
#include "worker/core/output_track.h"

namespace headway::worker {

/// When something that was not acknowledged is sent again: after 2 s, then 4, 8, and every 10 s.
class Resend {
 public:
  static constexpr Duration kFirst = std::chrono::seconds{2};
  static constexpr Duration kMost = std::chrono::seconds{10};

  /// It is sent for the first time (again).
  void begin(Instant now) {
    pause_ = kFirst;
    due_ = now + pause_;
  }
  /// It was sent once more.
  void again(Instant now) {
    pause_ = pause_ * 2 < kMost ? pause_ * 2 : kMost;
    due_ = now + pause_;
  }
  [[nodiscard]] Instant due() const { return due_; }

 private:
  Duration pause_ = kFirst;
  Instant due_{};
};

/// An attempt that the worker was given and that is not settled yet.
///
///   queued --start--> running --its end--> ended --result and output acknowledged--> (gone)
///      |                                     ^
///      `--stopped, recalled, lease over--> (gone; its token is remembered)
struct Attempt {
  enum class State : std::uint8_t { kQueued, kRunning, kEnded };

  Token token;
  State state = State::kQueued;
  AttemptSpec spec;  ///< emptied of all but names and times when it has been started
  SlotId slot;       ///< while running

  std::optional<Duration> stop_grace;  ///< it was told to end, and with what grace
  bool lease_lost = false;             ///< it is being killed; its lease is not extended any more

  std::uint32_t checkpoints = 0;  ///< reached so far
  std::deque<CheckpointReached> unacknowledged_checkpoints;
  Resend checkpoint_resend;

  std::optional<Step> step;          ///< what it is at; none: its command
  std::optional<Progress> progress;  ///< waits to be sent
  Instant progress_allowed{};

  std::optional<AttemptResult> result;  ///< once ended
  bool result_acknowledged = false;
  Resend result_resend;
  Instant output_given_up{};  ///< once the result is acknowledged

  OutputTrack output;
  /// The first heartbeat after some output was sent, and how far that went: its acknowledgement
  /// tells what is missing.
  struct OutputMark {
    std::uint64_t heartbeat = 0;
    std::uint64_t offset = 0;
  };
  std::optional<OutputMark> output_mark;
  std::uint32_t output_misses = 0;    ///< acknowledgements in a row that missed some
  std::uint32_t output_patience = 2;  ///< so many misses make it send again
  Duration held_up_pause{};           ///< before the next early heartbeat for its sake

  std::optional<Instant> due;  ///< as it stands in the core's index of deadlines
};

}  // namespace headway::worker
