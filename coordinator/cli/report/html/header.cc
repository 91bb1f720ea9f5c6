#include "coordinator/cli/report/html/header.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/report/html/page_text.h"
#include "coordinator/cli/report/html/standing.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string time_text(WallTime at) {
  std::string text = format_time(std::chrono::floor<std::chrono::seconds>(at));
  return fmt::format("<time datetime=\"{}\">{} {} UTC</time>", text, text.substr(0, 10),
                     text.substr(11, 8));
}

std::string_view class_of(RunState state) {
  switch (state) {
    case RunState::kRunning:
      return "run";
    case RunState::kPaused:
    case RunState::kStopping:
    case RunState::kStopped:
      return "wait";
    case RunState::kSucceeded:
      return "ok";
    case RunState::kFailed:
      return "bad";
    case RunState::kCancelled:
      return "gone";
  }
  return {};
}

class Facts {
 public:
  void add(std::string_view name, const std::string& markup) {
    text_ += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup);
  }
  [[nodiscard]] std::string list(std::string_view label) const {
    return fmt::format("<dl class=\"facts\" aria-label=\"{}\">\n{}</dl>\n", label, text_);
  }

 private:
  std::string text_;
};

/// A bar of what became of the tickets, and the counts in words.
std::string counts(const RegistryReport& report) {
  std::string bar;
  std::string words;
  double from = 0;
  const auto all = static_cast<double>(report.tickets.size());
  std::vector<std::pair<TicketState, std::uint32_t>> by_urgency;
  for (const TicketCount& count : report.by_status) {
    const std::optional<TicketState> state = from_text<TicketState>(count.value);
    if (state) by_urgency.emplace_back(*state, count.tickets);
  }
  std::ranges::sort(by_urgency, {}, [](const auto& each) { return urgency(each.first); });
  for (const auto& [state, tickets] : by_urgency) {
    const std::string_view kind = class_of(standing_of(state));
    const double share = tickets / all;
    bar += fmt::format(
        "<rect class=\"{0}\" x=\"{1}\" width=\"{2}\" height=\"16\"><title>{3} {4}</title></rect>",
        kind, svg_percent(from), svg_percent(share), tickets, to_text(state));
    words += fmt::format(
        "<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect class=\"{}\" width=\"14\" "
        "height=\"14\"/></svg> <b>{}</b> {}</li>",
        kind, tickets, to_text(state));
    from += share;
  }
  return fmt::format(
      "<svg class=\"counts\" width=\"100%\" height=\"16\" aria-hidden=\"true\">{}</svg>\n<ul "
      "class=\"legend\">{}</ul>\n",
      bar, words);
}

std::string facts_of_run(const PageContent& content) {
  const RunSummary& run = content.report.run;
  Facts facts;
  facts.add("tickets", std::to_string(content.report.tickets.size()));
  if (run.started_at) facts.add("started", time_text(*run.started_at));
  if (run.finished_at) {
    facts.add("finished", time_text(*run.finished_at));
  } else {
    facts.add("as of", time_text(content.as_of));
  }
  if (run.started_at) {
    const Duration took = run.finished_at.value_or(content.as_of) - *run.started_at;
    facts.add(run.finished_at ? "took" : "so far", exact_duration(took));
  }
  if (run.eta) facts.add("time left", exact_duration(*run.eta));
  facts.add("agents used", std::to_string(content.timeline.agents.size()));
  if (!run.plan_file.empty()) facts.add("plan", markup_cut(run.plan_file, 60));
  if (run.plan_version > 1) facts.add("plan version", std::to_string(run.plan_version));
  return facts.list("The run");
}

std::string measures(const PageContent& content) {
  const RunMetrics& metrics = content.report.metrics;
  const auto time = [](double value) { return exact_duration(from_seconds(value)); };
  Facts facts;
  facts.add("completion rate", percent(content.report.run.completion_rate));
  facts.add("average execution time", time(metrics.average_execution_time_s));
  facts.add("parallelism efficiency", percent(metrics.parallelism_efficiency));
  facts.add("conflict resolution time", time(metrics.conflict_resolution_time_s));
  facts.add("retries", std::to_string(metrics.retries));
  facts.add("attempts", std::to_string(content.timeline.attempts.size()));
  // What machines are busy with is known while they are heard of.
  if (!is_final(content.report.run.state)) {
    facts.add("cpu", percent(metrics.cpu));
    facts.add("memory", percent(metrics.memory));
    facts.add("disk", percent(metrics.disk));
    facts.add("network", percent(metrics.network));
  }
  return facts.list("Measures");
}

}  // namespace

std::string page_header(const PageContent& content) {
  const RunSummary& run = content.report.run;
  return fmt::format(
             "<header>\n<h1>{} <span class=\"state {}\">{}</span></h1>\n<p "
             "class=\"sentence\">{}.</p>\n",
             markup_cut(run_title(run), 120), class_of(run.state), to_text(run.state),
             markup_text(counts_sentence(run))) +
         counts(content.report) + facts_of_run(content) + measures(content) + "</header>\n";
}

}  // namespace headway::cli
