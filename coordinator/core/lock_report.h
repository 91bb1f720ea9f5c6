#pragma once

#include <cstddef>
#include <optional>

#include "common/messages/lock_messages.h"
#include "coordinator/core/core.h"

namespace headway {

/// Whether an attempt that holds locks is known to be alive.
HolderState holder_state(const Core& core, AttemptRef ticket, Now now);
HolderState holder_state(const Core& core, WorkerId worker, Token token, Now now);

/// The locks that attempts hold, or that are kept for what is to be put back, with who waits for
/// them: those with most waiters first, then by name. `run`: only locks that its tickets hold or
/// wait for. Takes time with what is alive and with the demands that wait, not with the tickets.
class LockReport {
 public:
  /// `core` must outlive it and stay as it is.
  LockReport(const Core& core, Now now);

  /// At most `most` locks; `waited_for`: only those that somebody waits for.
  [[nodiscard]] LocksAnswer answer(std::optional<RunId> run, std::size_t most,
                                   bool waited_for = false) const;
  /// Who holds this lock, alive or not.
  struct Holder {
    AttemptRef ticket;
    bool exclusive = true;
  };
  [[nodiscard]] const std::map<std::uint32_t, std::vector<Holder>>& holders() const {
    return holders_;
  }
  [[nodiscard]] const std::map<std::uint32_t, Scheduler::LockLine>& lines() const { return lines_; }

 private:
  [[nodiscard]] LockView view(std::uint32_t lock) const;
  [[nodiscard]] LockHolder view(const Holder& holder) const;
  [[nodiscard]] LockWaiter view(AttemptRef waiter, std::uint32_t lock) const;
  [[nodiscard]] bool concerns(std::uint32_t lock, RunId run) const;

  const Core& core_;
  Now now_;
  std::map<std::uint32_t, std::vector<Holder>> holders_;
  std::map<std::uint32_t, Scheduler::LockLine> lines_;
};

}  // namespace headway
