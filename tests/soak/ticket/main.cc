#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

/// headway-soak-ticket LEDGER PLAN MILLISECONDS FAILS [--grandchild]: what a ticket of the soak
/// runs.
///
/// Writes into the ledger, one write(2) with O_APPEND a line, so that lines of many processes never
/// mix:
///
///   begin|alive|end|fail|grand PLAN TICKET RUN ATTEMPT PID WALL_NS STEADY_NS
///
/// `alive` comes every 20 ms: until when an attempt was alive is known even if it is killed. An
/// attempt up to number FAILS ends with `fail` and exit code 3, later ones with `end` and 0. With
/// --grandchild a daemon of it, in a session of its own, goes on writing `grand` until it is killed
/// (or 20 s are over): a survivor would be seen.

namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kBeatMillis = 20;
constexpr std::int64_t kGrandchildMillis = 20'000;
constexpr int kPlannedFailure = 3;
constexpr int kBroken = 99;  ///< the program itself could not do what it should

std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? "?" : value;
}

class Ledger {
 public:
  Ledger(const char* path, const char* plan)
      : fd_(::open(path, O_WRONLY | O_APPEND | O_CLOEXEC)),
        who_(std::string(plan) + " " + variable("HEADWAY_TICKET") + " " + variable("HEADWAY_RUN") +
             " " + variable("HEADWAY_ATTEMPT") + " ") {
    if (fd_ < 0) std::exit(kBroken);
  }

  void write(std::string_view kind) const {
    const std::string line = std::string(kind) + " " + who_ + std::to_string(::getpid()) + " " +
                             std::to_string(read_clock(CLOCK_REALTIME)) + " " +
                             std::to_string(read_clock(CLOCK_BOOTTIME)) + "\n";
    if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      std::_Exit(kBroken);
    }
  }

  void write_for(std::string_view kind, std::int64_t millis) const {
    const std::int64_t until = read_clock(CLOCK_BOOTTIME) + millis * kNanosPerMilli;
    while (true) {
      const std::int64_t left = until - read_clock(CLOCK_BOOTTIME);
      if (left <= 0) return;
      const std::int64_t wait =
          left < kBeatMillis * kNanosPerMilli ? left : kBeatMillis * kNanosPerMilli;
      const timespec pause{0, static_cast<long>(wait)};
      ::nanosleep(&pause, nullptr);
      write(kind);
    }
  }

 private:
  int fd_;
  std::string who_;
};

/// Leaves a daemon behind: forked twice, with a session of its own.
void leave_grandchild(const Ledger& ledger) {
  const pid_t child = ::fork();
  if (child < 0) std::exit(kBroken);
  if (child > 0) {
    ::waitpid(child, nullptr, 0);
    return;
  }
  ::setsid();
  if (::fork() != 0) std::_Exit(0);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) ::close(fd);
  ledger.write_for("grand", kGrandchildMillis);
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("usage: headway-soak-ticket LEDGER PLAN MILLISECONDS FAILS [--grandchild]\n",
               stderr);
    return 2;
  }
  const Ledger ledger(argv[1], argv[2]);
  ledger.write("begin");
  if (argc > 5 && std::string_view(argv[5]) == "--grandchild") leave_grandchild(ledger);
  ledger.write_for("alive", std::strtoll(argv[3], nullptr, 10));
  const bool fails =
      std::strtol(variable("HEADWAY_ATTEMPT"), nullptr, 10) <= std::strtol(argv[4], nullptr, 10);
  ledger.write(fails ? "fail" : "end");
  return fails ? kPlannedFailure : 0;
}
