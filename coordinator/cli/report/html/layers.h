#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace headway::cli {

/// A line from a node to one that comes later; both by number.
struct LayeredEdge {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  /// Whether `after` must stand below. Others are only wished to: they give way to a cycle.
  bool orders = true;
};

struct LayeredGraph {
  std::size_t nodes = 0;
  std::vector<LayeredEdge> edges;  ///< those to unknown nodes, or to themselves, are not drawn
};

/// In pixels.
struct LayerSizes {
  double node_width = 164;
  double node_height = 44;
  double node_gap = 20;   ///< between neighbours of a layer
  double layer_gap = 48;  ///< between two layers
  double line_gap = 12;   ///< taken by an edge that passes between the nodes of a layer
  /// Nodes in one layer: a level with more of them becomes several.
  std::size_t most_in_layer = 12;
};

struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct LayerLayout {
  std::vector<Point> nodes;  ///< the upper left corner of each
  /// For each edge of the graph its points, from the lower side of `before` to the upper side of
  /// `after`; empty where it is not drawn.
  std::vector<std::vector<Point>> edges;
  double width = 0;
  double height = 0;
};

/// A layered drawing of a graph, after Sugiyama, Tagawa and Toda (1981): a node's layer is its
/// level, the first below all that it waits for with room in it (Coffman and Graham, 1972); within
/// the layers the order with the fewest crossings that sweeps by barycentre found; places as near
/// below their neighbours as that order allows. Nodes never overlap. An edge goes downwards
/// wherever what it orders has no cycle. The same graph always gives the same drawing.
LayerLayout lay_out(const LayeredGraph& graph, const LayerSizes& sizes);

}  // namespace headway::cli
