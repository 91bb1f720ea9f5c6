#pragma once

#include <vector>

#include "coordinator/core/expectation.h"

namespace headway {

/// How long the longest chain of tickets behind each ticket is expected to take, in seconds: of
/// those that have not ended and depend on it, near and far, itself not counted. By ticket; one
/// pass over the graph.
std::vector<double> chains_behind(const Run& run, const Expectation& expectation);

}  // namespace headway
