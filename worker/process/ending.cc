#include "worker/process/ending.h"

#include <csignal>
#include <cstring>
#include <sys/wait.h>

namespace headway::worker {

namespace {

/// How a shell reports a command that was ended by a signal: 128 and its number.
constexpr int kShellSignalBase = 128;

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "a real-time signal";
}

}  // namespace

bool may_be_out_of_memory(int wait_status) {
  if (WIFSIGNALED(wait_status)) return WTERMSIG(wait_status) == SIGKILL;
  return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kShellSignalBase + SIGKILL;
}

Ending ending_of(int wait_status, bool out_of_memory) {
  Ending ending;
  if (WIFSIGNALED(wait_status)) {
    ending.outcome = Outcome::kSignal;
    ending.signal = WTERMSIG(wait_status);
    ending.detail = "ended by signal " + std::to_string(ending.signal) + " (" +
                    signal_name(ending.signal) + ")" +
                    (WCOREDUMP(wait_status) ? "; it left a core dump" : "");
  } else if (WEXITSTATUS(wait_status) != 0) {
    ending.outcome = Outcome::kExit;
    ending.exit_code = WEXITSTATUS(wait_status);
    ending.detail = "ended with code " + std::to_string(ending.exit_code);
  }
  if (out_of_memory && may_be_out_of_memory(wait_status)) {
    ending.outcome = Outcome::kOutOfMemory;
    ending.detail = "the kernel killed it for want of memory";
  }
  return ending;
}

}  // namespace headway::worker
