#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headway {

/// A string as a YAML scalar that reads back as the same string: plain where no reader could take
/// it for anything else, in double quotes otherwise. A text of several lines that is to be read by
/// people becomes a literal block, whose lines are indented by `block_indent` blanks; 0: no block.
std::string yaml_scalar(std::string_view text, std::size_t block_indent = 0);

/// `[a, b]`.
std::string yaml_list(const std::vector<std::string>& items);

}  // namespace headway
