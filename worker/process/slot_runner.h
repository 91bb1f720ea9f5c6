#pragma once

#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "common/system/unique_fd.h"
#include "worker/core/slot_messages.h"
#include "worker/process/containment.h"
#include "worker/process/ending.h"
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
///          .--- the next step, the next try <---------------.
///          v                                                | waitpid: ECHILD
///   idle -----> running -- no child of ours lives --> emptying --> delivering --> idle
///                 |  SIGTERM, grace, SIGKILL by stop      SIGKILL to      SlotEnded, after
///                 |  and timeout; SIGKILL at once at      all that is     all output
///                 |  the end of the lease                 left
///
/// An attempt is a row of steps (attempt_steps.h); each passes through running and emptying, so
/// that nothing of one is alive in the next. Something that fails, or an end that is imposed, makes
/// the step that runs the last one.
class SlotRunner {
 public:
  SlotRunner(LaunchSettings settings, Containment containment, std::string progress_directory,
             UniqueFd null_device, UniqueFd host_children, MessageChannel& channel);

  void start(StartSlot&& command, Instant now);
  void extend(const ExtendLease& command);
  void stop(const StopSlot& command, Instant now);

  /// A child has ended, perhaps.
  void on_child(Instant now);
  void on_output(Instant now);
  void on_progress(Instant now);
  void on_answer();
  /// To be called in every turn, last.
  void on_time(Instant now);

  /// What to poll for reading: adds the outputs; the others are -1 when there is nothing at the
  /// moment.
  void add_outputs(std::vector<pollfd>& to) const;
  [[nodiscard]] int progress_fd() const;
  [[nodiscard]] int answer_fd() const;
  /// When `on_time` is due at the latest. To be asked after the channel was flushed: what has
  /// become deliverable since is due at once.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// The worker is gone: ends everything and waits for it. False: something cannot be killed.
  bool end_all();

 private:
  // slot_runner.cc: commands
  void impose(Outcome outcome, std::string detail, Duration grace, Instant now);
  void kill_all(Instant now);
  /// The first failure decides the outcome; a later one is a note.
  void fail(Outcome outcome, std::string detail);
  void note(std::string_view text);

  // slot_deadlines.cc
  void check_lease(Instant now);
  void check_timeouts(Instant now);
  void check_kills(Instant now);

  // slot_steps.cc: from one step to the next
  void go_on(Instant now);
  void advance(Instant now);
  [[nodiscard]] bool is_step_over() const;
  void end_step();
  void start_command(Instant now);
  void start_reading(Instant now);
  void take_answer();
  Result<void> start_process(Child child, const std::vector<std::string>& words,
                             const std::vector<std::pair<std::string, std::string>>& variables);
  void note_started();
  void tell_step(Step::Kind kind, std::size_t number);
  void finish();

  // slot_checks.cc: requirements, gates and checkpoints
  [[nodiscard]] CheckKind check_kind() const;
  [[nodiscard]] const CheckOrder& order_of(std::size_t check) const;
  void start_tries(Instant now);
  void start_try(std::size_t check, Instant now);
  void end_try(const Child& child, const Ending& ending, bool left_behind, Instant now);
  void record_try(std::size_t check, const Ending& ending, Duration elapsed);
  void judge_round();
  void start_checkpoint(Instant now);
  void end_checkpoint(const Child& child, const Ending& ending, bool left_behind, Instant now);
  void tell_checkpoint(const CheckpointOrder& order, const Ending& ending, Duration elapsed,
                       Instant now);

  // slot_ending.cc: the ends of processes
  void take_ended(bool nothing_left, Instant now);
  void end_child(const Child& child, bool nothing_left, Instant now);
  bool leaves_behind(const Child& child, bool nothing_left, Instant now);
  Ending ending_of_child(const Child& child);
  void end_command(const Ending& ending, bool left_behind);
  /// Kills all but the children that live and what belongs to them. False: there was nothing.
  bool sweep_rest(Instant now);
  void emptied(Instant now);

  // slot_reports.cc: output and progress
  std::int64_t host_process() const;
  bool has_room() const;
  /// False: nothing more can come of it now.
  bool read_once(OutputStream& stream);
  void close_output(OutputStream& stream);
  /// What is in the pipes when nobody can write any more.
  void drain_outputs();
  void put(std::string_view text);
  /// A line of our own among the output.
  void say_line(std::string_view line);
  void note_output(Instant now);
  void report(const std::vector<ProgressItem>& items, Instant now);
  void report_named(const std::string& name);
  void report_last_named();
  void deliver(Instant now);
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
  std::uint32_t checkpoints_ = 0;         ///< that the present attempt has named
  std::string last_named_;                ///< of those that are too many, the last

  std::optional<RunningAttempt> attempt_;
};

}  // namespace headway::worker
