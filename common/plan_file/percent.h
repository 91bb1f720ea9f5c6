#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headway {

/// Reads `50%` or `12.5%` (0 to 100, at most 3 decimals) as a share of 1.
std::optional<double> parse_percent(std::string_view text);
/// What `parse_percent` reads back as the same share.
std::string format_percent(double share);

}  // namespace headway
