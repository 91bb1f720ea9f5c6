#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <random>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "worker/process/supervisor_process.h"
#include "worker/process/supervisors_impl.h"

/// How Supervisors starts its processes, and how it ends them.

namespace headway::worker {

namespace {

constexpr Duration kStartPatience = std::chrono::seconds{10};
constexpr Duration kEndPatience = std::chrono::seconds{10};
/// A supervisor that has not ended by itself after this is killed.
constexpr Duration kOwnEnd = std::chrono::seconds{5};
constexpr int kPauseMillis = 5;
/// Supervisors that may be killed while they start, until it counts as a failure.
constexpr int kMostDeathsAtStart = 5;

Instant now() { return read_clocks().steady; }

/// `NAME=value` that nothing else on this machine has in its environment. Marks of nested workers
/// must not replace each other: hence a random name.
std::string make_mark() {
  std::random_device random;
  const std::uint64_t number = (std::uint64_t{random()} << 32U) | random();
  return fmt::format("HEADWAY_MARK_{:016x}=1", number);
}

std::vector<Containment> to_try(ContainmentChoice choice) {
  switch (choice) {
    case ContainmentChoice::kAuto:
      return {Containment::kPidNamespace, Containment::kSubreaper};
    case ContainmentChoice::kPidNamespace:
      return {Containment::kPidNamespace};
    case ContainmentChoice::kSubreaper:
      return {Containment::kSubreaper};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Supervisors::Impl>> Supervisors::Impl::start(const Options& options) {
  HW_CHECK(options.slots > 0 && options.state != nullptr, "supervisors need slots and a directory");
  Error last;
  for (const Containment containment : to_try(options.containment)) {
    UniqueFd poll{::epoll_create1(EPOLL_CLOEXEC)};
    if (!poll) {
      return Error{ErrorKind::kFailed,
                   "cannot watch the slots: " + std::generic_category().message(errno)};
    }
    Result<Alarm> alarm = Alarm::make();
    if (!alarm) return alarm.error();
    std::unique_ptr<Impl> impl{
        new Impl(options, containment, std::move(poll), std::move(alarm).value())};
    Result<void> started = impl->start_all();
    if (started) return impl;
    static_cast<void>(impl->shut_down());
    last = started.error();
  }
  return last;
}

Result<void> Supervisors::Impl::start_all() {
  if (containment_ == Containment::kSubreaper) orphans_.emplace();
  for (SlotLink& link : links_) {
    if (Result<void> started = start_process(link); !started) return started;
  }
  return wait_until_serving();
}

Result<void> Supervisors::Impl::start_process(SlotLink& link) {
  Result<std::string> directory = options_.state->prepare_slot(link.slot);
  if (!directory) return directory.error();
  const std::string mark = make_mark();
  Result<SupervisorProcess> process = start_supervisor(containment_, mark);
  if (!process) return process.error();
  link.pidfd = std::move(process->pidfd);
  link.process = identify(process->id).value_or(ProcessIdentity{process->id, 0});
  link.channel = MessageChannel(std::move(process->socket));
  link.state = SlotLink::State::kStarting;
  link.problem.clear();
  link.started = now();
  watch(link);

  // It runs nothing before it is recorded: until then it waits for its setup.
  if (Result<void> recorded = options_.state->record_supervisor(link.slot, link.process, mark);
      !recorded) {
    ::syscall(SYS_pidfd_send_signal, link.pidfd.get(), SIGKILL, nullptr, 0);
    return recorded;
  }
  SlotSetup setup;
  setup.slot = link.slot;
  setup.containment = containment_;
  setup.progress_directory = directory.value();
  setup.secrets = {options_.secrets.begin(), options_.secrets.end()};
  link.channel.queue(encode(ToSupervisor{0, std::move(setup)}));
  flush(link);
  return {};
}

Result<void> Supervisors::Impl::wait_until_serving() {
  const Instant until = now() + kStartPatience;
  int deaths = 0;
  for (SlotLink& link : links_) {
    while (link.state == SlotLink::State::kStarting) {
      pollfd waiting[] = {{link.channel.fd(), POLLIN, 0}, {link.pidfd.get(), POLLIN, 0}};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now()).count();
      const int ready = left > 0 ? ::poll(waiting, 2, static_cast<int>(left)) : 0;
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) {
        return Error{ErrorKind::kTimedOut, "a slot supervisor did not start within 10 s"};
      }
      const bool process_ended = waiting[1].revents != 0;
      flush(link);
      read_messages(link);
      if (!link.problem.empty()) return Error{ErrorKind::kDenied, link.problem};
      if (!process_ended || link.state != SlotLink::State::kStarting) continue;
      // One that cannot serve says why. This one was killed, which is no reason to give the
      // containment up for a weaker one, or to end.
      if (++deaths > kMostDeathsAtStart) {
        return Error{ErrorKind::kFailed, "slot supervisors end again and again before they serve"};
      }
      siginfo_t ignored{};
      ::waitid(P_PIDFD, static_cast<id_t>(link.pidfd.get()), &ignored, WEXITED);
      link.channel = MessageChannel{};
      link.pidfd.reset();
      if (Result<void> started = start_process(link); !started) return started;
    }
  }
  return {};
}

std::set<pid_t> Supervisors::Impl::living() const {
  std::set<pid_t> processes;
  for (const SlotLink& link : links_) {
    if (link.pidfd) processes.insert(link.process.id);
  }
  return processes;
}

std::vector<std::int64_t> Supervisors::Impl::processes() const {
  std::vector<std::int64_t> processes;
  for (const SlotLink& link : links_) processes.push_back(link.pidfd ? link.process.id : 0);
  return processes;
}

bool Supervisors::Impl::sweep_up() const {
  // In a PID namespace the kernel has killed and reaped everything before the supervisor's own end
  // could be seen (pid_namespaces(7)).
  return !orphans_ || orphans_->sweep(living());
}

Result<void> Supervisors::Impl::shut_down() {
  if (ended_) return {};
  ended_ = true;
  // A closed channel is how a supervisor learns that it is over.
  for (SlotLink& link : links_) link.channel = MessageChannel{};
  const Instant begun = now();
  bool killed = false;
  while (true) {
    std::string alive;
    for (SlotLink& link : links_) {
      if (!link.pidfd) continue;
      siginfo_t ended{};
      const int waited =
          ::waitid(P_PIDFD, static_cast<id_t>(link.pidfd.get()), &ended, WEXITED | WNOHANG);
      if (waited == 0 && ended.si_pid == 0) {
        alive += alive.empty() ? "" : ", ";
        alive += std::to_string(link.slot.number());
        if (killed) ::syscall(SYS_pidfd_send_signal, link.pidfd.get(), SIGKILL, nullptr, 0);
      } else {
        link.pidfd.reset();
      }
    }
    const bool swept = sweep_up();
    if (alive.empty() && swept) return {};
    const Duration waited = now() - begun;
    if (waited > kEndPatience) {
      return Error{ErrorKind::kTimedOut,
                   alive.empty() ? "processes that a slot left behind do not end"
                                 : "the supervisors of these slots do not end: " + alive};
    }
    killed = waited > kOwnEnd;
    ::poll(nullptr, 0, kPauseMillis);
  }
}

}  // namespace headway::worker
