#include "coordinator/planner/bounds/strengthen.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace headway::planner {

namespace {

/// One direction: raises `heads` of all activities, those before them first.
class HeadRaiser {
 public:
  HeadRaiser(const Problem& problem, const std::vector<Workload>& loads,
             const Rows<std::uint32_t>& before, std::vector<Ticks>& heads)
      : problem_(problem), loads_(loads), before_(before), heads_(heads) {}

  void raise(std::uint32_t activity, std::span<const std::uint32_t> order) {
    for (const std::uint32_t one : before_[activity]) {
      heads_[activity] = std::max(heads_[activity], heads_[one] + problem_.durations[one]);
    }
    if (before_[activity].empty()) return;
    measure_distances(activity, order);
    for (const Workload& load : loads_) raise_by(load, activity);
  }

 private:
  struct Part {
    Ticks distance;
    Ticks head;
    double work;
  };

  /// From the end of each activity to the start of `activity`; -1 where it does not wait for it.
  void measure_distances(std::uint32_t activity, std::span<const std::uint32_t> order) {
    distances_.assign(problem_.size(), -1);
    distances_[activity] = -problem_.durations[activity];
    bool begun = false;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
      begun = begun || *i == activity;
      if (!begun || (*i != activity && distances_[*i] < 0)) continue;
      const Ticks through = distances_[*i] + problem_.durations[*i];
      for (const std::uint32_t one : before_[*i]) {
        distances_[one] = std::max(distances_[one], through);
      }
    }
    distances_[activity] = -1;
  }

  void raise_by(const Workload& load, std::uint32_t activity) {
    parts_.clear();
    heads_here_.clear();
    for (const WorkItem& item : load.items) {
      if (distances_[item.activity] < 0) continue;
      parts_.push_back({distances_[item.activity], heads_[item.activity],
                        static_cast<double>(item.duration) * static_cast<double>(item.amount)});
      heads_here_.push_back(heads_[item.activity]);
    }
    if (parts_.size() < 2) return;
    std::sort(parts_.begin(), parts_.end(),
              [](const Part& a, const Part& b) { return a.distance > b.distance; });
    std::sort(heads_here_.begin(), heads_here_.end());
    heads_here_.erase(std::unique(heads_here_.begin(), heads_here_.end()), heads_here_.end());
    for (const Ticks head : heads_here_) {
      double work = 0;
      for (const Part& part : parts_) {
        if (part.head < head) continue;
        work += part.work;
        // Rounded up, but for a margin that a double's error never exceeds.
        const auto least = static_cast<Ticks>(
            std::ceil(work / static_cast<double>(load.capacity) * kBelow - kMargin));
        heads_[activity] = std::max(heads_[activity], head + least + part.distance);
      }
    }
  }

  static constexpr double kBelow = 1 - 1e-12;
  static constexpr double kMargin = 1e-6;

  const Problem& problem_;
  const std::vector<Workload>& loads_;
  const Rows<std::uint32_t>& before_;
  std::vector<Ticks>& heads_;
  std::vector<Ticks> distances_;
  std::vector<Part> parts_;
  std::vector<Ticks> heads_here_;
};

}  // namespace

void strengthen(const Problem& problem, const std::vector<Workload>& loads, Chains& chains) {
  HeadRaiser heads(problem, loads, problem.predecessors, chains.heads);
  for (const std::uint32_t i : problem.order) heads.raise(i, problem.order);
  const std::vector<std::uint32_t> backward(problem.order.rbegin(), problem.order.rend());
  HeadRaiser tails(problem, loads, problem.successors, chains.tails);
  for (const std::uint32_t i : backward) tails.raise(i, backward);
  for (std::uint32_t i = 0; i < problem.size(); ++i) {
    chains.longest =
        std::max(chains.longest, chains.heads[i] + problem.durations[i] + chains.tails[i]);
  }
}

}  // namespace headway::planner
