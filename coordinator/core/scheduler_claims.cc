#include <algorithm>

#include "common/base/check.h"
#include "coordinator/core/scheduler.h"

/// Locks that are kept from others before they are taken.
///
/// Those of tickets that are to be put back: from its plan to its end a rollback claims them, so
/// that nobody begins on what is about to change; while it runs it holds them as well, so that two
/// runs do not put the same back at once. It takes all of them together or none, and so no two can
/// wait for each other.
///
/// And those that a new version of its plan gives to an attempt that is alive (`hold_more`), while
/// somebody else holds them: a rollback waits for that attempt too.

namespace headway {

std::optional<std::uint32_t> Scheduler::blocker(const Bucket& bucket) const {
  if (const auto held = locks_.blocker(bucket.locks)) return held;
  return claims_.blocker(bucket.locks);
}

void Scheduler::claim(AttemptRef ticket) {
  const std::vector<LockUse>& wanted = bucket_of(ticket).locks;
  if (runs_.at(ticket.run).claims.try_emplace(ticket.ticket, wanted).second) claims_.take(wanted);
}

bool Scheduler::is_free(AttemptRef ticket) const {
  const RunQueue& run = runs_.at(ticket.run);
  if (run.holds.contains(ticket.ticket)) return true;
  const std::vector<LockUse>& wanted = run.claims.at(ticket.ticket);
  return !locks_.blocker(wanted) && !is_awaited(wanted);
}

/// Whether an attempt that is alive has claimed what conflicts with one of these.
bool Scheduler::is_awaited(const std::vector<LockUse>& locks) const {
  const auto conflict = [&](const Hold& hold) {
    return std::ranges::any_of(hold.claimed, [&](const LockUse claimed) {
      return std::ranges::any_of(
          locks, [&](const LockUse wanted) { return locks_.conflict(claimed, wanted); });
    });
  };
  return std::ranges::any_of(runs_, [&](const auto& run) {
    return std::ranges::any_of(run.second.holds,
                               [&](const auto& held) { return conflict(held.second); });
  });
}

void Scheduler::take_claimed(AttemptRef ticket) {
  const RunQueue& run = runs_.at(ticket.run);
  if (run.holds.contains(ticket.ticket)) return;  // it has been begun before
  keep(ticket, {{}, run.claims.at(ticket.ticket), {}, {}});
}

void Scheduler::unclaim(AttemptRef ticket) {
  RunQueue& run = runs_.at(ticket.run);
  if (run.holds.contains(ticket.ticket)) let_go(ticket);
  const auto claimed = run.claims.find(ticket.ticket);
  HW_CHECK(claimed != run.claims.end(), "a claim was given up that nobody had");
  const Hold given{{}, std::move(claimed->second), {}, {}};
  run.claims.erase(claimed);
  claims_.release(given.locks);
  give_back(given);
}

}  // namespace headway
