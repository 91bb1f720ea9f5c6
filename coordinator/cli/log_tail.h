#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace headway::cli {

/// The last lines of what a file has from `start` on, for a terminal; none where it cannot be read.
std::vector<std::string> last_lines_of_file(const std::string& path, long start, std::size_t most);

}  // namespace headway::cli
