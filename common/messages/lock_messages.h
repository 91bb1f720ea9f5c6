#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/ids.h"
#include "common/base/time.h"

/// Who holds what, and who waits for it: bodies of `locks`, and parts of other answers.

namespace headway {

/// Why a lock is held.
enum class HolderState : std::uint8_t {
  kAlive,         ///< its worker is heard of
  kSilent,        ///< the worker process that has it is not heard of, and its lease has not run out
  kOrphan,        ///< that process is gone; only a proof or a person says that it is dead
  kValidating,    ///< no worker has it: its gates run elsewhere, or a person is to decide
  kToBePutBack,   ///< it has ended and is to be put back: nobody begins on what will change
  kBeingPutBack,  ///< its rollback was handed out
  kRollbackFailed,  ///< it may be half put back: a person is to settle it
};
template <>
struct EnumText<HolderState> {
  static constexpr std::array kWords = {
      std::pair{HolderState::kAlive, std::string_view{"alive"}},
      std::pair{HolderState::kSilent, std::string_view{"silent"}},
      std::pair{HolderState::kOrphan, std::string_view{"orphan"}},
      std::pair{HolderState::kValidating, std::string_view{"validating"}},
      std::pair{HolderState::kToBePutBack, std::string_view{"to be put back"}},
      std::pair{HolderState::kBeingPutBack, std::string_view{"being put back"}},
      std::pair{HolderState::kRollbackFailed, std::string_view{"rollback failed"}},
  };
};

/// An attempt that holds a lock, or a ticket that is to be put back.
struct LockHolder {
  RunId run;
  std::string ticket;
  std::string agent;  ///< `worker/slot`, or the worker alone before it has started; empty: none
  HolderState state = HolderState::kAlive;
  bool exclusive = true;
  std::optional<WallTime> since;  ///< when it started; of what is to be put back: when it ended
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("ticket", ticket);
    v("agent", agent);
    v("state", state);
    v("exclusive", exclusive);
    v("since_ms", since);
  }
  friend bool operator==(const LockHolder&, const LockHolder&) = default;
};

/// A ready ticket that waits for a lock.
struct LockWaiter {
  RunId run;
  std::string ticket;
  bool exclusive = true;
  std::optional<WallTime> since;  ///< when it first had to wait
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("ticket", ticket);
    v("exclusive", exclusive);
    v("since_ms", since);
  }
  friend bool operator==(const LockWaiter&, const LockWaiter&) = default;
};

/// Holders and waiters shown of one lock; the rest is counted.
inline constexpr std::size_t kMostLockUsers = 20;

/// A lock that is held. Two patterns of files that overlap are two locks; who waits for one of them
/// stands at the one that it met first.
struct LockView {
  std::string name;  ///< as the plan has it
  std::vector<LockHolder> holders;
  std::vector<LockWaiter> waiters;  ///< the first in line first
  std::uint32_t holders_in_all = 0;
  std::uint32_t waiters_in_all = 0;
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("holders", holders);
    v("waiters", waiters);
    v("holders_in_all", holders_in_all);
    v("waiters_in_all", waiters_in_all);
  }
  friend bool operator==(const LockView&, const LockView&) = default;
};

/// Locks of one answer; those with waiters come first.
inline constexpr std::size_t kMostLocks = 500;

struct LocksRequest {
  RunId run;  ///< locks that tickets of this run hold or wait for; 0: of all unfinished runs
  template <class V>
  void fields(V& v) {
    v("run", run);
  }
  friend bool operator==(const LocksRequest&, const LocksRequest&) = default;
};
struct LocksAnswer {
  std::vector<LockView> locks;
  std::uint32_t locks_in_all = 0;
  template <class V>
  void fields(V& v) {
    v("locks", locks);
    v("locks_in_all", locks_in_all);
  }
  friend bool operator==(const LocksAnswer&, const LocksAnswer&) = default;
};

}  // namespace headway
