#include "coordinator/planner/analysis/recommend.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/path_pattern.h"
#include "coordinator/planner/analysis/crew.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway {

namespace {

constexpr std::size_t kMaxSplits = 3;
constexpr std::size_t kMaxConflictsTried = 5;
constexpr std::size_t kMaxSequentialTried = 2;
constexpr std::size_t kMaxResourcesTried = 2;

std::string ordinal(std::uint32_t number) {
  constexpr std::array<std::string_view, 10> kOrdinals = {
      "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"};
  if (number < kOrdinals.size()) return std::string(kOrdinals[number]);
  return fmt::format("{}th", number);
}

class Recommender {
 public:
  Recommender(Analysis& analysis, const Crew& crew, std::size_t tries)
      : analysis_(analysis), crew_(crew), tries_(tries) {}

  void run() {
    try_agents();
    try_max_parallel();
    try_conflicts();
    try_splits();
    try_sequential();
    try_resources();
    try_isolated();
    std::vector<Recommendation>& all = analysis_.recommendations;
    std::stable_sort(all.begin(), all.end(), [](const Recommendation& a, const Recommendation& b) {
      return a.saves > b.saves;
    });
    if (all.size() > kMaxRecommendations) all.resize(kMaxRecommendations);
  }

 private:
  [[nodiscard]] const std::string& id(TicketIndex ticket) const {
    return analysis_.plan.tickets[ticket.index()].id;
  }

  /// Simulates a plan, and keeps the recommendation where that ends sooner. `subject` is what would
  /// do it: `splitting MOD-012 in two`.
  void judge(const Plan& plan, const PlanGraph& graph, std::uint32_t agents,
             Recommendation recommendation, const std::string& subject) {
    // Where nobody said how many agents there are, a change may make more of them useful.
    if (!analysis_.agents_given) agents = static_cast<std::uint32_t>(graph.size());
    const SimulatedSchedule schedule =
        simulate_schedule(plan, graph, {.agents = agents, .max_parallel = {}, .groups = {}});
    const Duration saved = analysis_.schedule.total - schedule.total;
    // What is lost in rounding is not worth doing.
    if (saved <= Duration::zero() || saved < analysis_.schedule.total / 200) return;
    recommendation.saves = saved;
    recommendation.sentence =
        fmt::format("{} would shorten the plan by {}", subject, rough_duration(saved));
    analysis_.recommendations.push_back(std::move(recommendation));
  }

  bool may_try() { return tries_ > 0 && tries_-- > 0; }

  void try_change(Recommendation recommendation, const std::string& subject,
                  const std::function<void(Plan&)>& change) {
    if (!may_try()) return;
    // Assigned over and over to one plan: the memory of ten thousand tickets is there already.
    changed_ = analysis_.plan;
    change(changed_);
    const auto graph = PlanGraph::build(changed_);
    if (graph) judge(changed_, **graph, analysis_.agents, std::move(recommendation), subject);
  }

  void try_agents() {
    if (!analysis_.agents_given) return;  // there are as many as are useful
    for (const auto& [label, count] : crew_.by_label) {
      if (!may_try()) return;
      changed_ = analysis_.plan;
      for (ResourceAmount& amount : changed_.resources) {
        if (amount.name == crew_resource(label)) amount.thousandths += 1000;
      }
      judge(changed_, *analysis_.graph, analysis_.agents + 1,
            {RecommendationKind::kAddAgentOfLabel, {}, label, {}, {}},
            fmt::format("a {} `{}` agent", ordinal(count + 1), label));
    }
    if (!crew_.by_label.empty() || !may_try()) return;
    judge(analysis_.plan, *analysis_.graph, analysis_.agents + 1,
          {RecommendationKind::kAddAgent, {}, {}, {}, {}},
          fmt::format("a {} agent", ordinal(analysis_.agents + 1)));
  }

  void try_max_parallel() {
    const std::optional<std::int32_t> most = analysis_.plan.max_parallel;
    if (!most) return;
    try_change({RecommendationKind::kRaiseMaxParallel, {}, {}, {}, {}},
               fmt::format("raising `max_parallel` from {} to {}", *most, *most + 1),
               [](Plan& plan) { ++*plan.max_parallel; });
  }

  void try_conflicts() {
    std::size_t tried = 0;
    for (const Conflict& conflict : analysis_.conflicts) {
      if (conflict.ordered || conflict.kind == ConflictKind::kIsolation) continue;
      if (tried++ == kMaxConflictsTried) return;
      std::string subject = fmt::format("removing the conflict on `{}`", conflict.about);
      if (conflict.kind == ConflictKind::kDeclared) {
        subject = fmt::format("removing the declared conflict of {} and {}",
                              id(conflict.tickets[0]), id(conflict.tickets[1]));
      }
      try_change({RecommendationKind::kRemoveConflict, conflict.tickets, conflict.about, {}, {}},
                 subject, [&](Plan& plan) { remove(plan, conflict); });
    }
  }

