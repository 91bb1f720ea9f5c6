#include "coordinator/planner/verify/verify_schedule.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/plan/graph.h"
#include "common/plan/path_pattern.h"

namespace headway::planner {

namespace {

constexpr std::size_t kMissing = std::numeric_limits<std::size_t>::max();

class Verifier {
 public:
  Verifier(const Plan& plan, const std::vector<PlanAgent>& agents,
           const std::vector<ScheduledTicket>& schedule, const VerifyOptions& options)
      : plan_(plan), agents_(agents), schedule_(schedule), options_(options) {
    for (std::size_t i = 0; i < plan.tickets.size(); ++i) number_of_[plan.tickets[i].id] = i;
  }

  std::vector<std::string> verify() {
    if (!find_entries()) return std::move(findings_);
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      check_length(i);
      check_order(i);
      check_agent(i);
    }
    if (plan_.barriers) check_barriers();
    sweep();
    return std::move(findings_);
  }

 private:
  template <class... Parts>
  void tell(fmt::format_string<Parts...> format, Parts&&... parts) {
    if (findings_.size() < options_.most) {
      findings_.push_back(fmt::format(format, std::forward<Parts>(parts)...));
    }
  }
  [[nodiscard]] bool full() const { return findings_.size() >= options_.most; }
  [[nodiscard]] const std::string& id(std::size_t ticket) const { return plan_.tickets[ticket].id; }
  [[nodiscard]] const ScheduledTicket& entry(std::size_t ticket) const {
    return schedule_[entry_of_[ticket]];
  }

  bool find_entries() {
    entry_of_.assign(plan_.tickets.size(), kMissing);
    for (std::size_t at = 0; at < schedule_.size(); ++at) {
      const std::size_t ticket = schedule_[at].ticket.index();
      if (ticket >= plan_.tickets.size()) {
        tell("entry {} is for ticket number {}, which the plan does not have", at, ticket);
      } else if (entry_of_[ticket] != kMissing) {
        tell("`{}` is scheduled twice", id(ticket));
      } else {
        entry_of_[ticket] = at;
      }
    }
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      if (entry_of_[i] == kMissing) tell("`{}` is not scheduled", id(i));
    }
    return findings_.empty();
  }

  void check_length(std::size_t ticket) {
    const Duration wanted =
        std::max(plan_.tickets[ticket].estimate.value_or(kDefaultEstimate), Duration::zero());
    const ScheduledTicket& found = entry(ticket);
    if (found.start < Duration::zero()) tell("`{}` starts before the beginning", id(ticket));
    if (found.finish - found.start != wanted) {
      tell("`{}` is given {} and takes {}", id(ticket), format_duration(found.finish - found.start),
           format_duration(wanted));
    }
  }

  void check_order(std::size_t ticket) {
    const Dependencies& dependencies = plan_.tickets[ticket].dependencies;
    for (const auto* list : {&dependencies.blocking, &dependencies.sequential}) {
      for (const std::string& before : *list) {
        const auto found = number_of_.find(before);
        if (found == number_of_.end()) {
          tell("`{}` waits for `{}`, which the plan does not have", id(ticket), before);
        } else if (entry(found->second).finish > entry(ticket).start) {
          tell("`{}` starts at {} though `{}`, for which it waits, ends at {}", id(ticket),
               format_duration(entry(ticket).start), before,
               format_duration(entry(found->second).finish));
        }
      }
    }
  }

