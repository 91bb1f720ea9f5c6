#pragma once

#include <cstddef>
#include <string>

namespace headway::worker {

/// Cuts a text to at most `most` bytes, without half a character at its end.
inline void shorten(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
}

}  // namespace headway::worker
