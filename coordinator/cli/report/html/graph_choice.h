#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/messages/graph_messages.h"
#include "coordinator/cli/report/html/standing.h"
#include "coordinator/cli/report/registry_report.h"

namespace headway::cli {

/// A ticket, or many that have something in common.
struct GraphNode {
  std::string label;
  std::string under;                                ///< the second line: the state, or the counts
  std::string title;                                ///< more of it
  std::optional<std::uint32_t> ticket;              ///< of the report; none: many
  std::array<std::uint32_t, kStandings> tickets{};  ///< in it, by standing
};

struct GraphEdge {
  std::uint32_t before = 0;  ///< of the nodes
  std::uint32_t after = 0;
  DependencyKind kind = DependencyKind::kBlocking;
  std::uint32_t count = 1;  ///< dependencies that it stands for
};

/// One drawing.
struct ShownGraph {
  std::string heading;
  std::string note;  ///< what is left out; empty: nothing
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
};

/// Tickets in one drawing; more than these nobody can follow.
inline constexpr std::size_t kMostGraphTickets = 300;

/// What is drawn of a run's graph. Up to `kMostGraphTickets` tickets: all of it. Of a larger run:
/// its categories (or, where it has none or too many of them, its groups) with their counts; and
/// what failed or is not finished, with what it touches directly.
std::vector<ShownGraph> choose_graphs(const RegistryReport& report,
                                      const std::vector<DependencyView>& dependencies);

}  // namespace headway::cli
