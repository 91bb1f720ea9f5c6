#include "common/plan/diagnostic.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/width.h"
#include "common/plan/words.h"

namespace headway {

namespace {

/// Of a long line so much is shown, around the place that is meant.
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownBytes = 110;

/// The lines of a text by their numbers.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  /// Without its end; empty where there is no such line.
  [[nodiscard]] std::string_view operator[](std::uint32_t line) const {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (line == 0 || line > starts_.size()) return {};
    std::size_t start = starts_[line - 1];
    if (line == 1 && text_.starts_with(kByteOrderMark)) start += kByteOrderMark.size();
    const std::size_t end = line < starts_.size() ? starts_[line] - 1 : text_.size();
    std::string_view result = text_.substr(start, end - start);
    if (result.ends_with('\r')) result.remove_suffix(1);
    return result;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Text as it is shown: a tab is one blank, so that the caret stays below what it means.
std::string shown(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '\t', ' ');
  return printable(plain);
}

/// The line and a caret below its column, both after a margin with the line's number.
std::string excerpt(std::string_view line, SourceMark mark) {
  std::size_t column = std::min<std::size_t>(mark.column == 0 ? 0 : mark.column - 1, line.size());
  while (column > 0 && column < line.size() && continues_character(line[column])) --column;
  std::size_t start = column > kShownBefore ? column - kShownBefore : 0;
  while (start > 0 && start < line.size() && continues_character(line[start])) --start;
  std::size_t end = std::min(line.size(), start + kShownBytes);
  while (end < line.size() && continues_character(line[end])) ++end;
  const std::string before = (start > 0 ? "..." : "") + shown(line.substr(start, column - start));
  const std::string after =
      shown(line.substr(column, end - column)) + (end < line.size() ? "..." : "");
  return fmt::format("{:>5} | {}{}\n      | {}^\n", mark.line, before, after,
                     std::string(display_width(before), ' '));
}

std::string place(const std::string& file, SourceMark mark) {
  if (mark.line == 0) return file + ": ";
  return fmt::format("{}:{}:{}: ", file, mark.line, mark.column);
}

}  // namespace

void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  const auto before = [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(), before);
}

std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file,
                               const std::string& text, std::size_t most) {
  std::vector<Diagnostic> sorted = diagnostics;
  sort_by_place(sorted);
  const std::string name = printable(file);
  const Lines lines(text);
  std::string result;
  for (std::size_t i = 0; i < std::min(most, sorted.size()); ++i) {
    const Diagnostic& found = sorted[i];
    result += fmt::format("{}{}: {}\n", place(name, found.mark), to_text(found.severity),
                          printable(found.message));
    if (found.mark.line != 0) result += excerpt(lines[found.mark.line], found.mark);
    if (!found.hint.empty()) result += fmt::format("      = {}\n", printable(found.hint));
    for (const auto& [mark, note] : found.notes) {
      result += fmt::format("  {}note: {}\n", place(name, mark), printable(note));
    }
  }
  if (sorted.size() <= most) return result;
  std::size_t errors = 0;
  for (std::size_t i = most; i < sorted.size(); ++i)
    if (sorted[i].severity == Severity::kError) ++errors;
  const std::size_t warnings = sorted.size() - most - errors;
  std::vector<std::string> rest;
  if (errors > 0) rest.push_back(counted(errors, "more error"));
  if (warnings > 0) rest.push_back(counted(warnings, "more warning"));
  return result + fmt::format("{}: and {}\n", name, join_words(rest));
}

}  // namespace headway
