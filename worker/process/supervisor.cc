#include "worker/process/supervisor.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/system/clock.h"
#include "worker/process/alarm.h"
#include "worker/process/launch.h"
#include "worker/process/message_channel.h"
#include "worker/process/slot_protocol.h"
#include "worker/process/slot_runner.h"
#include "worker/process/supervisor_process.h"
#include "worker/process/supervisor_setup.h"

namespace headway::worker {

namespace {

/// Waits for the first message, which says what this process is to be. None: the worker is gone.
std::optional<SlotSetup> wait_for_setup(MessageChannel& channel) {
  while (true) {
    pollfd waiting{channel.fd(), POLLIN, 0};
    if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return std::nullopt;
    if (channel.receive() == MessageChannel::Received::kClosed) return std::nullopt;
    if (const std::optional<std::string_view> frame = channel.next()) {
      Result<ToSupervisor> message = decode_to_supervisor(*frame);
      if (!message) return std::nullopt;
      if (auto* setup = std::get_if<SlotSetup>(&message->message)) return std::move(*setup);
      return std::nullopt;
    }
  }
}

/// How long a note waits for a message that has to be sent anyhow: of a short attempt the worker
/// then hears once, and not twice.
constexpr Duration kNoteWaits = std::chrono::milliseconds{1};

/// The loop: one thread, one poll.
class Loop {
 public:
  Loop(MessageChannel& channel, SlotRunner& runner, UniqueFd children, Alarm alarm)
      : channel_(channel),
        runner_(runner),
        children_(std::move(children)),
        alarm_(std::move(alarm)) {}

  /// Until the worker is gone.
  void run() {
    // What came together with the setup.
    while (take_commands()) {
      const Instant now = steady_now();
      runner_.on_time(now);
      write(now);
      alarm_.ring_by(runner_.next_deadline());
      if (!turn(now)) return;
    }
  }

 private:
  /// Before the outputs, of which there are as many as commands that run.
  enum Source : std::size_t { kChildren, kChannel, kAlarm, kProgress, kAnswer, kOutputs };

  /// A note alone is not written before it has waited.
  void write(Instant now) {
    if (!channel_.holds_notes_alone()) {
      note_due_.reset();
    } else if (!note_due_) {
      note_due_ = now + kNoteWaits;
    }
    if (note_due_ && now < *note_due_) return;
    channel_.flush();
    note_due_.reset();
  }

  /// Milliseconds until a note has waited long enough; -1: none waits.
  [[nodiscard]] int patience(Instant now) const {
    if (!note_due_) return -1;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*note_due_ - now).count());
  }

  /// Waits and looks at everything but the commands. False: the worker is gone.
  bool turn(Instant now) {
    sources_.assign(kOutputs, {});
    const auto watch = [&](Source source, int fd) { sources_[source] = {fd, POLLIN, 0}; };
    watch(kChildren, children_.get());
    watch(kChannel, channel_.fd());
    watch(kAlarm, alarm_.fd());
    watch(kProgress, runner_.progress_fd());
    watch(kAnswer, runner_.answer_fd());
    runner_.add_outputs(sources_);
    if (channel_.queued() > 0 && !note_due_) sources_[kChannel].events |= POLLOUT;
    if (::poll(sources_.data(), sources_.size(), patience(now)) < 0) return errno == EINTR;

    const auto has = [&](std::size_t source) { return sources_[source].revents != 0; };
    const Instant at = steady_now();
    if (has(kAlarm)) alarm_.acknowledge();
    // Before the children: what a command wrote came before its end.
    bool written = false;
    for (std::size_t i = kOutputs; i < sources_.size(); ++i) written = written || has(i);
    if (written) runner_.on_output(at);
    if (has(kProgress)) runner_.on_progress(at);
    if (has(kAnswer)) runner_.on_answer();
    if (has(kChildren)) {
      drain_signals();
      runner_.on_child(at);
    }
    const bool incoming = (sources_[kChannel].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    return !incoming || channel_.receive() != MessageChannel::Received::kClosed;
  }

  void drain_signals() const {
    signalfd_siginfo signal{};
    while (::read(children_.get(), &signal, sizeof signal) > 0) {
    }
  }

  /// False: the worker says what makes no sense, and is as good as gone.
  bool take_commands() {
    while (const std::optional<std::string_view> frame = channel_.next()) {
      Result<ToSupervisor> message = decode_to_supervisor(*frame);
      if (!message) {
        std::fprintf(stderr, "headway-slot: a command cannot be read: %s\n",
                     message.error().message.c_str());
        return false;
      }
      if (auto* start = std::get_if<StartSlot>(&message->message)) {
        runner_.start(std::move(*start), steady_now());
      } else if (const auto* extend = std::get_if<ExtendLease>(&message->message)) {
        runner_.extend(*extend);
      } else if (const auto* stop = std::get_if<StopSlot>(&message->message)) {
        runner_.stop(*stop, steady_now());
      }
    }
    return true;
  }

  MessageChannel& channel_;
  SlotRunner& runner_;
  UniqueFd children_;
  Alarm alarm_;
  std::optional<Instant> note_due_;  ///< while notes alone are queued
  std::vector<pollfd> sources_;
};

int serve(const SlotSetup& setup, MessageChannel& channel) {
  const auto give_up = [&](const std::string& problem) {
    channel.queue(encode(FromSupervisor{0, SlotReady{setup.slot, problem}}));
    channel.flush();
    return 1;
  };
  UniqueFd host_children;
  if (setup.containment == Containment::kPidNamespace) host_children = open_host_children();
  if (Result<void> contained = contain(setup.containment); !contained) {
    return give_up(contained.error().message);
  }
  Result<UniqueFd> children = watch_children();
  if (!children) return give_up(children.error().message);
  Result<Alarm> alarm = Alarm::make();
  if (!alarm) return give_up(alarm.error().message);
  UniqueFd null_device{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (!null_device) return give_up("cannot open /dev/null");

  LaunchSettings settings;
  settings.slot = setup.slot;
  settings.environment = ticket_environment(environ);
  settings.secrets = {setup.secrets.begin(), setup.secrets.end()};
  SlotRunner runner(std::move(settings), setup.containment, setup.progress_directory,
                    std::move(null_device), std::move(host_children), channel);
  channel.queue(encode(FromSupervisor{0, SlotReady{setup.slot, ""}}));
  Loop(channel, runner, std::move(children.value()), std::move(alarm.value())).run();
  return runner.end_all() ? 0 : 1;
}

}  // namespace

bool is_supervisor_call(int argc, char** argv) {
  return argc == 1 && std::string_view(argv[0]) == kSupervisorName;
}

int supervisor_main(int /*argc*/, char** /*argv*/) {
  shield_process();
  MessageChannel channel{UniqueFd{kSupervisorChannel}};
  const std::optional<SlotSetup> setup = wait_for_setup(channel);
  return setup ? serve(*setup, channel) : 0;
}

}  // namespace headway::worker
