#pragma once

#include <set>
#include <sys/types.h>

namespace headway::worker {

/// The orphans of killed supervisors. The worker is a subreaper too, so that they become its
/// children: every child that is not a supervisor and was not there before is one.
class Orphans {
 public:
  /// Becomes a subreaper. Children that are there already (of a shell that made itself the worker)
  /// are none of our business.
  Orphans();

  /// Kills all of them and what is below them, and reaps what has ended. True: none is left.
  /// `supervisors` are the living ones.
  bool sweep(const std::set<pid_t>& supervisors) const;

 private:
  std::set<pid_t> others_;
};

}  // namespace headway::worker
