#include "coordinator/cli/report/html/gantt_svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "coordinator/cli/report/html/bar_look.h"
#include "coordinator/cli/report/html/page_text.h"
#include "coordinator/cli/report/html/ticks.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

namespace {

/// The chart's width on a usual page, in pixels: what has room in it is reckoned by this.
constexpr double kUsualWidth = 1050;
/// How often the chart can be doubled; the script and the style sheet know the same number.
constexpr int kZooms = 8;
constexpr std::size_t kMostTicks = 10;
/// Doublings for which the axis has finer marks; more would fill the page.
constexpr int kTickZooms = 5;
/// With more lanes than this each is lower.
constexpr std::size_t kManyLanes = 40;
constexpr int kRow = 22;
constexpr int kLowRow = 14;
/// With more bars than this they have no labels and no edges.
constexpr std::size_t kMostLabelled = 1000;
/// A bar that is shorter gets an edge, which is seen at any zoom.
constexpr double kThinShare = 3 / kUsualWidth;
/// What has no width at all is not drawn, not even its edge.
constexpr double kLeastShare = 1e-5;
/// Pixels of a letter, and letters that tell a ticket from others.
constexpr double kLetter = 6.6;
constexpr std::size_t kTellingLetters = 7;
/// What part of the chart's length the time before it must be to be worth a word.
constexpr int kLeadShare = 20;
constexpr std::size_t kTipColumns = 160;

class GanttWriter {
 public:
  GanttWriter(const Timeline& timeline, const Gantt& gantt)
      : timeline_(timeline),
        gantt_(gantt),
        row_(gantt.lanes.size() > kManyLanes ? kLowRow : kRow),
        labelled_(gantt.bars <= kMostLabelled) {}

  std::string write() {
    text_ = "<section aria-labelledby=\"h-gantt\">\n<h2 id=\"h-gantt\">What ran when</h2>\n";
    if (timeline_.attempts.empty()) {
      return text_ + "<p>Nothing has been started yet.</p>\n</section>\n";
    }
    legend();
    notes();
    chart();
    return text_ + "</section>\n";
  }

 private:
  void legend() {
    std::array<bool, kBarKinds.size()> used{};
    for (const std::vector<Bar>& lane : gantt_.lanes)
      for (const Bar& bar : lane) used[static_cast<std::size_t>(bar.kind)] = true;
    const auto entry = [&](const BarLook& look) {
      text_ += fmt::format(
          "<li><svg width=\"26\" height=\"14\" aria-hidden=\"true\"><rect class=\"{}\" "
          "width=\"26\" height=\"14\"/></svg> {}{}</li>",
          look.style, look.mark, look.words);
    };
    text_ += "<ul class=\"legend\">";
    for (const BarKind kind : kBarKinds)
      if (used[static_cast<std::size_t>(kind)]) entry(look_of(kind));
    if (!gantt_.waits.empty()) entry({"wait", "", "waits for a lock"});
    if (!gantt_.pauses.empty()) entry({"pause", "", "run paused"});
    text_ += "</ul>\n";
  }

  void notes() {
    std::string notes;
    if (gantt_.lead * kLeadShare > gantt_.length) {
      notes += fmt::format("The chart begins with the first attempt, {} after the run began. ",
                           exact_duration(gantt_.lead));
    }
    if (gantt_.merged > 0) {
      notes += fmt::format(
          "{} attempts shorter than {} are drawn together with their neighbours, in bars that say "
          "how many they are. ",
          gantt_.merged, exact_duration(gantt_.shortest));
    }
    if (gantt_.agents_left > 0)
      notes += fmt::format("{} more agents are left out. ", gantt_.agents_left);
    if (gantt_.waits_left > 0)
      notes += fmt::format("{} shorter waits for locks are left out. ", gantt_.waits_left);
    if (!notes.empty()) text_ += "<p class=\"note\">" + notes + "</p>\n";
  }

