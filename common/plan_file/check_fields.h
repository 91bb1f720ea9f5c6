#pragma once

#include <cstdint>
#include <string_view>

#include "common/plan_file/reading.h"

namespace headway {

/// Bits of the tables of whatever is checked by a command: tickets' requirements, checkpoints and
/// gates, a plan's gates. Other fields of such a table have bits from kOtherCheckBit on.
constexpr std::uint32_t kCommandBit = 1U << 0U;
constexpr std::uint32_t kNameBit = 1U << 1U;
constexpr std::uint32_t kOtherCheckBit = 1U << 2U;

/// A check has a name and something to run. `bits`: what `read_map` returned for `node`, which has
/// told already when it is no map.
void require_name_and_command(Reading& reading, const YamlNode& node, std::string_view what,
                              std::uint32_t bits, std::string_view commands = "`run` or `command`");

}  // namespace headway
