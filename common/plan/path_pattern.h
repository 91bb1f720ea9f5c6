#pragma once

#include <string>
#include <string_view>

namespace headway {

/// Whether some path could match both patterns. In a component `*` stands for any run of
/// characters, `?` for one,
/// `[a-z]` for one of a class; a component `**` stands for any number of components. A pattern that
/// names a directory
/// (`docs/` or a plain `docs`) covers what is below it as well. `.` and doubled slashes are folded.
/// Errs on the side of an overlap, never the other way.
bool patterns_overlap(std::string_view a, std::string_view b);

/// The same for patterns that are normalised already, for those who compare many.
bool normalized_patterns_overlap(std::string_view a, std::string_view b);

/// `./src//api/` becomes `src/api`.
std::string normalize_pattern(std::string_view pattern);

/// The leading components of a normalised pattern that have no wildcard: `docs/api` of
/// `docs/api/**/*.md`.
std::string_view literal_prefix(std::string_view pattern);

/// Whether one file's path matches a pattern.
bool matches_pattern(std::string_view path, std::string_view pattern);

}  // namespace headway
