#pragma once

#include <cstddef>

namespace headway::sim {

/// Plays every interleaving of every plan of so many tickets in `jobs` processes, and sums up on
/// standard output. Whether all promises were kept.
bool exhaust(std::size_t tickets, unsigned jobs);

}  // namespace headway::sim
