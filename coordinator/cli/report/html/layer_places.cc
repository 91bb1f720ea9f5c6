#include "coordinator/cli/report/html/layer_places.h"

#include <algorithm>

namespace headway::cli {

namespace {

constexpr int kPlaceSweeps = 16;

/// Points of a layer that stand side by side without room between them.
struct Block {
  double wish = 0;  ///< the mean of what its points wish, as the place of the block's start
  std::size_t points = 0;
};

/// Places as near to what is wished as their order and widths allow: least squares under an order,
/// by pooling neighbours that get into each other's way (Ayer and others, 1955).
void place_layer(const std::vector<std::uint32_t>& layer, const std::vector<double>& wishes,
                 const std::vector<double>& widths, std::vector<double>& places) {
  std::vector<double> offsets(layer.size());  // of each middle, were all of them side by side
  for (std::size_t i = 1; i < layer.size(); ++i)
    offsets[i] = offsets[i - 1] + (widths[layer[i - 1]] + widths[layer[i]]) / 2;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    blocks.push_back({wishes[i] - offsets[i], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].wish >= blocks.back().wish) {
      const Block last = blocks.back();
      blocks.pop_back();
      Block& into = blocks.back();
      const auto count = static_cast<double>(into.points);
      const auto added = static_cast<double>(last.points);
      into.wish = (into.wish * count + last.wish * added) / (count + added);
      into.points += last.points;
    }
  }
  std::size_t i = 0;
  for (const Block& block : blocks) {
    for (std::size_t k = 0; k < block.points; ++k, ++i) places[layer[i]] = block.wish + offsets[i];
  }
}

}  // namespace

std::vector<double> places_in_layers(const PointLayers& points, const std::vector<double>& widths) {
  std::vector<double> places(widths.size());
  std::vector<double> wishes;
  for (const auto& layer : points.layers) {
    // At first each layer around the same middle.
    double width = 0;
    for (const std::uint32_t point : layer) width += widths[point];
    wishes.assign(layer.size(), -width / 2);
    place_layer(layer, wishes, widths, places);
  }
  for (int sweep = 0; sweep < kPlaceSweeps; ++sweep) {
    const bool down = sweep % 2 == 0;
    for (std::size_t i = 0; i < points.layers.size(); ++i) {
      const auto& layer = points.layers[down ? i : points.layers.size() - 1 - i];
      wishes.clear();
      for (const std::uint32_t point : layer) {
        double sum = 0;
        std::size_t count = 0;
        const auto look = [&](const std::vector<std::uint32_t>& near) {
          for (const std::uint32_t other : near) sum += places[other];
          count += near.size();
        };
        // The last sweeps look both ways, so that neither side has the last word.
        const bool both = sweep + 4 >= kPlaceSweeps;
        if (down || both) look(points.above[point]);
        if (!down || both) look(points.below[point]);
        wishes.push_back(count == 0 ? places[point] : sum / static_cast<double>(count));
      }
      place_layer(layer, wishes, widths, places);
    }
  }
  return places;
}

}  // namespace headway::cli
