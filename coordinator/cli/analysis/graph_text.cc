#include "coordinator/cli/analysis/graph_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMaxTitleWidth = 40;

/// Which tickets and edges there are, for both languages.
class Drawing {
 public:
  Drawing(const AnalysisReport& report, bool conflicts_only)
      : analysis_(report.analysis),
        shown_(analysis_.plan.tickets.size(), !conflicts_only),
        critical_(analysis_.plan.tickets.size(), false),
        edges_(!conflicts_only) {
    for (const TicketIndex ticket : analysis_.critical_path) critical_[ticket.index()] = true;
    for (const Conflict& conflict : analysis_.conflicts) {
      for (const TicketIndex ticket : conflict.tickets) shown_[ticket.index()] = true;
    }
  }

  [[nodiscard]] bool is_shown(TicketIndex ticket) const { return shown_[ticket.index()]; }
  [[nodiscard]] bool is_critical(TicketIndex ticket) const { return critical_[ticket.index()]; }
  [[nodiscard]] bool is_critical(TicketIndex from, TicketIndex to) const {
    const auto& path = analysis_.critical_path;
    const auto at = is_critical(from) && is_critical(to) ? std::find(path.begin(), path.end(), from)
                                                         : path.end();
    return at != path.end() && at + 1 != path.end() && *(at + 1) == to;
  }

  /// The lines of a ticket's node, not yet escaped.
  [[nodiscard]] std::vector<std::string> label(TicketIndex index) const {
    const Ticket& ticket = analysis_.plan.tickets[index.index()];
    std::vector<std::string> lines = {printable(ticket.id)};
    if (!ticket.title.empty())
      lines.push_back(cut_to_width(printable(ticket.title), kMaxTitleWidth));
    lines.push_back(rough_duration(duration_of(ticket)));
    return lines;
  }

  template <class Use>
  void each_edge(Use use) const {
    for (std::uint32_t i = 0; edges_ && i < analysis_.plan.tickets.size(); ++i) {
      for (const Edge edge : analysis_.graph->dependencies(TicketIndex{i}))
        use(edge.ticket, TicketIndex{i}, edge.kind);
    }
  }

  [[nodiscard]] const Analysis& analysis() const { return analysis_; }

 private:
  const Analysis& analysis_;
  std::vector<bool> shown_;
  std::vector<bool> critical_;
  bool edges_;
};

std::string dot_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string mermaid_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "#quot;";
        break;
      case '#':
        result += "#35;";
        break;
      case '<':
        result += "#lt;";
        break;
      case '>':
        result += "#gt;";
        break;
      case '&':
        result += "#amp;";
        break;
      case '`':
        result += "#96;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

template <class Escape>
std::string joined(const std::vector<std::string>& lines, std::string_view between, Escape escape) {
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += between;
    text += escape(line);
  }
  return text;
}

std::string about(const Conflict& conflict) {
  const std::size_t more = conflict.ticket_count - conflict.tickets.size();
  return printable(conflict.about) + (more > 0 ? fmt::format(" (and {} more tickets)", more) : "");
}

std::string_view dot_style(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kBlocking:
      return "solid";
    case EdgeKind::kSequential:
      return "dashed";
    case EdgeKind::kSoft:
      return "dotted";
  }
  return {};
}

std::string_view mermaid_arrow(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kBlocking:
      return "-->";
    case EdgeKind::kSequential:
      return "-->|then|";
    case EdgeKind::kSoft:
      return "-.->";
  }
  return {};
}

}  // namespace

std::string analysis_dot(const AnalysisReport& report, bool conflicts_only) {
  const Drawing drawing(report, conflicts_only);
  const Analysis& analysis = drawing.analysis();
  std::string text = fmt::format("digraph \"{}\" {{\n", dot_text(printable(report.source)));
  text += "  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::uint32_t i = 0; i < analysis.plan.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (!drawing.is_shown(ticket)) continue;
    text +=
        fmt::format("  t{} [label=\"{}\"{}];\n", i, joined(drawing.label(ticket), "\\n", dot_text),
                    drawing.is_critical(ticket) ? ", color=red, penwidth=2" : "");
  }
  drawing.each_edge([&](TicketIndex from, TicketIndex to, EdgeKind kind) {
    text += fmt::format("  t{} -> t{} [style={}{}];\n", from.number(), to.number(), dot_style(kind),
                        drawing.is_critical(from, to) ? ", color=red, penwidth=2" : "");
  });
  for (std::size_t i = 0; i < analysis.conflicts.size(); ++i) {
    const Conflict& conflict = analysis.conflicts[i];
    text += fmt::format("  c{} [label=\"{}\", shape=octagon, color=orange];\n", i,
                        dot_text(about(conflict)));
    for (const TicketIndex ticket : conflict.tickets)
      text +=
          fmt::format("  c{} -> t{} [dir=none, style=dashed, color=orange, constraint=false];\n", i,
                      ticket.number());
  }
  return text + "}\n";
}

std::string analysis_mermaid(const AnalysisReport& report, bool conflicts_only) {
  const Drawing drawing(report, conflicts_only);
  const Analysis& analysis = drawing.analysis();
  std::string text = "flowchart LR\n";
  for (std::uint32_t i = 0; i < analysis.plan.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (!drawing.is_shown(ticket)) continue;
    text += fmt::format("  t{}[\"{}\"]{}\n", i, joined(drawing.label(ticket), "<br>", mermaid_text),
                        drawing.is_critical(ticket) ? ":::critical" : "");
  }
  drawing.each_edge([&](TicketIndex from, TicketIndex to, EdgeKind kind) {
    const bool critical = kind == EdgeKind::kBlocking && drawing.is_critical(from, to);
    text += fmt::format("  t{} {} t{}\n", from.number(), critical ? "==>" : mermaid_arrow(kind),
                        to.number());
  });
  for (std::size_t i = 0; i < analysis.conflicts.size(); ++i) {
    const Conflict& conflict = analysis.conflicts[i];
    text += fmt::format("  c{}{{{{\"{}\"}}}}:::conflict\n", i, mermaid_text(about(conflict)));
    for (const TicketIndex ticket : conflict.tickets)
      text += fmt::format("  c{} -.- t{}\n", i, ticket.number());
  }
  text += "  classDef critical stroke:#c00,stroke-width:2px\n";
  return text + "  classDef conflict stroke:#e80,stroke-dasharray:4\n";
}

}  // namespace headway::cli
