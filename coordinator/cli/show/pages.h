#pragma once

#include <string>

#include <fmt/format.h>

#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// A report for people: headings with sentences and tables, as text or Markdown alike.
class Pages {
 public:
  Pages(Format format, bool colour, std::size_t width)
      : markdown_(format == Format::kMarkdown), colour_(colour), width_(width) {}

  void heading(const std::string& title) {
    if (!text_.empty()) text_ += '\n';
    text_ += markdown_ ? fmt::format("## {}\n\n", title)
                       : coloured(title, Colour::kBold, colour_) + "\n";
  }
  void top(const std::string& title) {
    text_ +=
        markdown_ ? fmt::format("# {}\n\n", title) : coloured(title, Colour::kBold, colour_) + "\n";
  }
  void line(const std::string& words) {
    text_ += markdown_ ? fmt::format("- {}\n", words) : fmt::format("  {}\n", words);
  }
  void table(const Table& table) {
    text_ += table.render(markdown_ ? Format::kMarkdown : Format::kTable, colour_, width_);
  }
  /// Below a table of which only the beginning is shown.
  void rest(std::size_t all, std::size_t shown) {
    if (all <= shown) return;
    text_ +=
        fmt::format("{}and {} more; --format json has all\n", markdown_ ? "\n" : "  ", all - shown);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  bool markdown_;
  bool colour_;
  std::size_t width_;
  std::string text_;
};

}  // namespace headway::cli
