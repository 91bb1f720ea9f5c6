#pragma once

#include <string_view>

namespace headway {

/// The label of an agent whose worker can call functions. A ticket with `call` asks for it of
/// itself; Headway's own worker, which starts programs only, never has it.
inline constexpr std::string_view kCallLabel = "call";

}  // namespace headway