  void chart() {
    text_ +=
        "<p class=\"tools js\"><button type=\"button\" data-zoom=\"1\">Zoom in</button> <button "
        "type=\"button\" data-zoom=\"-1\">Zoom out</button> <button type=\"button\" "
        "data-zoom=\"0\">Whole run</button> <span>or + \u2212 0 and the arrows; Ctrl and the "
        "wheel</span></p>\n";
    text_ += fmt::format(
        "<div class=\"gantt{}\" id=\"gantt\" tabindex=\"0\" role=\"group\" aria-label=\"Gantt "
        "chart, scrolls\" style=\"--row:{}px\">\n",
        labelled_ ? "" : " dense", row_);
    text_ += "<div class=\"corner\">agent</div>\n<div class=\"axis\">";
    axis();
    text_ += "</div>\n<div class=\"names\">";
    for (const std::string& agent : gantt_.agents)
      text_ += fmt::format("<div title=\"{0}\">{0}</div>", markup_text(agent));
    for (std::size_t i = 0; i < gantt_.waits.size(); ++i)
      text_ += i == 0 ? "<div class=\"first\">lock waits</div>" : "<div></div>";
    text_ += "</div>\n<div class=\"plot\">";
    plot();
    text_ += "</div>\n</div>\n";
  }

  void axis() {
    text_ += "<svg width=\"100%\" height=\"26\" aria-hidden=\"true\">";
    for (const Tick& tick : ticks()) {
      const double at = to_seconds(tick.at) / to_seconds(gantt_.length);
      // The last label has its room to the left.
      text_ += fmt::format(
          "<g class=\"z{}\"><line x1=\"{}\" x2=\"{}\" y1=\"19\" y2=\"26\"/><text x=\"{}\" "
          "y=\"15\"{}>{}</text></g>",
          tick.zoom, svg_percent(at), svg_percent(at), svg_percent(at),
          at > 0.96 ? " text-anchor=\"end\""
          : at > 0  ? " text-anchor=\"middle\""
                    : "",
          tick.label);
    }
    text_ += "</svg>";
  }

  void plot() {
    const std::size_t rows = gantt_.lanes.size() + gantt_.waits.size();
    text_ += fmt::format(
        "<svg width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"{} attempts on {} agents in "
        "{}\">\n",
        rows * static_cast<std::size_t>(row_), timeline_.attempts.size(), gantt_.agents.size(),
        exact_duration(gantt_.length));
    for (std::size_t i = 0; i < rows; ++i) {
      if (i % 2 == 1)
        text_ += fmt::format("<rect class=\"odd\" y=\"{}\" width=\"100%\" height=\"{}\"/>",
                             i * static_cast<std::size_t>(row_), row_);
    }
    for (const PauseBand& pause : gantt_.pauses) {
      text_ += fmt::format(
          "<rect class=\"pause\" x=\"{}\" width=\"{}\" height=\"100%\"><title>paused for {}, from "
          "{}</title></rect>",
          svg_percent(pause.start), svg_percent(pause.length), of_axis(pause.length),
          of_axis(pause.start));
    }
    for (const Tick& tick : ticks()) {
      const std::string at = svg_percent(to_seconds(tick.at) / to_seconds(gantt_.length));
      text_ += fmt::format("<line class=\"grid z{}\" x1=\"{}\" x2=\"{}\" y2=\"100%\"/>", tick.zoom,
                           at, at);
    }
    text_ += "\n";
    for (std::size_t i = 0; i < gantt_.lanes.size(); ++i) lane(i);
    for (std::size_t i = 0; i < gantt_.waits.size(); ++i) waits(i);
    text_ += "</svg>";
  }

  void lane(std::size_t number) {
    // What failed comes last: where there is little room it is on top.
    for (const bool failed : {false, true}) {
      for (const Bar& bar : gantt_.lanes[number])
        if ((bar.failed > 0) == failed) draw(bar, number);
    }
    text_ += "\n";
  }

