#pragma once

#include <cstddef>
#include <string_view>

namespace headway {

/// Where a ticket's front matter is in its file: the lines between two lines `---`. A byte order
/// mark and empty lines may come before the first, blanks after either, and the second may be
/// `...`.
struct FrontMatter {
  bool found = false;
  bool closed = false;    ///< false: there is no second line; it then ends before the first empty
                          ///< line or heading
  std::size_t begin = 0;  ///< the first byte after the opening line
  std::size_t end = 0;    ///< the first byte of the closing line
  std::size_t body = 0;   ///< the first byte after the closing line
  std::size_t line = 1;   ///< of `begin`, from 1
};

FrontMatter find_front_matter(std::string_view text);

/// Bytes of a whole file of a ticket.
inline constexpr std::size_t kMaxTicketBytes = 16U << 20U;

/// The byte order mark of UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace headway
