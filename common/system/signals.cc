#include "common/system/signals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace headway {

namespace {

/// The writing end. A handler can reach nothing but globals; it is set once, before the handlers.
volatile int signal_writer = -1;

extern "C" void on_signal(int /*number*/) {
  const int kept = errno;
  const char byte = 1;
  // A full pipe means that more than enough signals wait already.
  if (::write(signal_writer, &byte, 1) < 0) errno = kept;
  errno = kept;
}
extern "C" void on_broken_pipe(int /*number*/) {}

}  // namespace

Result<Signals> Signals::install() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return Error{ErrorKind::kFailed, std::string("cannot make a pipe: ") + std::strerror(errno)};
  }
  UniqueFd reader(ends[0]);
  signal_writer = ends[1];
  struct sigaction action {};
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  action.sa_handler = on_signal;
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(number, &action, nullptr);
  // Handled and not ignored: an ignored signal stays ignored in what the supervisors start.
  action.sa_handler = on_broken_pipe;
  ::sigaction(SIGPIPE, &action, nullptr);
  return Signals(std::move(reader));
}

int Signals::take() {
  int count = 0;
  std::array<char, 64> bytes{};
  while (true) {
    const ssize_t got = ::read(reader_.get(), bytes.data(), bytes.size());
    if (got <= 0) return count;
    count += static_cast<int>(got);
  }
}

}  // namespace headway