  void check_agent(std::size_t ticket) {
    const ScheduledTicket& found = entry(ticket);
    if (found.agent >= agents_.size()) {
      tell("`{}` is given to agent number {} of {}", id(ticket), found.agent, agents_.size());
      return;
    }
    const PlanAgent& agent = agents_[found.agent];
    const AgentRequirement& wanted = plan_.tickets[ticket].agent;
    const auto among = [](const std::vector<std::string>& words, const std::string& word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (!wanted.type.empty() && !agent.types.empty() && !among(agent.types, wanted.type)) {
      tell("`{}` needs an agent of type `{}`, which `{}` is not", id(ticket), wanted.type,
           agent.name);
    }
    for (const std::string& label : wanted.labels) {
      if (!among(agent.labels, label)) {
        tell("`{}` needs an agent with label `{}`, which `{}` has not", id(ticket), label,
             agent.name);
      }
    }
    if (!agent.worker.empty() && among(wanted.excluded, agent.worker)) {
      tell("`{}` must not run on `{}`", id(ticket), agent.worker);
    }
    for (const ResourceAmount& amount : plan_.tickets[ticket].resources) {
      if (is_counted(amount.name)) continue;
      for (const ResourceAmount& offered : agent.resources) {
        if (offered.name == amount.name && offered.thousandths < amount.thousandths) {
          tell("`{}` needs more of `{}` than `{}` has", id(ticket), amount.name, agent.name);
        }
      }
    }
  }

  [[nodiscard]] bool is_counted(std::string_view name) const {
    return std::any_of(plan_.resources.begin(), plan_.resources.end(),
                       [&](const ResourceAmount& there_is) { return there_is.name == name; });
  }

  void check_barriers() {
    const auto graph = PlanGraph::build(plan_);
    if (!graph) {
      tell("the plan's groups cannot be told: {}", graph.error().message);
      return;
    }
    std::map<std::uint32_t, Duration> ends;
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      const auto group = (*graph)->group(TicketIndex{static_cast<std::uint32_t>(i)});
      ends[group] = std::max(ends[group], entry(i).finish);
    }
    Duration latest{};
    for (auto& [group, end] : ends) end = latest = std::max(latest, end);
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      const auto group = (*graph)->group(TicketIndex{static_cast<std::uint32_t>(i)});
      const auto own = ends.find(group);
      if (own == ends.begin() || std::prev(own)->second <= entry(i).start) continue;
      tell("`{}` starts at {}, before the group before its own has ended", id(i),
           format_duration(entry(i).start));
    }
  }

  /// Walks along the time with the tickets that are alive.
  void sweep() {
    std::vector<std::size_t> by_start;
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      if (entry(i).finish > entry(i).start) by_start.push_back(i);
    }
    std::sort(by_start.begin(), by_start.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(entry(a).start, a) < std::pair(entry(b).start, b);
    });
    std::vector<std::size_t> alive;
    for (const std::size_t ticket : by_start) {
      if (full()) return;
      std::erase_if(alive,
                    [&](std::size_t other) { return entry(other).finish <= entry(ticket).start; });
      for (const std::size_t other : alive) check_pair(ticket, other);
      alive.push_back(ticket);
      check_amounts(ticket, alive);
    }
  }

  void check_pair(std::size_t ticket, std::size_t other) {
    if (entry(ticket).agent == entry(other).agent && entry(ticket).agent < agents_.size()) {
      tell("agent `{}` has `{}` and `{}` at once at {}", agents_[entry(ticket).agent].name,
           id(ticket), id(other), format_duration(entry(ticket).start));
    }
    const Ticket& a = plan_.tickets[ticket];
    const Ticket& b = plan_.tickets[other];
    const auto alone = [](const Ticket& one) { return one.isolation == Isolation::kIsolated; };
    if (alone(a) || alone(b)) tell("`{}` and `{}`: one of them must be alone", a.id, b.id);
    if (a.isolation == Isolation::kSequential && b.isolation == Isolation::kSequential) {
      tell("`{}` and `{}` are both sequential", a.id, b.id);
    }
    for (const LockRequest& of_a : a.locks) {
      for (const LockRequest& of_b : b.locks) {
        const bool writes = of_a.mode == LockMode::kWrite || of_b.mode == LockMode::kWrite;
        if (of_a.name == of_b.name && writes) {
          tell("`{}` and `{}` hold the lock `{}` at once", a.id, b.id, of_a.name);
        }
      }
    }
    for (const std::string& of_a : a.affected_files) {
      for (const std::string& of_b : b.affected_files) {
        if (patterns_overlap(of_a, of_b)) {
          tell("`{}` ({}) and `{}` ({}) may change the same file at once", a.id, of_a, b.id, of_b);
        }
      }
    }
    check_declared(a, b);
    check_declared(b, a);
  }

  void check_declared(const Ticket& a, const Ticket& b) {
    for (const auto* list : {&a.dependencies.file_conflicts, &a.dependencies.resource_conflicts}) {
      if (std::find(list->begin(), list->end(), b.id) != list->end()) {
        tell("`{}` and `{}` are in conflict and alive at once", a.id, b.id);
      }
    }
  }

  void check_amounts(std::size_t last, const std::vector<std::size_t>& alive) {
    const auto limit = options_.max_parallel ? options_.max_parallel : plan_.most_alive();
    if (limit && alive.size() > static_cast<std::size_t>(std::max(1, *limit))) {
      tell("{} tickets are alive when `{}` starts, of {} allowed", alive.size(), id(last), *limit);
    }
    for (const ResourceAmount& there_is : plan_.resources) {
      std::int64_t taken = 0;
      for (const std::size_t ticket : alive) {
        std::int64_t largest = 0;
        for (const ResourceAmount& amount : plan_.tickets[ticket].resources) {
          if (amount.name == there_is.name) largest = std::max(largest, amount.thousandths);
        }
        taken += std::min(largest, there_is.thousandths + 1);
      }
      if (taken > there_is.thousandths) {
        tell("{} of `{}` are taken when `{}` starts, of {}", format_thousandths(taken),
             there_is.name, id(last), format_thousandths(there_is.thousandths));
      }
    }
  }

  const Plan& plan_;
  const std::vector<PlanAgent>& agents_;
  const std::vector<ScheduledTicket>& schedule_;
  const VerifyOptions& options_;
  std::unordered_map<std::string_view, std::size_t> number_of_;
  std::vector<std::size_t> entry_of_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> verify_schedule(const Plan& plan, const std::vector<PlanAgent>& agents,
                                         const std::vector<ScheduledTicket>& schedule,
                                         const VerifyOptions& options) {
  return Verifier(plan, agents, schedule, options).verify();
}

}  // namespace headway::planner
