#include "coordinator/cli/report/html/graph_svg.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "coordinator/cli/report/html/layers.h"
#include "coordinator/cli/report/html/page_text.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

namespace {

constexpr std::size_t kNodeLabelColumns = 21;
constexpr std::size_t kNodeUnderColumns = 22;
constexpr std::size_t kNodeTitleColumns = 120;
/// Nodes side by side: as many as make a drawing some three times as wide as it is high, within
/// what a page shows without much scrolling.
constexpr std::size_t kFewestInLayer = 7;
/// A wide drawing is made smaller to fit its page, but not below this share.
constexpr double kSmallest = 0.6;
constexpr std::size_t kMostInLayer = 12;

std::string_view class_of(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::kBlocking:
      return "blocking";
    case DependencyKind::kSequential:
      return "sequential";
    case DependencyKind::kSoft:
      return "soft";
  }
  return {};
}

/// The standing that a node is coloured by: one failure among many is what people look for.
Standing standing_of_node(const GraphNode& node) {
  for (const Standing standing : {Standing::kFailed, Standing::kActive, Standing::kNotRun,
                                  Standing::kWaiting, Standing::kSucceeded}) {
    if (node.tickets[static_cast<std::size_t>(standing)] > 0) return standing;
  }
  return Standing::kWaiting;
}

/// A smooth line through the points; it leaves and enters them vertically.
std::string curve(const std::vector<Point>& points) {
  std::string path =
      fmt::format("M{},{}", svg_number(points.front().x), svg_number(points.front().y));
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point& from = points[i - 1];
    const Point& to = points[i];
    // Straight along a node; upwards it bows out.
    if (from.x == to.x && to.y > from.y) {
      path += fmt::format("V{}", svg_number(to.y));
      continue;
    }
    const double reach = std::max(std::abs(to.y - from.y) / 2, 24.0);
    path +=
        fmt::format("C{},{} {},{} {},{}", svg_number(from.x), svg_number(from.y + reach),
                    svg_number(to.x), svg_number(to.y - reach), svg_number(to.x), svg_number(to.y));
  }
  return path;
}

class GraphWriter {
 public:
  explicit GraphWriter(const ShownGraph& graph) : graph_(graph) {
    LayeredGraph layered;
    layered.nodes = graph.nodes.size();
    for (const GraphEdge& edge : graph.edges)
      layered.edges.push_back({edge.before, edge.after, edge.kind != DependencyKind::kSoft});
    const auto side = static_cast<std::size_t>(std::sqrt(static_cast<double>(layered.nodes)));
    sizes_.most_in_layer = std::clamp(side, kFewestInLayer, kMostInLayer);
    layout_ = lay_out(layered, sizes_);
  }

