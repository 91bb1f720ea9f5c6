#include "coordinator/forecast/what_if.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"

namespace headway {

namespace {

Result<TicketIndex> ticket_left(const Situation& situation, const std::string& id) {
  const TicketIndex* found = situation.graph->find(id);
  if (found == nullptr) {
    std::vector<std::string_view> ids;
    for (const Ticket& ticket : situation.plan->tickets) ids.emplace_back(ticket.id);
    const std::vector<std::string> near = nearest(id, ids);
    return Error{
        ErrorKind::kNotFound,
        fmt::format("there is no ticket {}{}", printable(id),
                    near.empty() ? "" : fmt::format("; did you mean {}?", join_words(near, "or")))};
  }
  if (situation.tickets[found->index()].standing >= Standing::kSatisfied) {
    return Error{ErrorKind::kUsage, fmt::format("{} is over already", printable(id))};
  }
  return *found;
}

/// Takes away from the largest worker, one by one.
void remove_agents(Workforce& workforce, std::uint32_t count) {
  const std::uint32_t able = std::min(workforce.able, count);
  workforce.able -= able;
  for (count -= able; count > 0; --count) {
    const auto largest = std::ranges::max_element(workforce.workers, {}, &WorkerOffer::slots);
    if (largest == workforce.workers.end() || largest->slots == 0) return;
    --largest->slots;
  }
}

Result<void> change_agents(Workforce& workforce, const WhatIfRequest& request) {
  const auto there = static_cast<std::int64_t>(workforce.agents());
  const std::int64_t wanted = request.agents.value_or(there + request.more_agents);
  if (wanted < 0) {
    return Error{ErrorKind::kUsage, fmt::format("there are only {} agents", there)};
  }
  if (wanted >= there) {
    workforce.able += static_cast<std::uint32_t>(wanted - there);
  } else {
    remove_agents(workforce, static_cast<std::uint32_t>(there - wanted));
  }
  return {};
}

Result<void> change_priorities(Situation& situation, const std::vector<PrioritySetting>& settings) {
  if (settings.empty()) return {};
  if (situation.priorities.empty()) {
    for (const Ticket& ticket : situation.plan->tickets) {
      situation.priorities.push_back(ticket.priority);
    }
  }
  for (const PrioritySetting& setting : settings) {
    const Result<TicketIndex> ticket = ticket_left(situation, setting.ticket);
    if (!ticket) return ticket.error();
    const std::optional<Priority> priority = from_text<Priority>(setting.priority);
    if (!priority) {
      return Error{ErrorKind::kUsage,
                   fmt::format("`{}` is no priority", printable(setting.priority))};
    }
    situation.priorities[ticket->index()] = *priority;
  }
  return {};
}

Result<void> change_resources(Situation& situation, const std::vector<ResourceSetting>& settings) {
  for (const ResourceSetting& setting : settings) {
    const auto counted = situation.resources.find(setting.name);
    if (counted == situation.resources.end()) {
      return Error{
          ErrorKind::kUsage,
          fmt::format("the plan does not count {} for the whole cluster", printable(setting.name))};
    }
    counted->second = setting.thousandths;
  }
  return {};
}

/// What the forecast could not know.
void add_notes(const Forecast& forecast, const Situation& situation, const char* when,
               std::vector<std::string>& notes) {
  if (forecast.stuck == 0) return;
  notes.push_back(situation.workforce.agents() == 0
                      ? fmt::format("{} there is no agent: the run has no end", when)
                      : fmt::format("{} no agent can run {} of the tickets: the run has no end",
                                    when, forecast.stuck));
}

}  // namespace

EtaView eta_view(const Situation& situation, const Forecast& forecast) {
  EtaView view{situation.workforce.agents(), situation.left(), {}, {}};
  if (forecast.left) {
    view.eta = forecast.left->middle;
    view.eta_late = forecast.left->late;
  }
  return view;
}

Result<Situation> changed_situation(Situation situation, const WhatIfRequest& request) {
  if (Result<void> done = change_agents(situation.workforce, request); !done) return done.error();
  if (Result<void> done = change_priorities(situation, request.priorities); !done) {
    return done.error();
  }
  if (Result<void> done = change_resources(situation, request.resources); !done) {
    return done.error();
  }
  if (request.parallelism) {
    if (*request.parallelism < 0) {
      return Error{ErrorKind::kUsage, "there cannot be fewer tickets alive than none"};
    }
    situation.most_alive.reset();
    if (*request.parallelism > 0) {
      situation.most_alive = static_cast<std::uint32_t>(*request.parallelism);
    }
  }
  std::vector<TicketIndex> dropped;  // all are looked for before one of them is over
  for (const std::string& id : request.drop) {
    const Result<TicketIndex> ticket = ticket_left(situation, id);
    if (!ticket) return ticket.error();
    dropped.push_back(*ticket);
  }
  for (const TicketIndex ticket : dropped) {
    situation.tickets[ticket.index()] = {};
    situation.tickets[ticket.index()].standing = Standing::kSatisfied;
  }
  return situation;
}

Result<WhatIfAnswer> what_if(const Situation& situation, const WhatIfRequest& request,
                             const GiveUp& give_up) {
  const Result<Situation> changed = changed_situation(situation, request);
  if (!changed) return changed.error();
  const Forecast before = make_forecast(situation, give_up);
  const Forecast after = make_forecast(*changed, give_up);
  WhatIfAnswer answer;
  answer.run = request.run;
  answer.before = eta_view(situation, before);
  answer.after = eta_view(*changed, after);
  add_notes(before, situation, "as things are,", answer.notes);
  add_notes(after, *changed, "with the changes,", answer.notes);
  if (changed->workforce.able > situation.workforce.able) {
    answer.notes.emplace_back("agents that are added are taken to be able to run every ticket");
  }
  const auto guessed = before.basis[static_cast<std::size_t>(Basis::kDefault)];
  if (guessed > 0) {
    answer.notes.push_back(fmt::format(
        "{} tickets have no estimate, and nothing like them has run: 10 minutes are assumed",
        guessed));
  }
  return answer;
}

}  // namespace headway
