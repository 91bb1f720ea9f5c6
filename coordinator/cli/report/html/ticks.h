#pragma once

#include <string>
#include <vector>

#include "common/base/time.h"

namespace headway::cli {

/// A mark on an axis of time.
struct Tick {
  Duration at{};  ///< from the axis's beginning
  int zoom = 0;   ///< how often the axis must have been doubled before there is room for it
  std::string label;
};

/// Marks at round times over an axis of this length, from its beginning: at most `most` at once,
/// and between them those for an axis that was doubled up to `zooms` times.
std::vector<Tick> ticks_of(Duration length, std::size_t most, int zooms);

}  // namespace headway::cli
