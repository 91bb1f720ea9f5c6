#include "coordinator/planner/search/optimize.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "common/base/check.h"
#include "coordinator/planner/bounds/lower_bound.h"
#include "coordinator/planner/search/decoder.h"
#include "coordinator/planner/search/genetic_search.h"
#include "coordinator/planner/search/network.h"
#include "coordinator/planner/search/ranking_search.h"

namespace headway::planner {

namespace {

/// Iterations between two reports without news.
constexpr std::uint64_t kReportEvery = 256;

class Optimizer {
 public:
  Optimizer(const Problem& problem, const SearchOptions& options)
      : problem_(problem), options_(options), rankings_(problem, options.seed) {}

  SearchResult run() {
    LowerBound bound = lower_bound(problem_);
    result_.lower_bound = bound.length;
    result_.bound_reason = std::move(bound.reason);
    take(rankings_.longest_chains_first(options_.ranks));
    if (!options_.ranks.empty()) take(rankings_.in_order(options_.ranks));
    note_schedules(0);
    report();
    if (problem_.size() > kMostForGenetic) {
      change_rankings();
    } else {
      breed();
    }
    HW_CHECK(result_.schedule.makespan >= result_.lower_bound,
             "a schedule is shorter than its lower bound");
    result_.is_optimal = result_.schedule.makespan == result_.lower_bound;
    report();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool is_over() const {
    return result_.schedule.makespan == result_.lower_bound ||
           result_.iterations >= options_.max_iterations || (options_.enough && options_.enough());
  }

  void take(Schedule schedule) {
    if (first_.empty() || schedule.makespan < result_.schedule.makespan) {
      result_.schedule = schedule;
    }
    first_.push_back(std::move(schedule));
  }

  void note_schedules(std::uint64_t of_search) {
    result_.schedules = rankings_.schedules() + of_search;
  }

  void report() const {
    if (!options_.progress) return;
    options_.progress(
        {result_.iterations, result_.schedules, result_.schedule.makespan, result_.lower_bound});
  }

  void change_rankings() {
    while (!is_over()) {
      Schedule next = rankings_.changed(result_.schedule);
      ++result_.iterations;
      note_schedules(0);
      const bool is_better = next.makespan < result_.schedule.makespan;
      // As good is taken too: it leads to other places.
      if (next.makespan <= result_.schedule.makespan) result_.schedule = std::move(next);
      if (is_better || result_.iterations % kReportEvery == 0) report();
    }
  }

  void breed() {
    if (is_over()) return;
    const Network network = make_network(problem_);
    const std::unique_ptr<Decoder> decoder = make_decoder(network);
    std::vector<Individual> members;
    for (const Schedule& schedule : first_) members.push_back(member(network, schedule));
    GeneticSearch search(network, *decoder, options_.seed, members);
    while (!is_over()) {
      search.step();
      ++result_.iterations;
      note_schedules(search.schedules());
      if (search.best().makespan < result_.schedule.makespan) {
        result_.schedule = schedule_of(network, search.best());
        report();
      } else if (result_.iterations % kReportEvery == 0) {
        report();
      }
    }
  }

  [[nodiscard]] Individual member(const Network& network, const Schedule& schedule) const {
    Individual one(problem_.size());
    one.starts = schedule.starts;
    one.makespan = schedule.makespan;
    // The order of predecessors decides where activities of no duration end together.
    one.list = problem_.order;
    std::stable_sort(one.list.begin(), one.list.end(), [&](std::uint32_t a, std::uint32_t b) {
      return schedule.starts[a] + problem_.durations[a] <
             schedule.starts[b] + problem_.durations[b];
    });
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      if (problem_.chooses_agent(i)) one.agents[i] = network.bit_of_agent[schedule.agents[i]];
    }
    return one;
  }

  [[nodiscard]] Schedule schedule_of(const Network& network, const Individual& one) const {
    Schedule schedule{one.starts, std::vector<std::uint32_t>(problem_.size(), kNoNumber),
                      one.makespan};
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      if (problem_.chooses_agent(i)) schedule.agents[i] = network.agent_of_bit[one.agents[i]];
    }
    return schedule;
  }

  const Problem& problem_;
  const SearchOptions& options_;
  RankingSearch rankings_;
  SearchResult result_;
  std::vector<Schedule> first_;
};

}  // namespace

SearchResult optimize(const Problem& problem, const SearchOptions& options) {
  if (problem.size() == 0) {
    SearchResult nothing;
    nothing.bound_reason = "there is nothing to do";
    nothing.is_optimal = true;
    return nothing;
  }
  return Optimizer(problem, options).run();
}

}  // namespace headway::planner
