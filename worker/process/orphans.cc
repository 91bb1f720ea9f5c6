#include "worker/process/orphans.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "worker/process/process_table.h"

namespace headway::worker {

Orphans::Orphans() {
  for (const pid_t child : children_of(::getpid())) others_.insert(child);
  HW_CHECK(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "this kernel knows no subreaper");
}

bool Orphans::sweep(const std::set<pid_t>& supervisors) const {
  // A few rounds at once: killing one generation makes the next ours.
  constexpr int kRounds = 5;
  for (int round = 0; round < kRounds; ++round) {
    bool any = false;
    for (const pid_t child : children_of(::getpid())) {
      if (supervisors.contains(child) || others_.contains(child)) continue;
      any = true;
      for (const pid_t below : descendants_of(child)) ::kill(below, SIGKILL);
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, WNOHANG | __WALL);
    }
    if (!any) return true;
  }
  return false;
}

}  // namespace headway::worker
