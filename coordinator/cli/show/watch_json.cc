#include "coordinator/cli/show/watch_json.h"

#include <set>

#include "common/base/units.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

Json moment_json(const std::optional<WallTime>& at) {
  return at ? Json(format_time(*at)) : Json(nullptr);
}

Json lock_user_json(RunId run, const std::string& ticket, bool exclusive,
                    const std::optional<WallTime>& since) {
  return {{"run", run_name(run)},
          {"ticket", ticket},
          {"mode", exclusive ? "write" : "read"},
          {"since", moment_json(since)}};
}

Json conflict_json(const LockView& lock) {
  Json holders = Json::array();
  for (const LockHolder& holder : lock.holders) {
    Json entry = lock_user_json(holder.run, holder.ticket, holder.exclusive, holder.since);
    entry["agent"] = holder.agent;
    entry["state"] = to_text(holder.state);
    holders.push_back(std::move(entry));
  }
  Json waiters = Json::array();
  for (const LockWaiter& waiter : lock.waiters) {
    waiters.push_back(lock_user_json(waiter.run, waiter.ticket, waiter.exclusive, waiter.since));
  }
  return {{"lock", lock.name},
          {"holders", std::move(holders)},
          {"waiters", std::move(waiters)},
          {"holders_in_all", lock.holders_in_all},
          {"waiters_in_all", lock.waiters_in_all}};
}

/// A ticket that is at work again after a failure is in both lists.
Json watched_tickets_json(const WatchAnswer& answer) {
  Json tickets = Json::array();
  std::set<std::string> listed;
  for (const TicketView& ticket : answer.active) {
    listed.insert(ticket.id);
    tickets.push_back(ticket_json(ticket));
  }
  for (const TroubledTicket& troubled : answer.troubled) {
    if (listed.insert(troubled.ticket.id).second) tickets.push_back(ticket_json(troubled.ticket));
  }
  return tickets;
}

Json troubled_json(const TroubledTicket& troubled) {
  return {{"id", troubled.ticket.id},
          {"state", to_text(troubled.ticket.state)},
          {"blocks", troubled.blocks},
          {"again_in_seconds", seconds_json(troubled.ticket.rest)},
          {"behind_seconds", seconds_json(troubled.behind)},
          {"last_output_line", last_line(troubled.output_end.data)}};
}

Json silent_json(const SilentWorker& worker) {
  return {{"worker", worker.name},
          {"heartbeat_age_seconds",
           worker.heartbeat_age ? Json(seconds(*worker.heartbeat_age)) : Json(nullptr)},
          {"tickets", worker.tickets}};
}

template <class Entry, class ToJson>
Json array_of(const std::vector<Entry>& entries, ToJson to_json) {
  Json array = Json::array();
  for (const Entry& entry : entries) array.push_back(to_json(entry));
  return array;
}

}  // namespace

Json watch_json(const WatchAnswer& answer) {
  Json json = versioned();
  json["run"] = run_json(answer.run);
  json["metrics"] = metrics_json(answer.run, answer.metrics);
  json["tickets"] = watched_tickets_json(answer);
  json["at"] = format_time(answer.at);
  json["agents"] =
      array_of(answer.agents, [](const auto& entry) { return agent_json(entry, true); });
  json["agents_in_all"] = answer.agents_in_all;
  json["conflicts"] = array_of(answer.conflicts, conflict_json);
  json["troubled"] = array_of(answer.troubled, troubled_json);
  json["troubled_in_all"] = answer.troubled_in_all;
  json["retrying"] = answer.retrying;
  json["in_review"] = answer.in_review;
  json["silent_workers"] = array_of(answer.silent, silent_json);
  json["priorities"] = array_of(answer.priorities, [](const PriorityCount& count) -> Json {
    return {{"priority", count.priority}, {"done", count.done}, {"total", count.total}};
  });
  json["events"] = array_of(answer.events, [](const EventView& event) {
    Json entry = event_json(event);
    entry.erase("schema_version");
    return entry;
  });
  return json;
}

}  // namespace headway::cli
