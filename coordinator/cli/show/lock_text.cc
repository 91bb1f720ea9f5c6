#include "coordinator/cli/show/lock_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string since_text(std::optional<WallTime> since, WallTime now) {
  if (!since) return "";
  return short_duration(std::max<Duration>(now - *since, Duration{}));
}

Colour colour_of_holder(HolderState state) {
  switch (state) {
    case HolderState::kAlive:
    case HolderState::kValidating:
      return Colour::kNone;
    case HolderState::kSilent:
    case HolderState::kToBePutBack:
    case HolderState::kBeingPutBack:
      return Colour::kYellow;
    case HolderState::kOrphan:
    case HolderState::kRollbackFailed:
      break;
  }
  return Colour::kRed;
}

std::string mode_word(bool exclusive) { return exclusive ? "write" : "read"; }

Json time_or_null(std::optional<WallTime> at) { return at ? Json(format_time(*at)) : Json(); }

}  // namespace

std::string locks_text(const LocksAnswer& answer, WallTime now, Format format, bool colour,
                       std::size_t width) {
  Table table({{.title = "lock", .flexible = true},
               {.title = "who"},
               {.title = "run"},
               {.title = "ticket"},
               {.title = "mode"},
               {.title = "agent"},
               {.title = "for", .right = true}});
  for (const LockView& lock : answer.locks) {
    for (const LockHolder& holder : lock.holders) {
      table.add({lock.name,
                 Cell(holder.state == HolderState::kAlive
                          ? "holds"
                          : fmt::format("holds ({})", to_text(holder.state)),
                      colour_of_holder(holder.state)),
                 run_name(holder.run), holder.ticket, mode_word(holder.exclusive), holder.agent,
                 since_text(holder.since, now)});
    }
    for (const LockWaiter& waiter : lock.waiters) {
      table.add({lock.name, Cell("waits", Colour::kYellow), run_name(waiter.run), waiter.ticket,
                 mode_word(waiter.exclusive), "", since_text(waiter.since, now)});
    }
    const std::size_t shown = lock.holders.size() + lock.waiters.size();
    const std::size_t all = std::size_t{lock.holders_in_all} + lock.waiters_in_all;
    if (all > shown) {
      table.add({lock.name, fmt::format("{} more", all - shown), "", "", "", "", ""});
    }
  }
  return table.render(format, colour, width);
}

Json locks_json(const LocksAnswer& answer) {
  Json document = versioned();
  document["locks_in_all"] = answer.locks_in_all;
  document["locks"] = Json::array();
  for (const LockView& lock : answer.locks) {
    Json holders = Json::array();
    for (const LockHolder& holder : lock.holders) {
      holders.push_back({{"run", run_name(holder.run)},
                         {"ticket", holder.ticket},
                         {"agent", holder.agent},
                         {"state", to_text(holder.state)},
                         {"exclusive", holder.exclusive},
                         {"since", time_or_null(holder.since)}});
    }
    Json waiters = Json::array();
    for (const LockWaiter& waiter : lock.waiters) {
      waiters.push_back({{"run", run_name(waiter.run)},
                         {"ticket", waiter.ticket},
                         {"exclusive", waiter.exclusive},
                         {"since", time_or_null(waiter.since)}});
    }
    document["locks"].push_back({{"name", lock.name},
                                 {"holders_in_all", lock.holders_in_all},
                                 {"waiters_in_all", lock.waiters_in_all},
                                 {"holders", std::move(holders)},
                                 {"waiters", std::move(waiters)}});
  }
  return document;
}

}  // namespace headway::cli
