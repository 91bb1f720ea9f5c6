#include "common/base/width.h"

#include <algorithm>
#include <array>

namespace headway {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// Combining marks, joiners and selectors: they take no column of their own.
constexpr std::array kZero = {Range{0x0300, 0x036F}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},
                              Range{0xFE00, 0xFE0F}, Range{0xE0100, 0xE01EF}};
/// East Asian wide and full-width characters and emoji (Unicode TR11), by block.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23F3},
    Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x26AA, 0x26AB},
    Range{0x2705, 0x2705},   Range{0x274C, 0x274E},   Range{0x2753, 0x2757},
    Range{0x2795, 0x2797},   Range{0x2B1B, 0x2B1C},   Range{0x2B50, 0x2B55},
    Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F9FF}, Range{0x1FA70, 0x1FAFF},
    Range{0x20000, 0x3FFFD}};

template <std::size_t kSize>
bool within(const std::array<Range, kSize>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range range) { return c >= range.first && c <= range.last; });
}

}  // namespace

Character first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {1, 1};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  if (within(kZero, value)) return {length, 0};
  return {length, within(kWide, value) ? std::size_t{2} : std::size_t{1}};
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::string result;
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    if (columns + character.columns > width - 1) break;
    columns += character.columns;
    result += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return result + "…";
}

}  // namespace headway
