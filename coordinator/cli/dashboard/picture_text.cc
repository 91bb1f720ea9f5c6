#include "coordinator/cli/dashboard/picture_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "coordinator/cli/dashboard/header.h"
#include "coordinator/cli/dashboard/layout.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// Nothing is cut by an end of a screen.
constexpr std::size_t kNoEdge = 10'000;

/// The header's lines, as text.
std::string head_text(const Snapshot& snapshot, Format format, bool colour, std::size_t width) {
  const RunSummary& run = snapshot.watch.run;
  const std::string state = coloured(to_text(run.state), colour_of(run.state), colour);
  std::string first =
      fmt::format("{}  {}  {} done", run_title(run), state, percent(run.completion_rate));
  for (const std::string& time : run_times(snapshot)) first += "  " + time;
  std::string text = (format == Format::kMarkdown ? "# " : "") + first + "\n";
  if (format == Format::kMarkdown) text += "\n";
  for (const std::vector<Cell>& line : header_lines(snapshot, width == 0 ? kNoEdge : width)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += (i > 0 ? "  " : "") + coloured(line[i].text, line[i].colour, colour);
    }
    // Two spaces at its end keep a line of Markdown apart from the next.
    text += format == Format::kMarkdown ? "  \n" : "\n";
  }
  for (const std::string& line : notice_lines(snapshot, width == 0 ? kNoEdge : width)) {
    text += line + "\n";
  }
  return text;
}

std::string panel_text(const PanelContent& content, Format format, bool colour, std::size_t width) {
  Table table(content.columns);
  for (const PanelRow& row : content.rows) table.add(row.cells);
  std::string rows = table.render(format, colour, width);
  switch (format) {
    case Format::kMarkdown:
      return fmt::format("\n## {}\n\n{}", content.title,
                         content.rows.empty() ? content.if_empty + "\n" : rows);
    case Format::kPlain:
      break;
    case Format::kTable:
    case Format::kJson:
    case Format::kJsonLines:
      return fmt::format("\n{}\n{}", coloured(content.title, Colour::kBold, colour),
                         content.rows.empty() ? content.if_empty + "\n" : rows);
  }
  return rows;
}

}  // namespace

std::string picture_text(const Snapshot& snapshot, Focus focus, Format format, bool colour,
                         std::size_t width) {
  std::string text;
  if (format != Format::kPlain) text += head_text(snapshot, format, colour, width);
  ViewState view;
  view.focus = focus;
  for (const Panel panel : panels_of(focus, true)) {
    text += panel_text(panel_content(panel, snapshot, view, Bars::kNumbers), format, colour, width);
  }
  return text;
}

}  // namespace headway::cli