  std::string write() {
    if (!graph_.heading.empty()) text_ += fmt::format("<h3>{}</h3>\n", markup_text(graph_.heading));
    if (!graph_.note.empty())
      text_ += fmt::format("<p class=\"note\">{}</p>\n", markup_text(graph_.note));
    text_ += fmt::format(
        "<div class=\"graph\" tabindex=\"0\" role=\"group\" aria-label=\"Graph, scrolls\"><svg "
        "role=\"group\" aria-label=\"{0} nodes, {1} lines\" width=\"{2}\" height=\"{3}\" "
        "viewBox=\"0 0 {2} {3}\" style=\"min-width:{4}px\">\n",
        graph_.nodes.size(), graph_.edges.size(), svg_number(layout_.width),
        svg_number(layout_.height), svg_number(layout_.width * kSmallest));
    for (std::size_t i = 0; i < graph_.edges.size(); ++i) edge(i);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) node(i);
    return text_ + "</svg></div>\n";
  }

 private:
  void edge(std::size_t index) {
    const GraphEdge& edge = graph_.edges[index];
    if (layout_.edges[index].empty()) return;
    const double width = 1.2 + std::log10(static_cast<double>(edge.count));
    text_ += fmt::format(
        "<path class=\"edge {}\" data-a=\"{}\" data-b=\"{}\" d=\"{}\"{}", class_of(edge.kind),
        edge.before, edge.after, curve(layout_.edges[index]),
        edge.count > 1 ? fmt::format(" stroke-width=\"{}\"", svg_number(width)) : std::string());
    text_ += fmt::format("><title>{} {} {}{}</title></path>\n",
                         markup_cut(graph_.nodes[edge.after].label, kNodeTitleColumns),
                         edge.kind == DependencyKind::kSoft         ? "would rather follow"
                         : edge.kind == DependencyKind::kSequential ? "comes after the end of"
                                                                    : "needs",
                         markup_cut(graph_.nodes[edge.before].label, kNodeTitleColumns),
                         edge.count > 1 ? fmt::format(": {} dependencies", edge.count) : "");
  }

  void node(std::size_t index) {
    const GraphNode& node = graph_.nodes[index];
    const Point at = layout_.nodes[index];
    const std::string open =
        node.ticket ? fmt::format("<a href=\"#t{}\"", *node.ticket) : "<g tabindex=\"0\"";
    text_ += fmt::format(
        "{} class=\"node {}\" data-n=\"{}\" transform=\"translate({} {})\"><title>{}</title>", open,
        class_of(standing_of_node(node)), index, svg_number(at.x), svg_number(at.y),
        markup_cut(node.title.empty() ? node.label : node.label + ": " + node.title,
                   kNodeTitleColumns));
    text_ += fmt::format("<rect width=\"{}\" height=\"{}\" rx=\"4\"/>",
                         svg_number(sizes_.node_width), svg_number(sizes_.node_height));
    if (!node.ticket) shares(node);
    text_ += fmt::format(
        "<text x=\"12\" y=\"18\">{}</text><text class=\"under\" x=\"12\" y=\"34\">{}</text>{}\n",
        markup_cut(node.label, kNodeLabelColumns), markup_cut(node.under, kNodeUnderColumns),
        node.ticket ? "</a>" : "</g>");
  }

  /// A bar along the lower side: how many of the tickets stand how.
  void shares(const GraphNode& node) {
    const auto all =
        static_cast<double>(std::accumulate(node.tickets.begin(), node.tickets.end(), 0U));
    double from = 0;
    for (const Standing standing : {Standing::kFailed, Standing::kSucceeded, Standing::kActive,
                                    Standing::kNotRun, Standing::kWaiting}) {
      const double share = node.tickets[static_cast<std::size_t>(standing)] / all;
      if (share == 0) continue;
      text_ +=
          fmt::format("<rect class=\"share {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"5\"/>",
                      class_of(standing), svg_number(from * sizes_.node_width),
                      svg_number(sizes_.node_height - 5), svg_number(share * sizes_.node_width));
      from += share;
    }
  }

  const ShownGraph& graph_;
  LayerSizes sizes_;
  LayerLayout layout_;
  std::string text_;
};

bool has_kind(const std::vector<ShownGraph>& graphs, DependencyKind kind) {
  return std::ranges::any_of(graphs, [&](const ShownGraph& graph) {
    return std::ranges::any_of(graph.edges,
                               [&](const GraphEdge& edge) { return edge.kind == kind; });
  });
}

}  // namespace

std::string graph_section(const std::vector<ShownGraph>& graphs) {
  std::string text =
      "<section aria-labelledby=\"h-graph\">\n<h2 id=\"h-graph\">What waits for what</h2>\n";
  if (graphs.empty()) return text + "<p>The run has no tickets.</p>\n</section>\n";
  const auto line = [&](DependencyKind kind, std::string_view words) {
    if (!has_kind(graphs, kind)) return;
    text += fmt::format(
        "<li><svg width=\"34\" height=\"14\" aria-hidden=\"true\"><path class=\"edge {}\" "
        "d=\"M0,7H34\"/></svg> {}</li>",
        class_of(kind), words);
  };
  text += "<ul class=\"legend\">";
  line(DependencyKind::kBlocking, "blocking: after its success");
  line(DependencyKind::kSequential, "sequential: after its end");
  line(DependencyKind::kSoft, "soft: rather after it");
  text +=
      "</ul>\n<p class=\"tools js\">Click a node to see all that it waits for and all that waits "
      "for it; click it again to go to its row below.</p>\n";
  for (const ShownGraph& graph : graphs) text += GraphWriter(graph).write();
  return text + "</section>\n";
}

}  // namespace headway::cli
