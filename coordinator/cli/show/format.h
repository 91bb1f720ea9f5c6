#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/width.h"

namespace headway::cli {

/// The forms in which data is printed. `table`: columns for people; `plain`: the same cells between
/// tabs, without a header; `jsonl`: one JSON object a line.
enum class Format { kTable, kJson, kJsonLines, kMarkdown, kPlain };

/// The colours of a terminal that states are shown in.
enum class Colour { kNone, kGreen, kRed, kYellow, kBlue, kDim, kBold };

/// For Markdown: what looks like a tag or an entity would be taken for one.
std::string markdown_text(std::string_view text);

/// `text` in a colour (ECMA-48 SGR), where `on`.
std::string coloured(std::string_view text, Colour colour, bool on);

struct Cell {
  std::string text;
  Colour colour = Colour::kNone;

  Cell(std::string content) : text(std::move(content)) {}  // NOLINT(*-explicit-*)
  Cell(const char* content) : text(content) {}             // NOLINT(*-explicit-*)
  Cell(std::string content, Colour shown_in) : text(std::move(content)), colour(shown_in) {}
};

struct Column {
  std::string title;
  bool right = false;     ///< numbers
  bool flexible = false;  ///< is cut where the table is too wide
};

/// Rows of cells. Cells come from plans, workers and people: each is made safe for a terminal.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<Cell> row);
  /// As `format` says: table, markdown or plain. `width`: of the terminal, 0: unlimited.
  [[nodiscard]] std::string render(Format format, bool colour, std::size_t width) const;

 private:
  [[nodiscard]] std::string aligned(bool colour, std::size_t width) const;
  [[nodiscard]] std::string markdown() const;
  [[nodiscard]] std::string plain() const;
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t most) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace headway::cli

namespace headway {
template <>
struct EnumText<cli::Format> {
  static constexpr std::array kWords = {
      std::pair{cli::Format::kTable, std::string_view{"table"}},
      std::pair{cli::Format::kJson, std::string_view{"json"}},
      std::pair{cli::Format::kJsonLines, std::string_view{"jsonl"}},
      std::pair{cli::Format::kMarkdown, std::string_view{"markdown"}},
      std::pair{cli::Format::kPlain, std::string_view{"plain"}},
  };
};
}  // namespace headway
