#include "coordinator/cli/report/html/layer_order.h"

#include <algorithm>
#include <limits>

namespace headway::cli {

namespace {

constexpr int kSweeps = 12;

using Layer = std::vector<std::uint32_t>;

void note_places(const Layer& layer, std::vector<std::uint32_t>& place) {
  for (std::uint32_t i = 0; i < layer.size(); ++i) place[layer[i]] = i;
}

/// Sorts a layer by the mean place of each point's neighbours on one side; who has none there stays
/// where it is, and who has none at all goes to the end.
void sort_by_barycentre(Layer& layer, const std::vector<Layer>& neighbours,
                        const std::vector<Layer>& others, std::vector<std::uint32_t>& place) {
  std::vector<std::pair<double, std::uint32_t>> wished;
  wished.reserve(layer.size());
  for (const std::uint32_t point : layer) {
    const Layer& near = neighbours[point];
    double sum = 0;
    for (const std::uint32_t other : near) sum += place[other];
    double mean = place[point];
    if (!near.empty()) mean = sum / static_cast<double>(near.size());
    if (near.empty() && others[point].empty()) mean = std::numeric_limits<double>::max();
    wished.emplace_back(mean, point);
  }
  std::ranges::stable_sort(wished, {}, [](const auto& each) { return each.first; });
  for (std::size_t i = 0; i < layer.size(); ++i) layer[i] = wished[i].second;
  note_places(layer, place);
}

/// Pairs of lines from this layer to the next that cross: inversions, counted with a tree of sums
/// (Fenwick, 1994).
std::uint64_t crossings_below(const Layer& layer, const std::vector<Layer>& below,
                              const std::vector<std::uint32_t>& place, std::size_t width) {
  std::vector<std::uint64_t> sums(width + 1);
  std::uint64_t lines = 0;
  std::uint64_t result = 0;
  for (const std::uint32_t point : layer) {
    for (const std::uint32_t other : below[point]) {
      std::uint64_t not_right = 0;
      for (std::size_t i = place[other] + 1; i > 0; i -= i & (~i + 1)) not_right += sums[i];
      result += lines - not_right;
    }
    for (const std::uint32_t other : below[point]) {
      ++lines;
      for (std::size_t i = place[other] + 1; i < sums.size(); i += i & (~i + 1)) ++sums[i];
    }
  }
  return result;
}

}  // namespace

std::uint64_t crossings(const PointLayers& points) {
  std::vector<std::uint32_t> place(points.below.size());
  for (const Layer& layer : points.layers) note_places(layer, place);
  std::uint64_t result = 0;
  for (std::size_t i = 0; i + 1 < points.layers.size(); ++i)
    result += crossings_below(points.layers[i], points.below, place, points.layers[i + 1].size());
  return result;
}

void order_layers(PointLayers& points) {
  std::vector<std::uint32_t> place(points.below.size());
  for (const Layer& layer : points.layers) note_places(layer, place);
  std::vector<Layer> best = points.layers;
  std::uint64_t fewest = crossings(points);
  for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
    if (sweep % 2 == 0) {
      for (std::size_t i = 1; i < points.layers.size(); ++i)
        sort_by_barycentre(points.layers[i], points.above, points.below, place);
    } else {
      for (std::size_t i = points.layers.size(); i-- > 1;)
        sort_by_barycentre(points.layers[i - 1], points.below, points.above, place);
    }
    const std::uint64_t now = crossings(points);
    if (now >= fewest) continue;
    fewest = now;
    best = points.layers;
  }
  points.layers = std::move(best);
}

}  // namespace headway::cli
