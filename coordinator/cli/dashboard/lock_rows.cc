#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string how_long(const std::optional<WallTime>& since, WallTime now) {
  return since ? short_duration(now - *since) : std::string{};
}

std::string holder_name(const LockView& lock, RunId ours) {
  if (lock.holders.empty()) return {};
  const LockHolder& holder = lock.holders.front();
  std::string name = ticket_name(holder.run, holder.ticket, ours);
  if (holder.state != HolderState::kAlive) name += fmt::format(" ({})", to_text(holder.state));
  if (lock.holders_in_all > 1) name += fmt::format(" and {} more", lock.holders_in_all - 1);
  return name;
}

}  // namespace

PanelContent lock_rows(const Snapshot& snapshot) {
  PanelContent content{.title = "Conflicts",
                       .columns = {{.title = "WAITS", .flexible = true},
                                   {.title = "FOR", .right = true},
                                   {.title = "LOCK", .flexible = true},
                                   {.title = "HELD BY", .flexible = true},
                                   {.title = "FOR", .right = true},
                                   {.title = "ON", .flexible = true}},
                       .rows = {},
                       .if_empty = "No ticket waits for a lock."};
  const WallTime now = snapshot.now();
  const RunId ours = snapshot.watch.run.id;
  for (const LockView& lock : snapshot.watch.conflicts) {
    const LockHolder holder = lock.holders.empty() ? LockHolder{} : lock.holders.front();
    for (const LockWaiter& waiter : lock.waiters) {
      content.rows.push_back(
          {.key = lock.name + " " + waiter.ticket,
           .ticket = waiter.run == ours ? waiter.ticket : std::string{},
           .cells = {ticket_name(waiter.run, waiter.ticket, ours), how_long(waiter.since, now),
                     printable(lock.name), holder_name(lock, ours), how_long(holder.since, now),
                     printable(holder.agent)}});
    }
    if (lock.waiters_in_all > lock.waiters.size()) {
      content.in_all += lock.waiters_in_all - lock.waiters.size();
    }
  }
  content.in_all += content.rows.size();
  return content;
}

}  // namespace headway::cli
