#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/system/unique_fd.h"
#include "worker/core/slot_messages.h"
#include "worker/process/containment.h"
#include "worker/process/launch.h"
#include "worker/process/message_channel.h"
#include "worker/process/oom_counter.h"
#include "worker/process/progress_file.h"
#include "worker/process/running_attempt.h"
#include "worker/process/slot_contents.h"
#include "worker/process/slot_protocol.h"

namespace headway::worker {

/// Runs the attempts of one slot, one after the other. Lives in the supervisor's process, which
/// polls the descriptors that this names and calls it; nothing here blocks but reading small files.
///
///           start                     main process ends               waitpid: ECHILD
///   idle ----------> running ------------------------------> emptying ------> reading artifacts
///    ^ \               |  SIGTERM, grace, SIGKILL by stop        |  SIGKILL to      |  (a process
///    of |  `-> SlotEnded  |  and timeout; SIGKILL at once at        |  all that is     |  its own;
///    only |   (could not    |  the end of the lease                   |  left            |  after
///    success) |    start)       `-----------------------------------------'                  v
///    `----------------------- SlotEnded ----------------------------------------- delivering
class SlotRunner {
 public:
  SlotRunner(LaunchSettings settings, Containment containment, std::string progress_directory,
             UniqueFd null_device, UniqueFd host_children, MessageChannel& channel);

  void start(const StartSlot& command, Instant now);
  void extend(const ExtendLease& command);
  void stop(const StopSlot& command, Instant now);

  /// A child has ended, perhaps.
  void on_child(Instant now);
  void on_output(Instant now);
  void on_progress();
  void on_artifacts(Instant now);
  /// To be called in every turn, last.
  void on_time(Instant now);

  /// What to poll for reading; -1: nothing at the moment.
  [[nodiscard]] int output_fd() const;
  [[nodiscard]] int progress_fd() const;
  [[nodiscard]] int artifacts_fd() const;
  /// When `on_time` is due at the latest. To be asked after the channel was flushed: what has
  /// become deliverable since is due at once.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// The worker is gone: ends everything and waits for it. False: something cannot be killed.
  bool end_all();

 private:
  // slot_runner.cc: commands and deadlines
  void impose(Outcome outcome, std::string detail, Duration grace, Instant now);
  void kill_all(Instant now);
  void check_lease(Instant now);
  void check_timeout(Instant now);

  // slot_ending.cc: from the end of the main process to SlotEnded
  void emptied(Instant now);
  void settle_result();
  void read_artifacts(Instant now);
  void artifacts_read();
  void deliver(Instant now);

  // slot_reports.cc: output and progress
  std::int64_t host_process() const;
  bool has_room() const;
  /// False: nothing more can come.
  bool read_output_once();
  void note_output(Instant now);
  void report(const std::vector<ProgressItem>& items);
  template <class Event>
  void send(Event event) {
    channel_.queue(encode(FromSupervisor{0, std::move(event)}));
  }

  LaunchSettings settings_;
  SlotContents contents_;
  ProgressFile progress_;
  OomCounter out_of_memory_;
  UniqueFd null_device_;
  UniqueFd host_children_;  ///< lists this process's children as the worker's machine numbers them
  MessageChannel& channel_;
  std::string block_;                     ///< for reading
  std::optional<Instant> progress_look_;  ///< the next, where there is no watch
  std::uint32_t checkpoints_ = 0;         ///< of the present attempt

  std::optional<RunningAttempt> attempt_;
};

}  // namespace headway::worker
