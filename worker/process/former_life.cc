#include "worker/process/former_life.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/system/clock.h"
#include "common/system/unique_fd.h"
#include "worker/process/supervisor.h"

namespace headway::worker {

namespace {

constexpr Duration kPatience = std::chrono::seconds{20};
constexpr int kLookMillis = 5;
/// Looks in a row that must find nothing: one alone can miss a process in its execve(2).
constexpr int kEmptyLooks = 3;

int millis_until(Instant at) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - steady_now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

/// The process itself and no later one of its number; none when it has ended.
std::optional<UniqueFd> find(const ProcessIdentity& process) {
  if (process.id <= 0) return std::nullopt;
  UniqueFd pidfd{static_cast<int>(::syscall(SYS_pidfd_open, process.id, 0))};
  // In this order: a number that is looked up after the descriptor is open is the descriptor's.
  if (!pidfd || identify(process.id) != process) return std::nullopt;
  return pidfd;
}

bool has_ended(int pidfd, int wait_millis) {
  pollfd waiting{pidfd, POLLIN, 0};
  return ::poll(&waiting, 1, wait_millis) > 0;
}

Result<void> end_supervisor(const ProcessIdentity& process, Instant until) {
  const std::optional<UniqueFd> pidfd = find(process);
  if (!pidfd) return {};
  if (has_ended(pidfd->get(), millis_until(std::min(until, steady_now() + kSupervisorOwnEnd))))
    return {};
  ::syscall(SYS_pidfd_send_signal, pidfd->get(), SIGKILL, nullptr, 0);
  if (has_ended(pidfd->get(), millis_until(until))) return {};
  return Error{ErrorKind::kFailed, "the slot supervisor " + std::to_string(process.id) +
                                       " of a former life of this worker does not end: "
                                       "look at it with ps, end it, and start the worker again"};
}

Result<void> end_marked(const std::vector<std::string>& marks, Instant until) {
  for (int empty_looks = 0; empty_looks < kEmptyLooks;) {
    const std::vector<pid_t> alive = processes_with(marks);
    empty_looks = alive.empty() ? empty_looks + 1 : 0;
    for (const pid_t process : alive) ::kill(process, SIGKILL);
    if (!alive.empty() && steady_now() > until) {
      return Error{ErrorKind::kFailed,
                   "process " + std::to_string(alive.front()) +
                       ", started by a former life of this worker, does not end: look at it with "
                       "ps, end it, and start the worker again"};
    }
    ::poll(nullptr, 0, kLookMillis);
  }
  return {};
}

}  // namespace

Result<void> end_former_life(const std::vector<SlotRecord>& records) {
  if (records.empty()) return {};
  Result<std::string> boot = read_boot_id();
  if (!boot) return boot.error();
  const Instant until = steady_now() + kPatience;
  std::vector<std::string> marks;
  for (const SlotRecord& record : records) {
    if (record.boot_id != boot.value()) continue;
    if (!record.mark.empty()) marks.push_back(record.mark);
    if (Result<void> ended = end_supervisor(record.supervisor, until); !ended) return ended;
  }
  if (marks.empty()) return {};
  return end_marked(marks, until);
}

}  // namespace headway::worker
