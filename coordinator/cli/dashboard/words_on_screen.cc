#include "coordinator/cli/dashboard/words_on_screen.h"

#include <algorithm>

namespace headway::cli {

namespace {

/// The bytes of a text that fill so many columns, at least one character.
std::size_t bytes_that_fit(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    if (bytes > 0 && used + character.columns > columns) break;
    bytes += character.bytes;
    used += character.columns;
  }
  return bytes;
}

}  // namespace

std::vector<std::vector<Cell>> flowing_lines(const std::vector<Cell>& words, std::size_t columns) {
  std::vector<std::vector<Cell>> lines;
  std::size_t used = 0;
  for (const Cell& word : words) {
    const std::size_t wide = display_width(word.text);
    if (lines.empty() || used + kWordGap + wide > columns) {
      lines.emplace_back();
      used = 0;
    }
    used += wide + (lines.back().empty() ? 0 : kWordGap);
    lines.back().push_back(word);
  }
  return lines;
}

void draw_words(Grid& grid, Place at, const std::vector<Cell>& words) {
  for (const Cell& word : words) {
    at.column += grid.write(at, word.text, {word.colour}) + kWordGap;
  }
}

std::vector<std::string> wrapped_lines(std::string_view sentence, std::size_t columns) {
  std::vector<std::string> lines;
  columns = std::max<std::size_t>(columns, 1);
  while (!sentence.empty()) {
    std::size_t end = bytes_that_fit(sentence, columns);
    if (end < sentence.size() && sentence[end] != ' ') {
      const std::size_t space = sentence.substr(0, end).rfind(' ');
      if (space != std::string_view::npos && space > 0) end = space;
    }
    lines.emplace_back(sentence.substr(0, end));
    sentence.remove_prefix(end);
    while (sentence.starts_with(' ')) sentence.remove_prefix(1);
  }
  return lines;
}

}  // namespace headway::cli
