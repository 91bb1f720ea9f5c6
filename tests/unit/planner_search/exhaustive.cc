#include "exhaustive.h"

#include <algorithm>
#include <map>

#include "coordinator/planner/verify/verify_schedule.h"

namespace headway::planner {

namespace {

class Trial {
 public:
  explicit Trial(const Case& made) : made_(made), tickets_(made.plan.tickets) {
    for (std::size_t i = 0; i < tickets_.size(); ++i) {
      minutes_.push_back(*tickets_[i].estimate / std::chrono::minutes{1});
      horizon_ += minutes_.back();
      number_of_[tickets_[i].id] = i;
    }
    best_ = horizon_;
    starts_.assign(tickets_.size(), -1);
    agents_.assign(tickets_.size(), 0);
    excludes_.assign(tickets_.size(), std::vector<bool>(tickets_.size(), false));
    for (std::size_t a = 0; a < tickets_.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) excludes_[a][b] = excludes_[b][a] = exclude(a, b);
    }
  }

  Duration run() {
    place_next(0, 0);
    return std::chrono::minutes{best_};
  }

 private:
  [[nodiscard]] bool exclude(std::size_t a, std::size_t b) const {
    if (minutes_[a] == 0 || minutes_[b] == 0) return false;
    Plan two;
    two.tickets = {tickets_[a], tickets_[b]};
    for (Ticket& one : two.tickets) {
      one.agent = {};
      one.resources.clear();
      one.dependencies.blocking.clear();
      one.dependencies.sequential.clear();
    }
    const std::vector<ScheduledTicket> together = {
        {TicketIndex{0}, 0, Duration{}, *two.tickets[0].estimate},
        {TicketIndex{1}, 1, Duration{}, *two.tickets[1].estimate}};
    return !verify_schedule(two, agents_alike(2), together).empty();
  }

  [[nodiscard]] bool fits(std::size_t ticket, std::size_t agent, std::int64_t start) const {
    const std::int64_t end = start + minutes_[ticket];
    for (std::int64_t at = start; at < end; ++at) {
      std::int64_t alive = 1;
      std::map<std::string, std::int64_t> taken;
      const auto take = [&](std::size_t one) {
        for (const ResourceAmount& amount : tickets_[one].resources) {
          taken[amount.name] += amount.thousandths;
        }
      };
      take(ticket);
      for (std::size_t other = 0; other < tickets_.size(); ++other) {
        if (starts_[other] < 0 || starts_[other] > at || at >= starts_[other] + minutes_[other]) {
          continue;
        }
        ++alive;
        take(other);
        if (agents_[other] == agent || excludes_[ticket][other]) return false;
      }
      if (made_.plan.max_parallel && alive > *made_.plan.max_parallel) return false;
      for (const ResourceAmount& there_is : made_.plan.resources) {
        if (taken[there_is.name] > there_is.thousandths) return false;
      }
    }
    return true;
  }

  /// -1: not all that it waits for is placed.
  [[nodiscard]] std::int64_t earliest(std::size_t ticket) const {
    std::int64_t from = 0;
    const Dependencies& all = tickets_[ticket].dependencies;
    for (const auto* list : {&all.blocking, &all.sequential}) {
      for (const std::string& id : *list) {
        const std::size_t before = number_of_.at(id);
        if (starts_[before] < 0) return -1;
        from = std::max(from, starts_[before] + minutes_[before]);
      }
    }
    return from;
  }

  void place_next(std::size_t placed, std::int64_t length) {
    if (length >= best_) return;
    if (placed == tickets_.size()) {
      best_ = length;
      return;
    }
    for (std::size_t ticket = 0; ticket < tickets_.size(); ++ticket) {
      if (starts_[ticket] >= 0) continue;
      const std::int64_t from = earliest(ticket);
      if (from < 0) continue;
      for (std::size_t agent = 0; agent < made_.agents.size(); ++agent) {
        if (!may_run(made_.agents[agent], tickets_[ticket], made_.plan.resources)) continue;
        std::int64_t start = from;
        while (!fits(ticket, agent, start)) ++start;
        starts_[ticket] = start;
        agents_[ticket] = agent;
        place_next(placed + 1, std::max(length, start + minutes_[ticket]));
        starts_[ticket] = -1;
      }
    }
  }

  const Case& made_;
  const std::vector<Ticket>& tickets_;
  std::vector<std::int64_t> minutes_;
  std::map<std::string, std::size_t> number_of_;
  std::vector<std::vector<bool>> excludes_;
  std::vector<std::int64_t> starts_;
  std::vector<std::size_t> agents_;
  std::int64_t horizon_ = 0;
  std::int64_t best_ = 0;
};

}  // namespace

Duration shortest_by_trying_all(const Case& made) { return Trial(made).run(); }

}  // namespace headway::planner
