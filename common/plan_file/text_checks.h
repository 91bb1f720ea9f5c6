#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "common/plan/diagnostic.h"

namespace headway {

/// The place of a byte in a text.
SourceMark mark_of_byte(std::string_view text, std::size_t at);

/// What keeps a text from being read as YAML at all: bytes that are not UTF-8, control characters
/// (YAML 1.2, section 5.1; yaml-cpp takes one of them for the end of the file), nothing in it.
std::optional<Diagnostic> find_bad_text(std::string_view text);

/// The deepest nesting of brackets and braces of a document that consists of them, outside of
/// quotes and comments.
std::size_t flow_depth(std::string_view text);

/// Where the quoted scalar that starts at `at` is not closed before the text ends; yaml-cpp does
/// not mind.
bool is_unclosed_quote(std::string_view text, std::size_t at);

}  // namespace headway
