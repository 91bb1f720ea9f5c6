#pragma once

#include <optional>
#include <sys/types.h>
#include <vector>

#include "common/base/time.h"
#include "worker/process/containment.h"

namespace headway::worker {

/// Everything that is alive in a supervisor's slot: every process below it. Orphans become the
/// supervisor's children (it is the first process of its namespace, or a subreaper), so waitpid(2)
/// with ECHILD proves that nothing is left.
class SlotContents {
 public:
  explicit SlotContents(Containment containment) : containment_(containment) {}

  /// Sends a signal to all. A subreaper has to read the tree from /proc first, and may miss what is
  /// being born or orphaned at that moment: repeat SIGKILL until `reap` says that nothing is left.
  void signal_all(int signal) const;
  /// To a child that lives: to it, to what descends from it, and to the rest of its session.
  void signal_child(pid_t child, int signal) const;
  /// To what a child that has ended left in its session. False: nothing.
  bool signal_session(pid_t session, int signal) const;
  /// To all but what belongs to these children, in the sense of `signal_child`. False: there is
  /// nothing else.
  bool signal_rest(const std::vector<pid_t>& kept, int signal) const;

  struct Reaped {
    pid_t process = 0;
    int status = 0;                ///< as waitpid(2) gives it
    Duration cpu{};                ///< user and system, with its own children that it waited for
    std::uint64_t max_memory = 0;  ///< bytes, of the largest of them
  };
  enum class Left { kSome, kNothing };
  /// Takes the next process that has ended; without one, says whether any is left.
  std::optional<Reaped> reap(Left& left) const;

  /// Kills all and waits until nothing is left; blocks, at most 60 s. For the end of a supervisor.
  /// False: something cannot be killed.
  bool end_all() const;

 private:
  Containment containment_;
};

}  // namespace headway::worker
