#include "coordinator/core/lock_table.h"

#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "common/plan/path_pattern.h"

namespace headway {

namespace {

/// Answers kept about pairs of patterns; beyond it they are worked out anew.
constexpr std::size_t kMostOverlaps = 1'000'000;

/// Calls `visit` with each component of a path's literal prefix.
template <class Visit>
void for_each_component(std::string_view pattern, Visit visit) {
  std::string_view prefix = literal_prefix(pattern);
  while (!prefix.empty()) {
    const std::size_t slash = prefix.find('/');
    const std::string_view component = prefix.substr(0, slash);
    if (!component.empty()) visit(component);
    if (slash == std::string_view::npos) return;
    prefix.remove_prefix(slash + 1);
  }
}

}  // namespace

/// A component of the paths that are held. Lives as long as something is held at or below it.
struct LockTable::PathNode {
  PathNode* parent = nullptr;
  std::string component;
  std::map<std::string, std::unique_ptr<PathNode>, std::less<>> children;
  std::vector<std::uint32_t> held;  ///< locks whose literal prefix ends here
};

LockTable::LockTable() : root_(std::make_unique<PathNode>()) {}
LockTable::~LockTable() = default;
LockTable::LockTable(LockTable&&) noexcept = default;
LockTable& LockTable::operator=(LockTable&&) noexcept = default;

std::uint32_t LockTable::intern(const LockName& name) {
  const auto [entry, added] =
      numbers_.try_emplace({name.kind, name.name}, static_cast<std::uint32_t>(locks_.size()));
  if (added) {
    Lock lock;
    lock.name = name;
    locks_.push_back(std::move(lock));
  }
  return entry->second;
}

std::optional<std::uint32_t> LockTable::blocker(std::span<const LockUse> uses) const {
  for (const LockUse use : uses) {
    if (locks_[use.lock].name.kind == LockKind::kPath) {
      if (const auto blocking = blocking_path(use)) return blocking;
    } else if (blocks(use.lock, use)) {
      return use.lock;
    }
  }
  return std::nullopt;
}

bool LockTable::conflict(LockUse a, LockUse b) const {
  if (a.mode == LockMode::kRead && b.mode == LockMode::kRead) return false;
  return a.lock == b.lock || overlap(a.lock, b.lock);
}

bool LockTable::blocks(std::uint32_t held, LockUse wanted) const {
  const Lock& lock = locks_[held];
  return lock.writers > 0 || (wanted.mode == LockMode::kWrite && lock.readers > 0);
}

bool LockTable::overlap(std::uint32_t a, std::uint32_t b) const {
  const LockName& first = locks_[a].name;
  const LockName& second = locks_[b].name;
  if (first.kind != LockKind::kPath || second.kind != LockKind::kPath) return false;
  const auto [low, high] = std::minmax(a, b);
  const std::uint64_t pair = (std::uint64_t{low} << 32U) | high;
  if (const auto known = overlaps_.find(pair); known != overlaps_.end()) return known->second;
  const bool answer = patterns_overlap(first.name, second.name);
  if (overlaps_.size() >= kMostOverlaps) overlaps_.clear();
  overlaps_.emplace(pair, answer);
  return answer;
}

std::optional<std::uint32_t> LockTable::blocking_path(LockUse wanted) const {
  const auto blocking_at = [&](const PathNode& node) -> std::optional<std::uint32_t> {
    for (const std::uint32_t held : node.held) {
      if (blocks(held, wanted) && (held == wanted.lock || overlap(held, wanted.lock))) return held;
    }
    return std::nullopt;
  };
  const PathNode* node = root_.get();
  std::optional<std::uint32_t> found = blocking_at(*node);
  bool off_the_tree = false;
  for_each_component(locks_[wanted.lock].name.name, [&](std::string_view component) {
    if (found || off_the_tree) return;
    const auto child = node->children.find(component);
    if (child == node->children.end()) {
      off_the_tree = true;
      return;
    }
    node = child->second.get();
    found = blocking_at(*node);
  });
  if (found || off_the_tree) return found;
  for (const auto& [component, child] : node->children) {
    if (const auto below = blocking_below(*child, wanted)) return below;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> LockTable::blocking_below(const PathNode& node, LockUse wanted) const {
  for (const std::uint32_t held : node.held) {
    if (blocks(held, wanted) && overlap(held, wanted.lock)) return held;
  }
  for (const auto& [component, child] : node.children) {
    if (const auto below = blocking_below(*child, wanted)) return below;
  }
  return std::nullopt;
}

void LockTable::take(std::span<const LockUse> uses) {
  for (const LockUse use : uses) {
    if (!is_held(use.lock) && locks_[use.lock].name.kind == LockKind::kPath) enter(use.lock);
    ++(use.mode == LockMode::kWrite ? locks_[use.lock].writers : locks_[use.lock].readers);
  }
}

void LockTable::release(std::span<const LockUse> uses) {
  for (const LockUse use : uses) {
    std::uint32_t& holders =
        use.mode == LockMode::kWrite ? locks_[use.lock].writers : locks_[use.lock].readers;
    HW_CHECK(holders > 0, "a lock was released that nobody holds");
    --holders;
    if (!is_held(use.lock) && locks_[use.lock].name.kind == LockKind::kPath) leave(use.lock);
  }
}

void LockTable::enter(std::uint32_t lock) {
  PathNode* node = root_.get();
  for_each_component(locks_[lock].name.name, [&](std::string_view component) {
    auto child = node->children.find(component);
    if (child == node->children.end()) {
      auto made = std::make_unique<PathNode>();
      made->parent = node;
      made->component = std::string(component);
      child = node->children.emplace(made->component, std::move(made)).first;
    }
    node = child->second.get();
  });
  node->held.push_back(lock);
  locks_[lock].node = node;
}

void LockTable::leave(std::uint32_t lock) {
  PathNode* node = std::exchange(locks_[lock].node, nullptr);
  std::erase(node->held, lock);
  while (node->parent != nullptr && node->held.empty() && node->children.empty()) {
    PathNode* parent = node->parent;
    const auto self = parent->children.find(node->component);
    parent->children.erase(self);
    node = parent;
  }
}

}  // namespace headway
