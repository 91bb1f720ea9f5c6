#include "coordinator/cli/dashboard/panel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kColumnGap = 2;
/// Narrower than this a flexible column says nothing any more.
constexpr std::size_t kNarrowestColumn = 8;

/// The width of each column that is shown, beginning with the first; those at the end that do not
/// fit are left out.
std::vector<std::size_t> column_widths(const PanelContent& content, std::size_t room) {
  std::vector<std::size_t> widths;
  std::size_t total = 0;
  for (std::size_t i = 0; i < content.columns.size(); ++i) {
    std::size_t widest = content.with_heads ? display_width(content.columns[i].title) : 0;
    for (const PanelRow& row : content.rows) {
      widest = std::max(widest, display_width(row.cells[i].text));
    }
    widths.push_back(widest);
    total += widest + (i > 0 ? kColumnGap : 0);
  }
  for (std::size_t i = widths.size(); total > room && i > 0; --i) {
    if (!content.columns[i - 1].flexible || widths[i - 1] <= kNarrowestColumn) continue;
    const std::size_t less = std::min(total - room, widths[i - 1] - kNarrowestColumn);
    widths[i - 1] -= less;
    total -= less;
  }
  while (total > room && widths.size() > 1) {
    total -= widths.back() + kColumnGap;
    widths.pop_back();
  }
  return widths;
}

void draw_cells(Grid& grid, Area line, const std::vector<std::size_t>& widths,
                const PanelContent& content, const PanelRow& row) {
  std::size_t column = line.column;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const Cell& cell = row.cells[i];
    const std::size_t wide = std::min(display_width(cell.text), widths[i]);
    const std::size_t shift = content.columns[i].right ? widths[i] - wide : 0;
    if (column + shift >= line.column + line.columns) return;
    const std::size_t room = std::min(widths[i], line.column + line.columns - column - shift);
    grid.write({line.row, column + shift}, cell.text, {cell.colour}, room);
    column += widths[i] + kColumnGap;
  }
}

}  // namespace

std::size_t cursor_row(const Cursor& cursor, const std::vector<PanelRow>& rows) {
  if (cursor.key.empty()) return 0;
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PanelRow& row) { return row.key == cursor.key; });
  if (found != rows.end()) return static_cast<std::size_t>(found - rows.begin());
  return std::min(cursor.index, rows.size() - 1);
}

std::size_t lines_needed(const PanelContent& content) {
  if (content.rows.empty()) return 2;
  return 1 + (content.with_heads ? 1U : 0U) + content.rows.size();
}

void draw_title(Grid& grid, Place at, std::size_t columns, const std::string& title,
                const std::string& note, bool selected) {
  grid.repeat(at, "─", columns, {Colour::kDim});
  if (columns < 4) return;
  const std::string shown = " " + title + " ";
  const std::size_t used =
      grid.write({at.row, at.column + 1}, shown, {Colour::kBold, selected}, columns - 2);
  const std::size_t wide = display_width(note) + 2;
  if (note.empty() || used + wide + 4 > columns) return;
  grid.write({at.row, at.column + columns - wide - 1}, " " + note + " ");
}

void draw_panel(Grid& grid, Area area, const PanelContent& content, const Cursor& cursor,
                bool selected) {
  if (area.rows == 0 || area.columns == 0) return;
  const std::size_t heads = content.with_heads && !content.rows.empty() && area.rows > 2 ? 1 : 0;
  const std::size_t room = area.rows - 1 - heads;
  const std::size_t count = content.rows.size();
  const std::size_t here = count == 0 ? 0 : cursor_row(cursor, content.rows);
  // The cursor stays in the middle where the list goes on at both ends.
  const std::size_t most_first = count > room ? count - room : 0;
  const std::size_t first = std::min(here > room / 2 ? here - room / 2 : 0, most_first);
  const std::size_t last = std::min(count, first + room);
  const std::string note =
      last - first < content.in_all && count > 0
          ? fmt::format("{}-{} of {}", first + 1, last, std::max(content.in_all, count))
          : std::string{};
  draw_title(grid, {area.row, area.column}, area.columns, content.title, note, selected);
  if (count == 0) {
    if (room > 0) {
      grid.write({area.row + 1, area.column + 1}, content.if_empty, {Colour::kDim},
                 area.columns - 1);
    }
    return;
  }
  // A column at the left stays free for the edge of what is selected.
  const Area inside{area.row, area.column + 1, 1, area.columns - 1};
  const std::vector<std::size_t> widths = column_widths(content, inside.columns);
  if (heads == 1) {
    PanelRow titles;
    for (const Column& column : content.columns)
      titles.cells.emplace_back(column.title, Colour::kDim);
    Area line = inside;
    line.row = area.row + 1;
    draw_cells(grid, line, widths, content, titles);
  }
  for (std::size_t i = first; i < last; ++i) {
    Area line = inside;
    line.row = area.row + 1 + heads + i - first;
    draw_cells(grid, line, widths, content, content.rows[i]);
    if (selected && i == here) {
      grid.restyle({line.row, area.column}, area.columns, {Colour::kNone, true});
    }
  }
}

std::string share_text(double share, std::size_t columns, Bars bars) {
  return bars == Bars::kDrawn ? progress_text(share, columns) : percent(share);
}

std::string told_text(double progress, std::size_t columns, Bars bars) {
  return progress > 0 ? share_text(progress, columns, bars) : std::string{};
}

std::string progress_text(double share, std::size_t columns) {
  std::string number = fmt::format("{:>5}", percent(share));
  if (columns <= number.size()) return number;
  const std::size_t wide = columns - number.size();
  const double known = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
  const auto full = static_cast<std::size_t>(known * static_cast<double>(wide));
  std::string bar;
  for (std::size_t i = 0; i < wide; ++i) bar += i < full ? "█" : "░";
  return bar + number;
}

}  // namespace headway::cli
