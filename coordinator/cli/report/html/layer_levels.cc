#include "coordinator/cli/report/html/layer_levels.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <tuple>

namespace headway::cli {

namespace {

/// A graph without the edges that nothing can be made of, and perhaps without those that only wish.
class Levels {
 public:
  Levels(const LayeredGraph& graph, bool all_edges)
      : before_(graph.nodes), after_(graph.nodes), level_(graph.nodes), depth_(graph.nodes) {
    for (const LayeredEdge& edge : graph.edges) {
      if (edge.before >= graph.nodes || edge.after >= graph.nodes || edge.before == edge.after)
        continue;
      if (!edge.orders && !all_edges) continue;
      after_[edge.before].push_back(edge.after);
      before_[edge.after].push_back(edge.before);
    }
    sort();
  }

  [[nodiscard]] bool has_cycle() const { return has_cycle_; }

  [[nodiscard]] std::vector<std::uint32_t> layers(std::size_t most) const {
    // By level, those with most behind them first: they get the places there are.
    std::vector<std::uint32_t> order = order_;
    std::ranges::sort(order, {}, [&](std::uint32_t node) {
      return std::tuple(level_[node], -static_cast<std::int64_t>(depth_[node]), node);
    });
    std::vector<std::uint32_t> layer(level_.size());
    std::vector<bool> placed(level_.size());
    std::vector<std::size_t> used;
    std::size_t first_with_room = 0;
    for (const std::uint32_t node : order) {
      std::size_t at = 0;
      for (const std::uint32_t other : before_[node])
        if (placed[other]) at = std::max<std::size_t>(at, layer[other] + 1);
      at = std::max(at, first_with_room);
      while (at < used.size() && used[at] >= most) ++at;
      if (at >= used.size()) used.resize(at + 1);
      ++used[at];
      while (first_with_room < used.size() && used[first_with_room] >= most) ++first_with_room;
      layer[node] = static_cast<std::uint32_t>(at);
      placed[node] = true;
    }
    return layer;
  }

 private:
  /// Topologically (Kahn, 1962). A cycle is opened at its smallest node.
  void sort() {
    std::vector<std::size_t> unmet(level_.size());
    std::vector<bool> taken(level_.size());
    std::deque<std::uint32_t> ready;
    std::uint32_t smallest = 0;
    for (std::uint32_t node = 0; node < level_.size(); ++node) {
      unmet[node] = before_[node].size();
      if (unmet[node] == 0) ready.push_back(node);
    }
    while (order_.size() < level_.size()) {
      if (ready.empty()) {
        has_cycle_ = true;
        while (taken[smallest]) ++smallest;
        ready.push_back(smallest);
      }
      const std::uint32_t node = ready.front();
      ready.pop_front();
      if (taken[node]) continue;
      taken[node] = true;
      order_.push_back(node);
      for (const std::uint32_t next : after_[node]) {
        if (taken[next]) continue;
        level_[next] = std::max(level_[next], level_[node] + 1);
        if (--unmet[next] == 0) ready.push_back(next);
      }
    }
    for (auto node = order_.rbegin(); node != order_.rend(); ++node) {
      for (const std::uint32_t next : after_[*node])
        depth_[*node] = std::max(depth_[*node], depth_[next] + 1);
    }
  }

  std::vector<std::vector<std::uint32_t>> before_, after_;
  std::vector<std::uint32_t> level_;  ///< nodes on the longest way to it
  std::vector<std::uint32_t> depth_;  ///< nodes on the longest way from it
  std::vector<std::uint32_t> order_;
  bool has_cycle_ = false;
};

}  // namespace

std::vector<std::uint32_t> layers_of(const LayeredGraph& graph, std::size_t most_in_layer) {
  const std::size_t most = std::max<std::size_t>(most_in_layer, 1);
  const Levels all(graph, true);
  return all.has_cycle() ? Levels(graph, false).layers(most) : all.layers(most);
}

}  // namespace headway::cli
