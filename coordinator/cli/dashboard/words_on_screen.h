#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// Between two words of a line.
inline constexpr std::size_t kWordGap = 2;

/// Words one after the other with kWordGap spaces between them, a new line where the next does not
/// fit into so many columns.
std::vector<std::vector<Cell>> flowing_lines(const std::vector<Cell>& words, std::size_t columns);

/// Draws such a line.
void draw_words(Grid& grid, Place at, const std::vector<Cell>& words);

/// A sentence in lines of at most so many columns, parted at spaces; a word that is longer than a
/// line is parted too.
std::vector<std::string> wrapped_lines(std::string_view sentence, std::size_t columns);

}  // namespace headway::cli
