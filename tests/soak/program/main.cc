#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/system/files.h"
#include "tests/soak/harness/processes.h"
#include "tests/soak/harness/soak.h"
#include "tests/support/network/network_namespace.h"

/// headway-soak: reads its options and plays a soak.
///
/// Two processes: one plays, the other waits for it and then makes sure that nothing of it is left,
/// however it ended. If the waiting one is killed, the playing one dies with it, and with that its
/// programs.

namespace {

using namespace headway;
using namespace headway::soak;

volatile std::sig_atomic_t interrupted = 0;
pid_t player = -1;

extern "C" void interrupt(int /*signal*/) { interrupted = 1; }
extern "C" void pass_on(int signal) {
  if (player > 0) ::kill(player, signal);
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

int fail(const Error& error) {
  fmt::print(stderr, "headway-soak: {}\n", error.message);
  return error.kind == ErrorKind::kUsage ? 2 : 1;
}

/// Makes the folder, or takes the one that was named: it must be empty, since all in it is removed
/// at the end.
Result<std::string> take_folder(const std::string& named) {
  if (named.empty()) {
    std::string made = "/tmp/headway-soak-XXXXXX";
    if (::mkdtemp(made.data()) == nullptr) {
      return Error{ErrorKind::kFailed, "no folder can be made under /tmp"};
    }
    return made;
  }
  if (const Result<void> made = make_directories(named); !made) return made.error();
  std::error_code error;
  if (!std::filesystem::is_empty(named, error) || error) {
    return Error{ErrorKind::kUsage, "the folder " + named + " is not empty"};
  }
  return absolute_path(named);
}

int play_and_report(const Options& options) {
  const std::string programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const Report report = play(options, programs, interrupted);
  fmt::print("{}", options.json ? report_json(report, options) : report_text(report, options));
  return report.clean() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Result<Options> options = parse_options(argc, argv);
  if (!options) return fail(options.error());
  if (options->help) {
    fmt::print("{}", help());
    return 0;
  }
  // While there is one thread: who is not root becomes root of a user namespace.
  const std::string no_hosts = options->hosts ? test::why_no_network() : std::string();
  if (!no_hosts.empty()) {
    fmt::print(stderr, "headway-soak: no hosts are to be had here: {}\n", no_hosts);
    constexpr int kSkipped = 77;
    return kSkipped;
  }
  const Result<std::string> folder = take_folder(options->folder);
  if (!folder) return fail(folder.error());
  options->folder = *folder;

  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  handle(&pass_on);
  const pid_t parent = ::getpid();
  player = ::fork();
  if (player < 0) return fail({ErrorKind::kFailed, "no process can be started"});
  if (player == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != parent) return 1;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    handle(&interrupt);
    const int code = play_and_report(*options);
    std::fflush(stdout);
    std::_Exit(code);
  }
  int status = 0;
  while (::waitpid(player, &status, 0) < 0) {
  }
  const std::size_t left = kill_all_of(*folder);
  const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0 && left == 0;
  if (!WIFEXITED(status)) {
    fmt::print(stderr, "headway-soak: it was ended by signal {}\n", WTERMSIG(status));
  }
  if (left > 0) fmt::print(stderr, "headway-soak: {} processes were left and were killed\n", left);
  if (clean && !options->keep) {
    std::error_code ignored;
    std::filesystem::remove_all(*folder, ignored);
  } else {
    fmt::print(stderr, "headway-soak: all of it is in {}\n", *folder);
  }
  return clean ? 0 : 1;
}
