#include "worker/process/slot_contents.h"

#include <csignal>
#include <poll.h>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/process/process_table.h"

namespace headway::worker {

namespace {

Duration to_duration(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

/// A child, what descends from it, and the rest of its session.
std::set<pid_t> tree_of(pid_t child, const std::vector<pid_t>& all) {
  std::set<pid_t> tree{child};
  for (const pid_t process : descendants_of(child)) tree.insert(process);
  for (const pid_t process : all) {
    if (::getsid(process) == child) tree.insert(process);
  }
  return tree;
}

}  // namespace

void SlotContents::signal_all(int signal) const {
  switch (containment_) {
    case Containment::kPidNamespace:
      // Everything in the namespace but its first process, which is this one. Elsewhere this would
      // be everything on the machine.
      if (::getpid() == 1) ::kill(-1, signal);
      return;
    case Containment::kSubreaper:
      for (const pid_t process : descendants_of(::getpid())) ::kill(process, signal);
      return;
  }
}

void SlotContents::signal_child(pid_t child, int signal) const {
  for (const pid_t process : tree_of(child, descendants_of(::getpid()))) ::kill(process, signal);
}

bool SlotContents::signal_session(pid_t session, int signal) const {
  bool found = false;
  for (const pid_t process : descendants_of(::getpid())) {
    if (::getsid(process) != session) continue;
    found = true;
    ::kill(process, signal);
  }
  return found;
}

bool SlotContents::signal_rest(const std::vector<pid_t>& kept, int signal) const {
  const std::vector<pid_t> all = descendants_of(::getpid());
  std::set<pid_t> spared;
  for (const pid_t child : kept) spared.merge(tree_of(child, all));
  bool found = false;
  for (const pid_t process : all) {
    if (spared.contains(process)) continue;
    found = true;
    ::kill(process, signal);
  }
  return found;
}

std::optional<SlotContents::Reaped> SlotContents::reap(Left& left) const {
  Reaped reaped;
  rusage usage{};
  reaped.process = ::wait4(-1, &reaped.status, WNOHANG | __WALL, &usage);
  left = reaped.process < 0 ? Left::kNothing : Left::kSome;
  if (reaped.process <= 0) return std::nullopt;
  reaped.cpu = to_duration(usage.ru_utime) + to_duration(usage.ru_stime);
  reaped.max_memory = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U;
  return reaped;
}

bool SlotContents::end_all() const {
  constexpr int kRoundMillis = 5;
  constexpr int kMostRounds = 60'000 / kRoundMillis;
  for (int round = 0; round < kMostRounds; ++round) {
    Left left = Left::kSome;
    while (reap(left)) {
    }
    if (left == Left::kNothing) return true;
    signal_all(SIGKILL);
    // The first rounds without a pause: what was killed is mostly gone at once.
    if (round > 2) ::poll(nullptr, 0, kRoundMillis);
  }
  return false;
}

}  // namespace headway::worker
