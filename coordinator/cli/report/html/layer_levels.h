#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/cli/report/html/layers.h"

namespace headway::cli {

/// The layer of each node, from 0. Every edge that orders goes to a larger one, unless such edges
/// have a cycle; so do the others where all edges together have none.
std::vector<std::uint32_t> layers_of(const LayeredGraph& graph, std::size_t most_in_layer);

}  // namespace headway::cli
