#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headway {

/// A character as a terminal shows it.
struct Character {
  std::size_t bytes = 0;
  std::size_t columns = 0;  ///< 2: wide; 0: a mark on the character before it
};
/// The character at the start of a text that is not empty. What is not UTF-8 counts byte by byte.
Character first_character(std::string_view text);

/// Columns that `text` takes on a terminal: wide characters take two, combining marks none.
std::size_t display_width(std::string_view text);
/// `text`, cut to `width` columns; what was cut is shown by `…`.
std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace headway
