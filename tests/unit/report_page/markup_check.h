#pragma once

#include <string>
#include <string_view>

namespace headway::test {

/// What is wrong with a page, or nothing. Strict, in the manner of XML: every element is closed in
/// its order or in itself, attributes are quoted and come once, `<`, `>` and `&` are text nowhere,
/// no id comes twice, and there is no control character. Only the contents of `script` and `style`
/// are not looked at.
std::string markup_fault(std::string_view page);

}  // namespace headway::test
