#pragma once

#include <vector>

#include "coordinator/cli/report/html/layer_order.h"

namespace headway::cli {

/// The middle of each point from the left, such that two neighbours of a layer are at least half of
/// both widths apart and each point stands as near to the middle of its neighbours above and below
/// as that allows. `widths`: of each point, with its gap.
std::vector<double> places_in_layers(const PointLayers& points, const std::vector<double>& widths);

}  // namespace headway::cli