  void remove(Plan& plan, const Conflict& conflict) const {
    for (Ticket& ticket : plan.tickets) {
      if (conflict.kind == ConflictKind::kFiles) {
        std::erase_if(ticket.affected_files, [&](const std::string& path) {
          return normalize_pattern(path) == conflict.about;
        });
      } else if (conflict.kind == ConflictKind::kLock) {
        std::erase_if(ticket.locks,
                      [&](const LockRequest& lock) { return lock.name == conflict.about; });
      }
    }
    if (conflict.kind != ConflictKind::kDeclared) return;
    for (const TicketIndex one : conflict.tickets) {
      Dependencies& lists = plan.tickets[one.index()].dependencies;
      for (const TicketIndex other : conflict.tickets) {
        std::erase(lists.file_conflicts, id(other));
        std::erase(lists.resource_conflicts, id(other));
      }
    }
  }

  /// The longest tickets of the critical path. Each half does half of the files.
  void try_splits() {
    std::vector<TicketIndex> longest = analysis_.critical_path;
    std::stable_sort(longest.begin(), longest.end(), [&](TicketIndex a, TicketIndex b) {
      return duration_of(analysis_.plan.tickets[a.index()]) >
             duration_of(analysis_.plan.tickets[b.index()]);
    });
    longest.resize(std::min(longest.size(), kMaxSplits));
    for (const TicketIndex ticket : longest) {
      try_change({RecommendationKind::kSplitTicket, {ticket}, {}, {}, {}},
                 fmt::format("splitting {} in two", id(ticket)),
                 [&](Plan& plan) { split(plan, ticket); });
    }
  }

  static void split(Plan& plan, TicketIndex index) {
    Ticket& first = plan.tickets[index.index()];
    const Duration whole = duration_of(first);
    first.estimate = whole / 2;
    Ticket second = first;
    second.estimate = whole - whole / 2;
    second.id += " (2)";
    const std::size_t files = first.affected_files.size();
    if (files >= 2) {
      const auto middle = static_cast<std::ptrdiff_t>(files / 2);
      second.affected_files.erase(second.affected_files.begin(),
                                  second.affected_files.begin() + middle);
      first.affected_files.resize(files / 2);
    }
    const std::string id = first.id;
    for (Ticket& ticket : plan.tickets) {
      for (auto* list : {&ticket.dependencies.blocking, &ticket.dependencies.sequential}) {
        if (std::find(list->begin(), list->end(), id) != list->end()) list->push_back(second.id);
      }
    }
    plan.execution_plan.reset();
    plan.tickets.push_back(std::move(second));
  }

  /// A `sequential` dependency on the critical path is a wish that can be given up.
  void try_sequential() {
    std::size_t tried = 0;
    const std::vector<TicketIndex>& path = analysis_.critical_path;
    for (std::size_t i = 0; i + 1 < path.size() && tried < kMaxSequentialTried; ++i) {
      const auto& lists = analysis_.plan.tickets[path[i + 1].index()].dependencies;
      const auto has = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), id(path[i])) != list.end();
      };
      if (!has(lists.sequential) || has(lists.blocking)) continue;
      ++tried;
      try_change(
          {RecommendationKind::kDropSequential, {path[i + 1], path[i]}, {}, {}, {}},
          fmt::format("letting {} start without waiting for {}", id(path[i + 1]), id(path[i])),
          [&](Plan& plan) {
            std::erase(plan.tickets[path[i + 1].index()].dependencies.sequential, id(path[i]));
          });
    }
  }

  void try_resources() {
    std::size_t tried = 0;
    for (const Limit& limit : analysis_.limits) {
      if (limit.kind != LimitKind::kResource || tried++ == kMaxResourcesTried) continue;
      try_change({RecommendationKind::kAddResource, {}, limit.what, {}, {}},
                 fmt::format("one more of the resource `{}`", limit.what), [&](Plan& plan) {
                   for (ResourceAmount& amount : plan.resources) {
                     if (amount.name == limit.what) amount.thousandths += 1000;
                   }
                 });
    }
  }

  void try_isolated() {
    std::vector<TicketIndex> isolated;
    for (std::uint32_t i = 0; i < analysis_.plan.tickets.size(); ++i) {
      if (analysis_.plan.tickets[i].isolation == Isolation::kIsolated) isolated.emplace_back(i);
    }
    if (isolated.empty()) return;
    const std::string who = isolated.size() == 1
                                ? id(isolated.front())
                                : fmt::format("the {} isolated tickets", isolated.size());
    try_change({RecommendationKind::kShareIsolated, isolated, {}, {}, {}},
               fmt::format("letting others run beside {}", who), [](Plan& plan) {
                 for (Ticket& ticket : plan.tickets) {
                   if (ticket.isolation == Isolation::kIsolated)
                     ticket.isolation = Isolation::kParallel;
                 }
               });
  }

  Analysis& analysis_;
  const Crew& crew_;
  std::size_t tries_;
  Plan changed_;
};

}  // namespace

void recommend(Analysis& analysis, const Crew& crew, std::size_t tries) {
  if (analysis.plan.tickets.empty()) return;
  Recommender(analysis, crew, tries).run();
}

}  // namespace headway
