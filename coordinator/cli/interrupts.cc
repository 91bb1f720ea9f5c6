#include "coordinator/cli/interrupts.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/check.h"

namespace headway::cli {

namespace {

std::atomic<int> signals_seen{0};
std::atomic<int> wake_target{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler uses it");

void on_signal(int /*signal*/) {
  const int error = errno;
  signals_seen.fetch_add(1);
  const std::uint64_t one = 1;
  // A counter that is full has woken everybody already.
  [[maybe_unused]] const ssize_t written = ::write(wake_target.load(), &one, sizeof(one));
  errno = error;
}

}  // namespace

Interrupts::Interrupts() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HW_CHECK(event_, "the system gives no eventfd");
}

void Interrupts::install() {
  wake_target.store(event_.get());
  struct sigaction action {};
  action.sa_handler = &on_signal;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // Whoever started the command with a signal ignored (nohup) meant it.
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
}

int Interrupts::count() const {
  return wake_target.load() == event_.get() ? signals_seen.load() : 0;
}

void Interrupts::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof(one));
}

void Interrupts::settle() const {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &ignored, sizeof(ignored));
}

bool Interrupts::wait(Duration most) const {
  pollfd entry{event_.get(), POLLIN, 0};
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  return ::poll(&entry, 1, static_cast<int>(millis)) != 0;
}

}  // namespace headway::cli
