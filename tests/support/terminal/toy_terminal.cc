#include "tests/support/terminal/toy_terminal.h"

#include <algorithm>
#include <charconv>

#include "common/base/width.h"

namespace headway::test {

namespace {

/// The number at the start of parameters; 1 where there is none.
std::size_t number_of(std::string_view parameters) {
  std::size_t number = 1;
  std::from_chars(parameters.data(), parameters.data() + parameters.size(), number);
  return std::max<std::size_t>(number, 1);
}

}  // namespace

ToyTerminal::ToyTerminal(std::size_t columns, std::size_t rows) { resize(columns, rows); }

void ToyTerminal::resize(std::size_t columns, std::size_t rows) {
  columns_ = columns;
  rows_ = rows;
  cells_.assign(columns * rows, " ");
  row_ = column_ = 0;
}

void ToyTerminal::show(std::string_view bytes) {
  pending_ += bytes;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const std::size_t used = obey(rest);
    if (used == 0) break;
    rest.remove_prefix(used);
  }
  pending_.erase(0, pending_.size() - rest.size());
}

std::size_t ToyTerminal::obey(std::string_view bytes) {
  switch (bytes.front()) {
    case '\x1b':
      return obey_sequence(bytes);
    case '\r':
      column_ = 0;
      return 1;
    case '\n':
      next_line();
      return 1;
    default:
      break;
  }
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (bytes.size() < length) return 0;
  put(bytes.substr(0, length), first_character(bytes).columns);
  return length;
}

/// ECMA-48: CUP, CUU, ED; everything else is of no consequence here.
std::size_t ToyTerminal::obey_sequence(std::string_view bytes) {
  if (bytes.size() < 2) return 0;
  if (bytes[1] != '[') return 2;
  std::size_t end = 2;
  while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E)) ++end;
  if (end == bytes.size()) return 0;
  const std::string_view parameters = bytes.substr(2, end - 2);
  if (bytes[end] == 'H') move_to(parameters);
  if (bytes[end] == 'A') row_ -= std::min(row_, number_of(parameters));
  if (bytes[end] == 'J') {
    const std::size_t from = parameters == "2" ? 0 : row_ * columns_ + column_;
    std::fill(cells_.begin() + static_cast<std::ptrdiff_t>(from), cells_.end(), " ");
  }
  return end + 1;
}

void ToyTerminal::move_to(std::string_view parameters) {
  const std::size_t semicolon = std::min(parameters.find(';'), parameters.size());
  row_ = std::min(number_of(parameters.substr(0, semicolon)), rows_) - 1;
  parameters.remove_prefix(std::min(semicolon + 1, parameters.size()));
  column_ = std::min(number_of(parameters), columns_) - 1;
}

void ToyTerminal::next_line() {
  if (row_ + 1 < rows_) {
    ++row_;
    return;
  }
  cells_.erase(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(columns_));
  cells_.resize(columns_ * rows_, " ");
}

void ToyTerminal::put(std::string_view character, std::size_t columns) {
  if (columns == 0) {
    // A mark goes to the character before the cursor.
    std::size_t base = row_ * columns_ + column_;
    if (base > 0) --base;
    while (base > 0 && cells_[base].empty()) --base;
    cells_[base] += character;
    return;
  }
  if (column_ + columns > columns_) column_ = columns_ - columns;
  // Half of a wide character cannot stay.
  if (cell(row_, column_).empty()) cell(row_, column_ - 1) = " ";
  const std::size_t after = column_ + columns;
  if (after < columns_ && cell(row_, after).empty()) cell(row_, after) = " ";
  cell(row_, column_) = character;
  if (columns == 2) cell(row_, column_ + 1).clear();
  column_ += columns;
}

std::string ToyTerminal::text() const {
  std::string result;
  for (std::size_t row = 0; row < rows_; ++row) {
    std::string line;
    for (std::size_t column = 0; column < columns_; ++column)
      line += cells_[row * columns_ + column];
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
  }
  return result;
}

}  // namespace headway::test