  void draw(const Bar& bar, std::size_t row) {
    draw(look_of(bar.kind).style, bar.start, bar.length, row, tip(bar), label(bar));
  }

  void waits(std::size_t number) {
    for (const WaitBar& bar : gantt_.waits[number]) {
      const TimelineWait& wait = timeline_.waits[bar.wait];
      draw("wait", bar.start, bar.length, gantt_.lanes.size() + number,
           fmt::format("{} waits for {}, {}, from {}", wait.ticket, wait.lock,
                       exact_duration(wait.end - wait.start), of_axis(bar.start)),
           wait.ticket);
    }
  }

  void draw(std::string_view kind, double start, double length, std::size_t row,
            const std::string& tip, const std::string& label) {
    const std::size_t top = row * static_cast<std::size_t>(row_) + 2;
    const int height = row_ - 4;
    const std::string title = markup_cut(tip, kTipColumns);
    length = std::max(length, kLeastShare);
    start = std::min(start, 1 - length);
    const bool is_thin = labelled_ && length < kThinShare;
    const int zoom = zoom_for(label, length);
    if (!labelled_ || is_thin || zoom > kZooms) {
      text_ += fmt::format(
          "<rect class=\"{}{}\" x=\"{}\" y=\"{}\" width=\"{}\" "
          "height=\"{}\"><title>{}</title></rect>",
          kind, is_thin ? " thin" : "", svg_percent(start), top, svg_percent(length), height,
          title);
      return;
    }
    text_ += fmt::format(
        "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title><rect class=\"{}\" "
        "width=\"100%\" height=\"100%\"/><text class=\"z{}\" x=\"4\" y=\"{}\">{}</text></svg>",
        svg_percent(start), top, svg_percent(length), height, title, kind, zoom, height - 5,
        markup_cut(label, kTipColumns));
  }

  /// How often the chart must be doubled before a label can be told from others.
  [[nodiscard]] static int zoom_for(const std::string& label, double length) {
    const auto letters = static_cast<double>(std::min(display_width(label), kTellingLetters));
    const double needed = letters * kLetter + 8;
    return std::max(0, static_cast<int>(std::ceil(std::log2(needed / (length * kUsualWidth)))));
  }

  [[nodiscard]] std::string label(const Bar& bar) const {
    if (bar.attempts > 1) return fmt::format("{}{} attempts", look_of(bar.kind).mark, bar.attempts);
    return std::string(look_of(bar.kind).mark) + timeline_.attempts[bar.attempt].ticket;
  }

  [[nodiscard]] std::string tip(const Bar& bar) const {
    if (bar.attempts > 1) {
      return fmt::format("{} attempts, {} failed, in {}, from {}", bar.attempts, bar.failed,
                         of_axis(bar.length), of_axis(bar.start));
    }
    const TimelineAttempt& attempt = timeline_.attempts[bar.attempt];
    std::string text = attempt.ticket;
    if (attempt.attempt > 1) text += fmt::format(" attempt {}", attempt.attempt);
    text += ": ";
    text += attempt.over && attempt.outcome ? to_text(*attempt.outcome) : "still runs";
    text += fmt::format(", {}, from {}", exact_duration(attempt.end - attempt.start),
                        of_axis(bar.start));
    if (!attempt.detail.empty()) text += ": " + attempt.detail;
    return text;
  }

  [[nodiscard]] std::string of_axis(double share) const {
    return exact_duration(from_seconds(share * to_seconds(gantt_.length)));
  }

  [[nodiscard]] std::vector<Tick> ticks() const {
    return ticks_of(gantt_.length, kMostTicks, kTickZooms);
  }

  const Timeline& timeline_;
  const Gantt& gantt_;
  int row_;
  bool labelled_;
  std::string text_;
};

}  // namespace

std::string gantt_section(const Timeline& timeline, const Gantt& gantt) {
  return GanttWriter(timeline, gantt).write();
}

}  // namespace headway::cli
