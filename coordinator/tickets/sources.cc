#include "coordinator/tickets/sources.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

namespace {

std::uint32_t count_lines(std::string_view text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

/// One line of a text, by its number from 1.
std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (; line > 1 && !text.empty(); --line) {
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::size_t Sources::add(std::string path, std::string text) {
  const std::uint32_t lines = count_lines(text);
  files_.push_back({std::move(path), std::move(text), next_line_});
  next_line_ += lines;
  return files_.size() - 1;
}

SourceMark Sources::mark(std::size_t file, SourceMark in_file) const {
  if (in_file.line == 0) return {files_[file].first_line, 0};
  return {files_[file].first_line + in_file.line - 1, in_file.column};
}

Sources::Place Sources::place(SourceMark mark) const {
  const auto after = std::upper_bound(
      files_.begin(), files_.end(), mark.line,
      [](std::uint32_t line, const SourceFile& file) { return line < file.first_line; });
  if (after == files_.begin()) return {0, mark};
  const auto file = after - 1;
  return {static_cast<std::size_t>(file - files_.begin()),
          {mark.line - file->first_line + 1, mark.column}};
}

std::string Sources::render_one(const Diagnostic& found) const {
  if (files_.empty()) return render_diagnostics({found}, {}, {});
  const auto [index, mark] = place(found.mark);
  const SourceFile& file = files_[index];
  Diagnostic of_file = found;
  of_file.mark = mark;
  of_file.notes.clear();
  std::string text;
  if (mark.column == 0) {
    // About the file as a whole: there is no line to show.
    of_file.mark = {};
    text = render_diagnostics({of_file}, file.path, {});
  } else {
    // As many empty lines before the one that is shown: its number stays.
    std::string shown(mark.line - 1, '\n');
    shown += line_of(file.text, mark.line);
    text = render_diagnostics({of_file}, file.path, shown);
  }
  for (const auto& [where, note] : found.notes) {
    const auto [other, at] = place(where);
    const std::string name = printable(files_[other].path);
    text += at.column == 0
                ? fmt::format("  {}: note: {}\n", name, printable(note))
                : fmt::format("  {}:{}:{}: note: {}\n", name, at.line, at.column, printable(note));
  }
  return text;
}

std::string Sources::render(std::vector<Diagnostic> diagnostics, std::size_t most) const {
  sort_by_place(diagnostics);
  // Where not all are shown, errors are those that must be.
  if (diagnostics.size() > most) {
    std::stable_sort(
        diagnostics.begin(), diagnostics.end(),
        [](const Diagnostic& a, const Diagnostic& b) { return a.severity < b.severity; });
  }
  std::string text;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  for (std::size_t i = 0; i < diagnostics.size(); ++i) {
    if (i < most) {
      text += render_one(diagnostics[i]);
    } else {
      ++(diagnostics[i].severity == Severity::kError ? errors : warnings);
    }
  }
  std::vector<std::string> rest;
  if (errors > 0) rest.push_back(counted(errors, "more error"));
  if (warnings > 0) rest.push_back(counted(warnings, "more warning"));
  return rest.empty() ? text : text + "and " + join_words(rest) + "\n";
}

}  // namespace headway
