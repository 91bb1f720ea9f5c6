#pragma once

#include <cstddef>
#include <string>

namespace headway::cli {

/// How many YAML documents a text has: 0, 1, or 2 for any more. To be asked before all of them are
/// read at once: at some broken texts (`,a}0`) yaml-cpp 0.7 finds one empty document after another
/// without going on, until there is no memory left. Throws YAML::Exception where it is no YAML.
std::size_t count_documents(const std::string& text);

}  // namespace headway::cli
