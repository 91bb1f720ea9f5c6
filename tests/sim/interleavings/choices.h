#pragma once

#include <cstddef>
#include <vector>

namespace headway::sim {

/// Every way through a tree of choices, one after the other, without knowing the tree beforehand:
/// a play asks what to choose, and the last choice that has something left is changed for the next.
class Choices {
 public:
  /// 0 to `options` - 1.
  std::size_t choose(std::size_t options) {
    if (options <= 1) return 0;
    if (depth_ == path_.size()) path_.push_back({0, options});
    return path_[depth_++].chosen;
  }
  /// False: every way has been gone.
  bool next() {
    depth_ = 0;
    while (!path_.empty() && path_.back().chosen + 1 >= path_.back().options) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().chosen;
    return true;
  }
  /// What was chosen so far, for telling how to repeat it.
  [[nodiscard]] std::vector<std::size_t> path() const {
    std::vector<std::size_t> chosen;
    for (const Step& step : path_) chosen.push_back(step.chosen);
    return chosen;
  }

 private:
  struct Step {
    std::size_t chosen = 0;
    std::size_t options = 0;
  };
  std::vector<Step> path_;
  std::size_t depth_ = 0;
};

}  // namespace headway::sim
