#pragma once

#include <string>

#include "common/base/time.h"

namespace headway::cli {

/// A share as a percentage for SVG: `12.3456%`, to a thousandth of a pixel of a usual page.
std::string svg_percent(double share);
/// A duration as `short_duration` has it, but below a second in milliseconds: `18ms`.
std::string exact_duration(Duration duration);
/// A coordinate: to a tenth of a pixel, without zeros at the end.
std::string svg_number(double pixels);

}  // namespace headway::cli
