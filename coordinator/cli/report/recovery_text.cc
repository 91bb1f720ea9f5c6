#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/cli/report/recovery.h"
#include "coordinator/cli/show/words.h"

/// What is told of a run that was taken up again: for people, and as JSON.

namespace headway::cli {

std::string recovery_text(const std::vector<Recovery>& recoveries, const std::string& title,
                          bool markdown) {
  const char* head = markdown ? "## " : "";
  std::string text = fmt::format("{}{}: taken up again {}\n", markdown ? "# " : "", title,
                                 counted(recoveries.size(), "time"));
  const auto list = [&](const char* what, const std::vector<std::string>& lines, const char* none) {
    text += fmt::format("\n{}{}\n", markdown ? "### " : "  ", what);
    for (const std::string& line : lines) {
      text += fmt::format("{}{}\n", markdown ? "- " : "    ", line);
    }
    if (lines.empty()) text += fmt::format("{}{}\n", markdown ? "" : "    ", none);
  };
  for (const Recovery& recovery : recoveries) {
    text += fmt::format("\n{}{} {}\n", head, format_time(recovery.at), recovery.cause);
    std::vector<std::string> under_way;
    for (const Recovered& each : recovery.under_way) {
      under_way.push_back(fmt::format("{}{}: {}", each.what,
                                      each.agent.empty() ? "" : " on " + each.agent, each.fate));
    }
    list("What was under way, and what became of it", under_way, "nothing");
    list("What was found", recovery.found, "nothing that is told of");
    list("What to look at", recovery.look_at, "nothing");
  }
  return text;
}

Json recovery_json(const std::vector<Recovery>& recoveries, const RunSummary& run) {
  Json list = Json::array();
  for (const Recovery& recovery : recoveries) {
    Json under_way = Json::array();
    for (const Recovered& each : recovery.under_way) {
      under_way.push_back({{"what", each.what},
                           {"agent", each.agent},
                           {"since", format_time(each.since)},
                           {"fate", each.fate}});
    }
    list.push_back({{"at", format_time(recovery.at)},
                    {"cause", recovery.cause},
                    {"under_way", std::move(under_way)},
                    {"found", recovery.found},
                    {"look_at", recovery.look_at}});
  }
  return {{"schema_version", 1}, {"run", run_name(run.id)}, {"recoveries", std::move(list)}};
}

}  // namespace headway::cli
