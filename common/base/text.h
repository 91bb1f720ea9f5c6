#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headway {

/// `text` made safe for a terminal and for a log: control characters (C0, DEL, C1), bidirectional
/// overrides and bytes that are not UTF-8 become `\n`, `\x1b`, `\u202e`... Printable text comes
/// back unchanged.
std::string printable(std::string_view text);

/// Whether `text` is valid UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// How many bytes from the start are valid UTF-8: the place of the first that is not, or the size.
std::size_t valid_utf8_prefix(std::string_view text);

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words
/// (optimal string alignment distance, Boytsov 2011).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidates that `word` was probably meant to be, nearest first, at most `most`; none when
/// nothing is near. For "did you mean".
std::vector<std::string> nearest(std::string_view word,
                                 std::span<const std::string_view> candidates,
                                 std::size_t most = 3);

/// `a, b and c`, for messages.
std::string join_words(std::span<const std::string> words, std::string_view last = "and");

/// `1 ticket`, `3 tickets`: `thing` where it is one, and with an s where not.
std::string counted(std::size_t number, std::string_view thing);

/// 64-bit FNV-1a of `bytes`: for names of files and sockets, never for trust.
std::uint64_t fingerprint(std::string_view bytes);

}  // namespace headway
