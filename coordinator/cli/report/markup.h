#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headway::cli {

/// Any bytes as text for an element or a quoted attribute, of XML and of HTML alike. Control
/// characters and what is not UTF-8, which markup cannot have, are shown as `printable` does.
std::string markup_text(std::string_view text);
/// The same of as much as fits so many columns; what was cut is shown by `…`.
std::string markup_cut(std::string_view text, std::size_t columns);

}  // namespace headway::cli
