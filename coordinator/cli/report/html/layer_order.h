#pragma once

#include <cstdint>
#include <vector>

namespace headway::cli {

/// Points in layers, each joined only to points of the layers next to its own.
struct PointLayers {
  std::vector<std::vector<std::uint32_t>> layers;  ///< each from left to right
  std::vector<std::vector<std::uint32_t>> above;   ///< by point: those that it hangs from
  std::vector<std::vector<std::uint32_t>> below;   ///< by point
};

/// Puts each layer into an order in which few lines cross: sweeps down and up, each layer by the
/// mean place of its points' neighbours, and of all that was seen the best.
void order_layers(PointLayers& points);

/// How many pairs of lines between neighbouring layers cross.
std::uint64_t crossings(const PointLayers& points);

}  // namespace headway::cli
