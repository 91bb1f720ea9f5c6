#include <algorithm>
#include <string>
#include <vector>

#include "common/plan/path_index.h"
#include "common/plan/path_pattern.h"
#include "coordinator/planner/model/problem_builder.h"

namespace headway::planner {

namespace {

struct LockOfPlan {
  std::vector<std::uint32_t> writers;
  std::vector<std::uint32_t> readers;
  bool coarse = false;
};

void keep_once(std::vector<std::uint32_t>& tickets) {
  std::sort(tickets.begin(), tickets.end());
  tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
}

}  // namespace

/// A lock is a resource of which a writer takes all and a reader one. Where path A overlaps with
/// path B, the holders of A read B as well as writing A: so A and B exclude each other, but two
/// files below B do not.
///
/// A path with more than `kMaxPathOverlaps` patterns to compare with writes one more lock that
/// every holder of a path reads: more is kept apart than needs be, so that no plan takes quadratic
/// time.
void ProblemBuilder::add_locks() {
  const std::vector<LockName>& names = graph_.lock_names();
  std::vector<LockOfPlan> locks(names.size() + 1);
  const std::size_t all_paths = names.size();
  locks[all_paths].coarse = true;

  PathIndex index;
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind == LockKind::kPath) index.add(names[lock].name, lock);
  }
  std::vector<std::vector<std::uint32_t>> reads(names.size());
  std::vector<bool> is_tangled(names.size(), false);
  bool any_tangled = false;
  for (std::uint32_t lock = 0; lock < names.size(); ++lock) {
    if (names[lock].kind != LockKind::kPath) continue;
    const bool all =
        index.for_each_above(names[lock].name, kMaxPathOverlaps, [&](std::uint32_t other) {
          if (other != lock) reads[lock].push_back(other);
        });
    is_tangled[lock] = !all;
    any_tangled = any_tangled || !all;
  }

  for (std::uint32_t i = 0; i < problem_.ticket_count; ++i) {
    for (const LockUse use : graph_.locks(TicketIndex{i})) {
      (use.mode == LockMode::kWrite ? locks[use.lock].writers : locks[use.lock].readers)
          .push_back(i);
      for (const std::uint32_t other : reads[use.lock]) locks[other].readers.push_back(i);
      if (any_tangled && names[use.lock].kind == LockKind::kPath) {
        (is_tangled[use.lock] ? locks[all_paths].writers : locks[all_paths].readers).push_back(i);
      }
    }
  }
  for (std::size_t lock = 0; lock < locks.size(); ++lock) {
    LockOfPlan& of_plan = locks[lock];
    keep_once(of_plan.writers);
    keep_once(of_plan.readers);
    std::vector<std::uint32_t> readers;
    std::set_difference(of_plan.readers.begin(), of_plan.readers.end(), of_plan.writers.begin(),
                        of_plan.writers.end(), std::back_inserter(readers));
    if (of_plan.writers.empty() || of_plan.writers.size() + readers.size() < 2) continue;
    const auto all = static_cast<std::int64_t>(std::max<std::size_t>(1, readers.size()));
    const std::uint32_t resource = add_resource(
        ResourceKind::kLock, lock == all_paths ? "paths" : names[lock].name, all, of_plan.coarse);
    for (const std::uint32_t ticket : of_plan.writers) demand(ticket, resource, all);
    for (const std::uint32_t ticket : readers) demand(ticket, resource, 1);
  }
}

}  // namespace headway::planner
