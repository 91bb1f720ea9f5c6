#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/cli/show/format.h"

namespace headway::cli {

struct GridSize {
  std::size_t columns = 0;
  std::size_t rows = 0;
  friend bool operator==(const GridSize&, const GridSize&) = default;
};

/// A cell of a grid, from 0.
struct Place {
  std::size_t row = 0;
  std::size_t column = 0;
};

/// A rectangle of a grid.
struct Area {
  std::size_t row = 0;
  std::size_t column = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;
  friend bool operator==(const Area&, const Area&) = default;
};

struct Style {
  Colour colour = Colour::kNone;
  bool reversed = false;  ///< what is selected
  friend bool operator==(const Style&, const Style&) = default;
};

/// One column of one row: a character with its marks. A wide character fills two cells; the second
/// has no text.
struct GridCell {
  std::string text = " ";
  Style style;
  friend bool operator==(const GridCell&, const GridCell&) = default;
};

/// Whether a terminal can show more than ASCII.
enum class Charset { kUnicode, kAscii };

/// What a terminal is to show: rows of cells, always full, never more than fit. Nothing that is
/// written can leave its row or its room, or be anything but printable characters, whatever it is:
/// texts come from plans, programs and other people.
class Grid {
 public:
  Grid(GridSize size, Charset charset);

  /// Writes `text` from `at` on, in at most `room` columns and never beyond the row's end; what
  /// does not fit is cut and `…` shows it. Gives the columns it took. In ASCII box drawing becomes
  /// `-`,
  /// `|`, `#` and `.`, and every other character `?`.
  std::size_t write(Place at, std::string_view text, Style style = {},
                    std::size_t room = std::string::npos);
  /// The same character over a number of columns.
  void repeat(Place at, std::string_view character, std::size_t columns, Style style = {});
  /// Gives what stands in a part of a row another style.
  void restyle(Place at, std::size_t columns, Style style);

  [[nodiscard]] GridSize size() const { return size_; }
  [[nodiscard]] const GridCell& at(Place place) const;
  /// The rows as text, without the spaces at their ends.
  [[nodiscard]] std::string to_text() const;

  friend bool operator==(const Grid&, const Grid&) = default;

 private:
  [[nodiscard]] GridCell& cell(Place place);
  void put(Place at, std::string_view character, std::size_t columns, Style style);
  /// The other half of a wide character that is written over becomes a space.
  void clear_halves(Place at, std::size_t columns);

  GridSize size_;
  Charset charset_;
  std::vector<GridCell> cells_;
};

}  // namespace headway::cli
