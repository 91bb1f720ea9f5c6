#include "coordinator/planner/search/sampler.h"

#include <algorithm>
#include <limits>

namespace headway::planner {

Sampler::Sampler(const Network& network)
    : network_(network), chains_(network.size, 0), waiting_(network.size) {
  for (std::uint32_t i = 0; i < network.size; ++i) {
    waiting_[i] = static_cast<std::uint32_t>(network.after[i].size());
    if (waiting_[i] == 0) ready_.push_back(i);
  }
  for (std::size_t head = 0; head < ready_.size(); ++head) {
    const std::uint32_t i = ready_[head];
    for (const std::uint32_t after : network.after[i]) {
      chains_[i] = std::max(chains_[i], chains_[after]);
    }
    chains_[i] += network.durations[i];
    for (const std::uint32_t before : network.before[i]) {
      if (--waiting_[before] == 0) ready_.push_back(before);
    }
  }
}

void Sampler::draw(RandomNumbers& random, std::vector<std::uint32_t>& list) {
  ready_.clear();
  for (std::uint32_t i = 0; i < network_.size; ++i) {
    waiting_[i] = static_cast<std::uint32_t>(network_.before[i].size());
    if (waiting_[i] == 0) ready_.push_back(i);
  }
  list.clear();
  while (!ready_.empty()) {
    Ticks least = std::numeric_limits<Ticks>::max();
    for (const std::uint32_t i : ready_) least = std::min(least, chains_[i]);
    sums_.clear();
    double sum = 0;
    for (const std::uint32_t i : ready_) {
      sum += static_cast<double>(chains_[i] - least + 1);
      sums_.push_back(sum);
    }
    const double drawn = random.share() * sum;
    const auto found = std::upper_bound(sums_.begin(), sums_.end() - 1, drawn);
    const auto place = static_cast<std::size_t>(found - sums_.begin());
    const std::uint32_t activity = ready_[place];
    ready_[place] = ready_.back();
    ready_.pop_back();
    list.push_back(activity);
    for (const std::uint32_t after : network_.after[activity]) {
      if (--waiting_[after] == 0) ready_.push_back(after);
    }
  }
}

}  // namespace headway::planner
