#include "coordinator/cli/dashboard/cells.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/text.h"

namespace headway::cli {

namespace {

/// Bytes of one cell: a character and the first of its marks. Who stacks up hundreds of marks does
/// not want to be read.
constexpr std::size_t kMostCellBytes = 15;

/// Zero-width space, non-joiner and joiner: they would make one of what stands in two cells.
bool is_joiner(std::string_view character) {
  return character == "\u200b" || character == "\u200c" || character == "\u200d";
}

std::string_view in_ascii(std::string_view character) {
  if (character.size() == 1) return character;
  if (character == "─") return "-";
  if (character == "│") return "|";
  if (character == "█") return "#";
  if (character == "░") return ".";
  if (character == "…") return "~";
  return "?";
}

}  // namespace

Grid::Grid(GridSize size, Charset charset)
    : size_(size), charset_(charset), cells_(size.rows * size.columns) {}

GridCell& Grid::cell(Place place) {
  HW_CHECK(place.row < size_.rows && place.column < size_.columns, "a cell outside of the grid");
  return cells_[place.row * size_.columns + place.column];
}

const GridCell& Grid::at(Place place) const {
  HW_CHECK(place.row < size_.rows && place.column < size_.columns, "a cell outside of the grid");
  return cells_[place.row * size_.columns + place.column];
}

void Grid::clear_halves(Place at, std::size_t columns) {
  if (at.column > 0 && cell(at).text.empty()) cell({at.row, at.column - 1}).text = " ";
  const std::size_t after = at.column + columns;
  if (after < size_.columns && cell({at.row, after}).text.empty()) cell({at.row, after}).text = " ";
}

void Grid::put(Place at, std::string_view character, std::size_t columns, Style style) {
  clear_halves(at, columns);
  cell(at) = {std::string(character), style};
  if (columns == 2) cell({at.row, at.column + 1}) = {std::string(), style};
}

std::size_t Grid::write(Place at, std::string_view text, Style style, std::size_t room) {
  if (at.row >= size_.rows || at.column >= size_.columns) return 0;
  room = std::min(room, size_.columns - at.column);
  const std::string shown = cut_to_width(printable(text), room);
  std::size_t used = 0;
  for (std::string_view rest = shown; !rest.empty();) {
    const Character character = first_character(rest);
    const std::string_view bytes = rest.substr(0, character.bytes);
    rest.remove_prefix(character.bytes);
    if (character.columns == 0) {
      if (used == 0 || charset_ == Charset::kAscii || is_joiner(bytes)) continue;
      Place before{at.row, at.column + used - 1};
      if (cell(before).text.empty()) --before.column;
      std::string& base = cell(before).text;
      if (base.size() + bytes.size() <= kMostCellBytes) base += bytes;
      continue;
    }
    if (used + character.columns > room) break;
    const Place place{at.row, at.column + used};
    if (charset_ == Charset::kUnicode) {
      put(place, bytes, character.columns, style);
    } else {
      for (std::size_t i = 0; i < character.columns; ++i) {
        put({at.row, place.column + i}, in_ascii(bytes), 1, style);
      }
    }
    used += character.columns;
  }
  return used;
}

void Grid::repeat(Place at, std::string_view character, std::size_t columns, Style style) {
  if (at.row >= size_.rows) return;
  const std::string_view shown = charset_ == Charset::kAscii ? in_ascii(character) : character;
  const std::size_t end = std::min(size_.columns, at.column + columns);
  for (std::size_t column = at.column; column < end; ++column) {
    put({at.row, column}, shown, 1, style);
  }
}

void Grid::restyle(Place at, std::size_t columns, Style style) {
  if (at.row >= size_.rows) return;
  const std::size_t end = std::min(size_.columns, at.column + columns);
  for (std::size_t column = at.column; column < end; ++column) {
    cell({at.row, column}).style = style;
  }
}

std::string Grid::to_text() const {
  std::string result;
  for (std::size_t row = 0; row < size_.rows; ++row) {
    std::string line;
    for (std::size_t column = 0; column < size_.columns; ++column) line += at({row, column}).text;
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
  }
  return result;
}

}  // namespace headway::cli
