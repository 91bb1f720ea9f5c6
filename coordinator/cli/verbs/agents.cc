#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

std::string seconds_or_nothing(double value) {
  return value > 0 ? short_duration(from_seconds(value)) : std::string{};
}

/// The ticket that an idle agent has next waits for others: people see that it waits, and for what.
constexpr std::string_view kWaitsForOthers = "deps";

std::string status_cell(const AgentView& agent) {
  if (agent.ticket_status == kWaitsForOthers) return "waiting";
  return agent.step.empty() ? agent.ticket_status : agent.ticket_status + " " + agent.step;
}

std::string progress_cell(const AgentView& agent) {
  // A ticket that tells nothing of its progress is not at 0 %.
  if (agent.state == AgentState::kRunning && agent.progress > 0) return percent(agent.progress);
  return agent.ticket_status == kWaitsForOthers ? agent.ticket_status : "";
}

std::string agent_table(const std::vector<AgentView>& agents, bool metrics, Format format,
                        const Environment& environment) {
  std::vector<Column> columns = {{.title = "AGENT"},
                                 {.title = "STATE"},
                                 {.title = "TICKET"},
                                 {.title = "STATUS"},
                                 {.title = "PROGRESS", .right = true},
                                 {.title = "ETA", .right = true},
                                 {.title = "TYPES", .flexible = true},
                                 {.title = "LABELS", .flexible = true}};
  if (metrics) {
    for (const char* title :
         {"DONE", "FAILED", "MEAN", "ESTIMATE", "CPU", "MEMORY", "DISK", "NETWORK", "HEARD"}) {
      columns.push_back({.title = title, .right = true});
    }
  }
  Table table(std::move(columns));
  for (const AgentView& agent : agents) {
    const bool running = agent.state == AgentState::kRunning;
    std::vector<Cell> row = {
        agent.id,
        {std::string(to_text(agent.state)), colour_of(agent.state)},
        agent.ticket,
        status_cell(agent),
        progress_cell(agent),
        running && agent.eta ? short_duration(*agent.eta) : std::string{},
        agent.every_type ? std::string("any") : fmt::format("{}", fmt::join(agent.types, ",")),
        fmt::format("{}", fmt::join(agent.labels, ","))};
    if (metrics) {
      row.insert(
          row.end(),
          {std::to_string(agent.done), std::to_string(agent.failed),
           seconds_or_nothing(agent.mean_duration_s), seconds_or_nothing(agent.mean_estimate_s),
           percent(agent.load.cpu), percent(agent.load.memory), percent(agent.load.disk_busy),
           percent(agent.load.network),
           agent.heartbeat_age ? short_duration(*agent.heartbeat_age) + " ago" : std::string{}});
    }
    table.add(std::move(row));
  }
  return table.render(format, environment.colour, environment.width());
}

}  // namespace

int agents_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<std::vector<AgentView>> agents = all_agents(**answers);
  if (!agents) return environment.fail(agents.error());
  const bool metrics = arguments.has("include-metrics");
  Json list = Json::array();
  switch (format) {
    case Format::kJson: {
      for (const AgentView& agent : *agents) list.push_back(agent_json(agent, metrics));
      Json document = versioned();
      document["agents"] = std::move(list);
      environment.out << indented(document);
      break;
    }
    case Format::kJsonLines:
      for (const AgentView& agent : *agents) {
        Json line = versioned();
        line.update(agent_json(agent, metrics));
        environment.out << compact(line);
      }
      break;
    case Format::kTable:
      if (agents->empty()) environment.note("no worker has joined");
      if (agents->empty()) break;
      [[fallthrough]];
    case Format::kMarkdown:
    case Format::kPlain:
      environment.out << agent_table(*agents, metrics, format, environment);
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
