#pragma once

#include <string_view>

namespace headway {

/// Of all three programs; CMakeLists.txt names the same.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace headway
