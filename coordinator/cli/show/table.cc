#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

namespace {

constexpr std::size_t kGap = 2;
/// Narrower than this a flexible column says nothing any more.
constexpr std::size_t kNarrowest = 8;

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(width - std::min(width, display_width(text)), ' ');
  return right ? space + text : text + space;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// A pipe would end the cell.
std::string markdown_cell(std::string_view text) {
  std::string result;
  for (const char c : markdown_text(text)) {
    if (c == '|' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '<') {
      result += "&lt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string coloured(std::string_view text, Colour colour, bool on) {
  if (!on) return std::string(text);
  std::string_view code;
  switch (colour) {
    case Colour::kNone:
      return std::string(text);
    case Colour::kGreen:
      code = "32";
      break;
    case Colour::kRed:
      code = "31";
      break;
    case Colour::kYellow:
      code = "33";
      break;
    case Colour::kBlue:
      code = "34";
      break;
    case Colour::kDim:
      code = "2";
      break;
    case Colour::kBold:
      code = "1";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void Table::add(std::vector<Cell> row) {
  HW_CHECK(row.size() == columns_.size(), "a row has another number of cells than its table");
  for (Cell& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

std::string Table::render(Format format, bool colour, std::size_t width) const {
  switch (format) {
    case Format::kMarkdown:
      return markdown();
    case Format::kPlain:
      return plain();
    case Format::kTable:
    case Format::kJson:
    case Format::kJsonLines:
      break;
  }
  return aligned(colour, width);
}

std::vector<std::size_t> Table::widths(std::size_t most) const {
  std::vector<std::size_t> result;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i].text));
    result.push_back(widest);
    total += widest + (i > 0 ? kGap : 0);
  }
  // The last flexible column gives way first.
  for (std::size_t i = columns_.size(); most > 0 && total > most && i > 0; --i) {
    if (!columns_[i - 1].flexible) continue;
    const std::size_t least =
        std::min(result[i - 1], std::max(kNarrowest, display_width(columns_[i - 1].title)));
    const std::size_t less = std::min(total - most, result[i - 1] - least);
    result[i - 1] -= less;
    total -= less;
  }
  return result;
}

std::string Table::aligned(bool colour, std::size_t width) const {
  const std::vector<std::size_t> wide = widths(width);
  std::string result;
  std::string line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    line +=
        std::string(i > 0 ? kGap : 0, ' ') + padded(columns_[i].title, wide[i], columns_[i].right);
  }
  result += coloured(without_trailing_spaces(line), Colour::kBold, colour) + "\n";
  for (const auto& row : rows_) {
    line.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string text =
          padded(cut_to_width(row[i].text, wide[i]), wide[i], columns_[i].right);
      line += std::string(i > 0 ? kGap : 0, ' ') + coloured(text, row[i].colour, colour);
    }
    result += without_trailing_spaces(line) + "\n";
  }
  return result;
}

std::string Table::markdown() const {
  std::string result = "|";
  for (const Column& column : columns_) result += fmt::format(" {} |", column.title);
  result += "\n|";
  for (const Column& column : columns_) result += column.right ? " ---: |" : " --- |";
  result += "\n";
  for (const auto& row : rows_) {
    result += "|";
    for (const Cell& cell : row) result += fmt::format(" {} |", markdown_cell(cell.text));
    result += "\n";
  }
  return result;
}

std::string Table::plain() const {
  std::string result;
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) result += (i > 0 ? "\t" : "") + row[i].text;
    result += "\n";
  }
  return result;
}

}  // namespace headway::cli
