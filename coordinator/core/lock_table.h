#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/plan/graph.h"

namespace headway {

/// Which locks are held, over all runs. A lock is a name, or a pattern of paths that overlaps with
/// other patterns.
///
/// Only what is held is searched: names by number, paths by a tree of their literal leading
/// components, in which two patterns can meet only along one line from the root or below the
/// asker's own end. The work of a question therefore grows with the attempts that are alive, never
/// with the tickets that wait.
class LockTable {
 public:
  LockTable();
  ~LockTable();
  LockTable(LockTable&&) noexcept;
  LockTable& operator=(LockTable&&) noexcept;

  /// The number of a lock, the same for the same name ever after. Paths must be absolute or all of
  /// one folder.
  std::uint32_t intern(const LockName& name);
  [[nodiscard]] const LockName& name(std::uint32_t lock) const { return locks_[lock].name; }

  /// A held lock that stands in the way of taking all of `uses`; none: they are free.
  [[nodiscard]] std::optional<std::uint32_t> blocker(std::span<const LockUse> uses) const;
  /// Whether two uses could not be held together, held or not.
  [[nodiscard]] bool conflict(LockUse a, LockUse b) const;

  /// Whoever takes what is not free answers for it: two of one run that are put back one after the
  /// other hold the same lock.
  void take(std::span<const LockUse> uses);
  void release(std::span<const LockUse> uses);

  [[nodiscard]] bool is_held(std::uint32_t lock) const {
    return locks_[lock].readers + locks_[lock].writers > 0;
  }
  [[nodiscard]] bool is_written(std::uint32_t lock) const { return locks_[lock].writers > 0; }

 private:
  struct PathNode;
  struct Lock {
    LockName name;
    std::uint32_t readers = 0;
    std::uint32_t writers = 0;
    PathNode* node = nullptr;  ///< of a path that is held
  };

  [[nodiscard]] bool blocks(std::uint32_t held, LockUse wanted) const;
  [[nodiscard]] std::optional<std::uint32_t> blocking_path(LockUse wanted) const;
  [[nodiscard]] std::optional<std::uint32_t> blocking_below(const PathNode& node,
                                                            LockUse wanted) const;
  [[nodiscard]] bool overlap(std::uint32_t a, std::uint32_t b) const;
  void enter(std::uint32_t lock);
  void leave(std::uint32_t lock);

  std::vector<Lock> locks_;
  std::map<std::pair<LockKind, std::string>, std::uint32_t> numbers_;
  std::unique_ptr<PathNode> root_;
  mutable std::unordered_map<std::uint64_t, bool> overlaps_;  ///< answers of patterns_overlap
};

}  // namespace headway
