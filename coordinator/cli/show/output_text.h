#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What a program printed, for a terminal.

namespace headway::cli {

/// The last `most` lines of a text, each made safe for a terminal and cut to `width` columns. Of a
/// line that overwrites itself with carriage returns, what it showed last.
std::vector<std::string> last_lines(std::string_view text, std::size_t most,
                                    std::size_t width = 500);

/// The last line in which there is more than space, likewise; empty: none.
std::string last_line(std::string_view text);

/// A program's output for a terminal: line ends and tabs stay; escape sequences are left out,
/// whole; other control characters and bytes that are not UTF-8 are shown as `\x1b`.
std::string terminal_text(std::string_view bytes);

}  // namespace headway::cli
