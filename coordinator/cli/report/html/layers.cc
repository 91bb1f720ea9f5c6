#include "coordinator/cli/report/html/layers.h"

#include <algorithm>

#include "coordinator/cli/report/html/layer_levels.h"
#include "coordinator/cli/report/html/layer_order.h"
#include "coordinator/cli/report/html/layer_places.h"

namespace headway::cli {

namespace {

/// Bends of edges in one drawing: with more of them the rest is drawn straight.
constexpr std::size_t kMostBends = 60'000;

class LayerDrawing {
 public:
  LayerDrawing(const LayeredGraph& graph, const LayerSizes& sizes)
      : graph_(graph), sizes_(sizes), layer_(layers_of(graph, sizes.most_in_layer)) {}

  LayerLayout draw() {
    add_nodes();
    add_edges();
    order_layers(points_);
    place();
    return std::move(layout_);
  }

 private:
  [[nodiscard]] bool is_drawn(const LayeredEdge& edge) const {
    return edge.before < graph_.nodes && edge.after < graph_.nodes && edge.before != edge.after;
  }

  std::uint32_t add_point(std::uint32_t layer, double width) {
    const auto point = static_cast<std::uint32_t>(widths_.size());
    widths_.push_back(width);
    layer_of_.push_back(layer);
    points_.above.emplace_back();
    points_.below.emplace_back();
    points_.layers[layer].push_back(point);
    return point;
  }

  void join(std::uint32_t upper, std::uint32_t lower) {
    points_.below[upper].push_back(lower);
    points_.above[lower].push_back(upper);
  }

  void add_nodes() {
    const auto deepest = std::ranges::max_element(layer_);
    if (deepest != layer_.end()) points_.layers.resize(*deepest + 1);
    for (const std::uint32_t layer : layer_) add_point(layer, sizes_.node_width + sizes_.node_gap);
  }

  /// An edge that passes layers gets a point in each of them, to go around their nodes.
  void add_edges() {
    bends_.resize(graph_.edges.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
      const LayeredEdge& edge = graph_.edges[i];
      if (!is_drawn(edge) || layer_[edge.before] >= layer_[edge.after]) continue;
      const std::uint32_t passed = layer_[edge.after] - layer_[edge.before] - 1;
      if (count + passed > kMostBends) continue;
      count += passed;
      std::uint32_t upper = edge.before;
      for (std::uint32_t k = 1; k <= passed; ++k) {
        const std::uint32_t bend = add_point(layer_[edge.before] + k, sizes_.line_gap);
        join(upper, bend);
        bends_[i].push_back(bend);
        upper = bend;
      }
      join(upper, edge.after);
    }
  }

  void place() {
    const std::vector<double> middles = places_in_layers(points_, widths_);
    double left = 0;
    double right = 0;
    for (std::size_t i = 0; i < middles.size(); ++i) {
      left = i == 0 ? middles[i] - widths_[i] / 2 : std::min(left, middles[i] - widths_[i] / 2);
      right = i == 0 ? middles[i] + widths_[i] / 2 : std::max(right, middles[i] + widths_[i] / 2);
    }
    const auto top = [&](std::uint32_t point) {
      return layer_of_[point] * (sizes_.node_height + sizes_.layer_gap) + sizes_.node_gap / 2;
    };
    for (std::uint32_t i = 0; i < graph_.nodes; ++i)
      layout_.nodes.push_back({middles[i] - left - sizes_.node_width / 2, top(i)});
    for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
      std::vector<Point>& line = layout_.edges.emplace_back();
      const LayeredEdge& edge = graph_.edges[i];
      if (!is_drawn(edge)) continue;
      line.push_back({middles[edge.before] - left, top(edge.before) + sizes_.node_height});
      for (const std::uint32_t bend : bends_[i]) {
        // Straight along the nodes that it passes.
        line.push_back({middles[bend] - left, top(bend)});
        line.push_back({middles[bend] - left, top(bend) + sizes_.node_height});
      }
      line.push_back({middles[edge.after] - left, top(edge.after)});
    }
    layout_.width = right - left;
    layout_.height =
        static_cast<double>(points_.layers.size()) * (sizes_.node_height + sizes_.layer_gap) -
        sizes_.layer_gap + sizes_.node_gap;
    layout_.height = std::max(layout_.height, 0.0);
  }

  const LayeredGraph& graph_;
  const LayerSizes& sizes_;
  std::vector<std::uint32_t> layer_;               ///< of each node
  PointLayers points_;                             ///< the nodes, then the bends
  std::vector<double> widths_;                     ///< of each point
  std::vector<std::uint32_t> layer_of_;            ///< of each point
  std::vector<std::vector<std::uint32_t>> bends_;  ///< of each edge
  LayerLayout layout_;
};

}  // namespace

LayerLayout lay_out(const LayeredGraph& graph, const LayerSizes& sizes) {
  return LayerDrawing(graph, sizes).draw();
}

}  // namespace headway::cli
