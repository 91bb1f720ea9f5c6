#include "tests/soak/harness/report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace headway::soak {

namespace {

/// Duplicates and violations shown in full; the rest are counted.
constexpr std::size_t kMostShown = 40;

struct Spread {
  std::size_t count = 0;
  double median = 0;
  double worst = 0;
};

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  return {values.size(), values[values.size() / 2], values.back()};
}

std::string spread_text(const std::vector<double>& values) {
  const Spread spread = spread_of(values);
  if (spread.count == 0) return "none";
  return fmt::format("median {:.2f} s, worst {:.2f} s ({} times)", spread.median, spread.worst,
                     spread.count);
}

template <class Number>
std::string counts_text(const std::map<std::string, Number>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name.empty() ? "open" : name);
  }
  return text.empty() ? "none" : text;
}

template <class Item, class Show>
void add_list(std::string& text, const std::vector<Item>& items, Show show) {
  for (std::size_t i = 0; i < std::min(items.size(), kMostShown); ++i) {
    text += fmt::format("  {}\n", show(items[i]));
  }
  if (items.size() > kMostShown) text += fmt::format("  and {} more\n", items.size() - kMostShown);
}

nlohmann::json spread_json(const std::vector<double>& values) {
  const Spread spread = spread_of(values);
  return {
      {"count", spread.count}, {"median_seconds", spread.median}, {"worst_seconds", spread.worst}};
}

}  // namespace

std::string report_text(const Report& report, const Options& options) {
  const Judgement& found = report.judgement;
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<28}{}\n", name, value);
  };
  line("seed", fmt::format("{}", options.seed));
  line("kills", fmt::format("{} ({})", report.kills, counts_text(report.kills_by_kind)));
  line("deeds", counts_text(report.deeds_by_kind));
  line("recoveries", fmt::format("{} processes started again, {} epochs of the coordinator",
                                 report.recoveries, found.epochs));
  line("time", fmt::format("{:.0f} s of violence, all runs had ended {:.1f} s later",
                           report.violence_seconds, report.rest_seconds));
  line("runs", fmt::format("{} with {} tickets ({})", found.runs, found.tickets,
                           counts_text(found.ticket_states)));
  line("attempts", fmt::format("{} ({})", found.attempts, counts_text(found.outcomes)));
  line("ledger", fmt::format("{} lines", report.ledger_lines));
  line("first ticket after restart", spread_text(found.first_ticket_seconds));
  line("  with nothing else broken", spread_text(found.quiet_first_ticket_seconds));
  line("stop --force",
       fmt::format("{} answered, {}; processes left 2 s later: {}", report.forced_stops,
                   spread_text(report.forced_stop_seconds), report.stop_survivors));
  line("least silence before an end", fmt::format("{:.3f} s", found.least_silence_seconds));
  line("work done and not counted", counts_text(found.extra_effects) + ", by why it was allowed");
  line("side effects done twice", fmt::format("{}", found.duplicates.size()));
  add_list(text, found.duplicates, [](const std::string& duplicate) { return duplicate; });
  line("violations", fmt::format("{}", found.violations.size()));
  add_list(text, found.violations,
           [](const Violation& violation) { return violation.rule + ": " + violation.what; });
  if (!report.clean()) {
    text +=
        fmt::format("Look into {}: diary, coordinator.log, w*.log, ledger, state/registry.db.\n",
                    options.folder);
    text += fmt::format("Again: {}\n", how_to_repeat(options));
  }
  return text;
}

std::string report_json(const Report& report, const Options& options) {
  const Judgement& found = report.judgement;
  nlohmann::json violations = nlohmann::json::array();
  for (const Violation& violation : found.violations) {
    violations.push_back({{"rule", violation.rule}, {"what", violation.what}});
  }
  const nlohmann::json document = {
      {"schema_version", 1},
      {"seed", options.seed},
      {"repeat", how_to_repeat(options)},
      {"folder", options.folder},
      {"kills", report.kills},
      {"kills_by_kind", report.kills_by_kind},
      {"deeds_by_kind", report.deeds_by_kind},
      {"recoveries", report.recoveries},
      {"epochs", found.epochs},
      {"violence_seconds", report.violence_seconds},
      {"rest_seconds", report.rest_seconds},
      {"runs", found.runs},
      {"tickets", found.tickets},
      {"ticket_states", found.ticket_states},
      {"attempts", found.attempts},
      {"outcomes", found.outcomes},
      {"ledger_lines", report.ledger_lines},
      {"first_ticket_after_restart", spread_json(found.first_ticket_seconds)},
      {"first_ticket_after_quiet_restart", spread_json(found.quiet_first_ticket_seconds)},
      {"forced_stops", spread_json(report.forced_stop_seconds)},
      {"processes_left_after_forced_stops", report.stop_survivors},
      {"least_silence_seconds", found.least_silence_seconds},
      {"extra_effects", found.extra_effects},
      {"duplicates", found.duplicates},
      {"violations", violations}};
  return document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace headway::soak
