#include <algorithm>

#include <fmt/format.h>

#include "common/plan/graph_builder.h"
#include "common/plan/path_pattern.h"

namespace headway {

namespace {

constexpr const char* kIsolationLock = "*";
constexpr const char* kSequentialLock = "sequential";

/// Sorts by number and keeps one use of each lock; write sorts before read, so that it wins.
void sort_and_merge(std::vector<LockUse>& uses) {
  static_assert(LockMode::kWrite < LockMode::kRead);
  std::sort(uses.begin(), uses.end());
  const auto same = [](LockUse a, LockUse b) { return a.lock == b.lock; };
  uses.erase(std::unique(uses.begin(), uses.end(), same), uses.end());
}

}  // namespace

std::uint32_t PlanGraphBuilder::lock_number(LockKind kind, std::string name) {
  const auto next = static_cast<std::uint32_t>(graph_->lock_names_.size());
  const auto [entry, fresh] =
      lock_numbers_[static_cast<std::size_t>(kind)].emplace(std::move(name), next);
  if (fresh) graph_->lock_names_.push_back({kind, entry->first});
  return entry->second;
}

void PlanGraphBuilder::take_declared_conflicts(std::vector<std::vector<LockUse>>& uses) {
  // The name has the earlier ticket first, whichever of both declared it: declared twice, it is
  // still one lock.
  const auto take = [&](std::size_t ticket, const std::vector<std::string>& others) {
    for (const std::string& id : others) {
      const TicketIndex* other = graph_->find(id);
      if (other == nullptr || other->index() == ticket) continue;
      const std::size_t first = std::min(ticket, other->index());
      const std::size_t second = std::max(ticket, other->index());
      const std::uint32_t lock = lock_number(
          LockKind::kConflict,
          fmt::format("conflict {} <-> {}", plan_.tickets[first].id, plan_.tickets[second].id));
      uses[first].push_back({lock, LockMode::kWrite});
      uses[second].push_back({lock, LockMode::kWrite});
    }
  };
  for (std::size_t i = 0; i < size_; ++i) {
    take(i, plan_.tickets[i].dependencies.file_conflicts);
    take(i, plan_.tickets[i].dependencies.resource_conflicts);
  }
}

void PlanGraphBuilder::add_locks() {
  std::vector<std::vector<LockUse>> uses(size_);
  const bool isolation =
      std::any_of(plan_.tickets.begin(), plan_.tickets.end(),
                  [](const Ticket& ticket) { return ticket.isolation == Isolation::kIsolated; });
  for (std::size_t i = 0; i < size_; ++i) {
    const Ticket& ticket = plan_.tickets[i];
    for (const LockRequest& lock : ticket.locks) {
      uses[i].push_back({lock_number(LockKind::kName, lock.name), lock.mode});
    }
    for (const std::string& path : ticket.affected_files) {
      uses[i].push_back({lock_number(LockKind::kPath, normalize_pattern(path)), LockMode::kWrite});
    }
    if (ticket.isolation == Isolation::kSequential) {
      uses[i].push_back({lock_number(LockKind::kName, kSequentialLock), LockMode::kWrite});
    }
    if (isolation) {
      const bool alone = ticket.isolation == Isolation::kIsolated;
      uses[i].push_back({lock_number(LockKind::kName, kIsolationLock),
                         alone ? LockMode::kWrite : LockMode::kRead});
    }
  }
  take_declared_conflicts(uses);
  graph_->lock_rows_.reserve(size_ + 1);
  graph_->lock_rows_.push_back(0);
  for (std::vector<LockUse>& of_ticket : uses) {
    sort_and_merge(of_ticket);
    graph_->lock_uses_.insert(graph_->lock_uses_.end(), of_ticket.begin(), of_ticket.end());
    graph_->lock_rows_.push_back(static_cast<std::uint32_t>(graph_->lock_uses_.size()));
  }
}

}  // namespace headway
