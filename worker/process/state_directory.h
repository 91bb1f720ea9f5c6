#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "worker/process/slot_record.h"

namespace headway::worker {

/// A worker's folder: its name, the registry that it serves, and a record of what it started, so
/// that its next life can prove that nothing of this one is left alive. One process owns it at a
/// time. Used by the worker's shell thread.
///
///   lock          held with flock(2) for as long as the owner lives
///   place         which file `lock` is: in a copy of the folder it is another
///   name          the generated name, made once
///   registry      of which all recorded tokens are
///   started/N     slot N: supervisor, boot, and the tokens that were started last (SlotRecord)
///   lives         incarnations of the owners since the last one that a coordinator welcomed
///   dead          tokens of former lives, proven dead, that the coordinator has not settled yet
///   slots/N/      where the commands of slot N write their progress
///
/// What a copy has on record is another worker's, which may be alive: it ends and proves nothing.
///
/// A record is rewritten in place without a sync: after a crash of the worker the kernel still has
/// it, and a crash of the machine ends the processes as well.
class StateDirectory {
 public:
  /// Makes the folder where there is none, and takes it. ErrorKind::kInUse when another worker has
  /// it.
  static Result<StateDirectory> open(const std::string& path);

  /// Makes sure that nothing which a former life started is alive: kills it and waits, at most 20
  /// s. Returns every token that is proven dead and not settled yet, those of earlier lives
  /// included. To be called once, before anything is started.
  Result<std::vector<Token>> prove_dead();

  /// Records the process that owns the folder from now on, and returns those before it that no
  /// coordinator may have been told of yet: they are dead (prove_dead comes first).
  Result<std::vector<std::uint64_t>> begin_life(std::uint64_t incarnation);
  /// A coordinator knows of this life, and with it that those before it are dead.
  Result<void> remember_welcome();

  /// The coordinator has settled the token (of this life or a former one): it is not recorded any
  /// more. Unknown tokens are ignored.
  void forget(Token token);

  /// Of which all recorded tokens are; empty: none yet.
  [[nodiscard]] const std::string& registry() const { return registry_; }
  /// From now on tokens belong to this registry. Tokens of another one are dropped: they mean
  /// nothing there.
  Result<void> remember_registry(const std::string& registry);

  /// `<host>-<four hexadecimal digits>`, made at the first call and the same ever after.
  Result<std::string> generated_name();

  /// Absolute.
  [[nodiscard]] const std::string& path() const { return path_; }

  // For Supervisors.

  /// Makes the folder for the progress files of a slot, empty, and gives its path.
  Result<std::string> prepare_slot(SlotId slot);
  /// A supervisor serves the slot from now on.
  Result<void> record_supervisor(SlotId slot, const ProcessIdentity& process,
                                 const std::string& mark);
  /// The token is about to be started in the slot.
  Result<void> record_start(SlotId slot, Token token);

 private:
  struct Slot {
    UniqueFd file;
    SlotRecord record;
  };

  StateDirectory(std::string path, UniqueFd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  Result<void> load();
  Result<void> settle_in();
  Result<Slot*> slot(SlotId slot);
  Result<void> write_dead() const;

  std::string path_;
  UniqueFd lock_;
  std::string registry_;
  std::vector<SlotRecord> former_;  ///< as found at the start
  std::vector<Token> dead_;
  std::vector<std::uint64_t> lives_;  ///< the last is this one
  std::vector<Slot> slots_;           ///< by slot number - 1
};

}  // namespace headway::worker
