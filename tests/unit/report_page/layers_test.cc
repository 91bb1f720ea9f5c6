#include "coordinator/cli/report/html/layers.h"

#include <ctime>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/report/html/layer_order.h"
#include "tests/support/scale/scale.h"

/// Layered drawings of graphs.

namespace headway::cli {
namespace {

/// Edges from smaller to larger numbers, most of them near.
LayeredGraph random_graph(std::uint32_t seed, std::uint32_t nodes, std::uint32_t edges) {
  std::mt19937 engine(seed);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  LayeredGraph graph;
  graph.nodes = nodes;
  for (std::uint32_t i = 0; i < edges && nodes > 1; ++i) {
    const std::uint32_t after = 1 + random() % (nodes - 1);
    const std::uint32_t before = after - 1 - random() % std::min<std::uint32_t>(after, 40);
    graph.edges.push_back({before, after, random() % 4 != 0});
  }
  return graph;
}

bool overlap(const Point& a, const Point& b, const LayerSizes& sizes) {
  return std::abs(a.x - b.x) < sizes.node_width && std::abs(a.y - b.y) < sizes.node_height;
}

void expect_no_overlap(const LayerLayout& layout, const LayerSizes& sizes,
                       const std::string& which) {
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k)
      ASSERT_FALSE(overlap(layout.nodes[i], layout.nodes[k], sizes))
          << which << ": " << k << " and " << i;
    EXPECT_GE(layout.nodes[i].x, 0) << which;
    EXPECT_LE(layout.nodes[i].x + sizes.node_width, layout.width) << which;
    EXPECT_LE(layout.nodes[i].y + sizes.node_height, layout.height) << which;
  }
}

TEST(Layers, KeepNodesApartAndLetEdgesGoDownwards) {
  for (std::uint32_t seed = 1; seed <= test::scaled(60U); ++seed) {
    const LayeredGraph graph = random_graph(seed, 1 + seed * 3, seed * 5);
    LayerSizes sizes;
    sizes.most_in_layer = 1 + seed % 9;
    const LayerLayout layout = lay_out(graph, sizes);
    ASSERT_EQ(layout.nodes.size(), graph.nodes);
    expect_no_overlap(layout, sizes, "seed " + std::to_string(seed));
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
      const std::vector<Point>& line = layout.edges[i];
      ASSERT_GE(line.size(), 2U);
      EXPECT_EQ(line.front().y, layout.nodes[graph.edges[i].before].y + sizes.node_height);
      EXPECT_EQ(line.back().y, layout.nodes[graph.edges[i].after].y);
      for (std::size_t k = 1; k < line.size(); ++k)
        EXPECT_LT(line[k - 1].y, line[k].y) << "seed " << seed << ", edge " << i;
    }
  }
}

TEST(Layers, LetEdgesGoAroundNodes) {
  const LayeredGraph graph{.nodes = 3, .edges = {{0, 1}, {1, 2}, {0, 2}}};
  const LayerSizes sizes;
  const LayerLayout layout = lay_out(graph, sizes);
  ASSERT_EQ(layout.edges[2].size(), 4U);
  const Point& node = layout.nodes[1];
  const double x = layout.edges[2][1].x;
  EXPECT_TRUE(x < node.x || x > node.x + sizes.node_width) << x << " runs through " << node.x;
  EXPECT_EQ(layout.edges[2][1].y, node.y);
}

TEST(Layers, AreTheSameForTheSameGraph) {
  const LayeredGraph graph = random_graph(7, 200, 400);
  const LayerLayout first = lay_out(graph, {});
  const LayerLayout second = lay_out(graph, {});
  EXPECT_EQ(first.nodes, second.nodes);
  EXPECT_EQ(first.edges, second.edges);
}

TEST(Layers, PutNoMoreIntoALayerThanItHolds) {
  LayerSizes sizes;
  sizes.most_in_layer = 4;
  const LayerLayout layout = lay_out({.nodes = 10, .edges = {}}, sizes);
  std::map<double, int> in_layer;
  for (const Point& node : layout.nodes) ++in_layer[node.y];
  EXPECT_EQ(in_layer.size(), 3U);
  for (const auto& [y, count] : in_layer) EXPECT_LE(count, 4);
}

TEST(Layers, BearCyclesUnknownNodesAndNothing) {
  const LayeredGraph wishes{.nodes = 2, .edges = {{0, 1, true}, {1, 0, false}}};
  const LayerLayout ordered = lay_out(wishes, {});
  EXPECT_LT(ordered.nodes[0].y, ordered.nodes[1].y) << "what only wishes gives way";
  const LayeredGraph broken{.nodes = 3, .edges = {{0, 1}, {1, 2}, {2, 0}, {1, 1}, {0, 9}}};
  const LayerLayout layout = lay_out(broken, {});
  expect_no_overlap(layout, {}, "a cycle");
  EXPECT_TRUE(layout.edges[3].empty());
  EXPECT_TRUE(layout.edges[4].empty());
  EXPECT_EQ(lay_out({}, {}).nodes.size(), 0U);
}

TEST(Layers, UntangleCrossedLines) {
  PointLayers points;
  points.layers = {{0, 1, 2}, {3, 4, 5}};
  points.below = {{5}, {4}, {3}, {}, {}, {}};
  points.above = {{}, {}, {}, {2}, {1}, {0}};
  EXPECT_EQ(crossings(points), 3U);
  order_layers(points);
  EXPECT_EQ(crossings(points), 0U);
}

TEST(Layers, TakeLessThanASecondForTwoThousandNodes) {
  const LayeredGraph graph = random_graph(3, 2000, 4000);
  LayerSizes sizes;
  sizes.most_in_layer = 40;
  // Of this process alone: the machine may have other work.
  const std::clock_t start = std::clock();
  const LayerLayout layout = lay_out(graph, sizes);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  expect_no_overlap(layout, sizes, "2,000 nodes");
  RecordProperty("milliseconds", static_cast<int>(seconds * 1000));
  if (!kAddressSanitizer) {
    EXPECT_LT(seconds, 1);
  }
}

}  // namespace
}  // namespace headway::cli
