#pragma once

#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::cli {

/// Counts SIGINT, SIGTERM and SIGHUP, and wakes whoever polls. Where it is not installed (tests) it
/// never counts anything. One a process, in the main thread.
class Interrupts {
 public:
  Interrupts();

  /// From now on the signals are counted instead of ending the process.
  void install();
  /// How many came so far.
  [[nodiscard]] int count() const;
  /// Readable after a signal, until `settle`.
  [[nodiscard]] int wake_fd() const { return event_.get(); }
  /// Wakes as a signal would, without counting one; from any thread.
  void wake() const;
  /// Makes `wake_fd` quiet again.
  void settle() const;
  /// Waits so long; true at once when a signal comes.
  bool wait(Duration most) const;

 private:
  UniqueFd event_;
};

}  // namespace headway::cli
