#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/settings.h"

namespace headway::cli {

namespace {

constexpr std::int64_t kMostAgents = 1'000'000;

/// `+3`, `-1`, or how many there would be in all.
Result<void> read_agents(const Arguments& arguments, WhatIfRequest& request) {
  const std::optional<std::string> word = arguments.value("agents");
  if (!word) return {};
  const bool relative = word->starts_with('+') || word->starts_with('-');
  const Result<std::int64_t> number =
      parse_number("--agents", relative ? word->substr(1) : *word, 0, kMostAgents);
  if (!number) return number.error();
  const auto count = static_cast<std::int32_t>(*number);
  if (relative) {
    request.more_agents = word->front() == '+' ? count : -count;
  } else {
    request.agents = count;
  }
  return {};
}

Result<WhatIfRequest> read_what_if(const Arguments& arguments) {
  WhatIfRequest request;
  const Result<RunId> run = run_word(arguments);
  if (!run) return run.error();
  request.run = *run;
  if (const Result<void> read = read_agents(arguments, request); !read) return read.error();
  request.drop = arguments.values("drop");
  Result<std::vector<PrioritySetting>> priorities = priority_settings(arguments);
  if (!priorities) return priorities.error();
  request.priorities = std::move(*priorities);
  Result<std::vector<ResourceSetting>> resources = resource_settings(arguments);
  if (!resources) return resources.error();
  request.resources = std::move(*resources);
  const auto parallelism = arguments.number("parallelism", 0, kMostParallelism);
  if (!parallelism) return parallelism.error();
  if (*parallelism) request.parallelism = static_cast<std::int32_t>(**parallelism);
  WhatIfRequest nothing;
  nothing.run = request.run;
  if (request == nothing) {
    return Error{ErrorKind::kUsage,
                 "say what would be otherwise: --agents +N, -N or N, --drop TICKET, --priority "
                 "TICKET=PRIORITY, --resource NAME=AMOUNT or --parallelism N"};
  }
  return request;
}

std::string time_text(const std::optional<Duration>& time) {
  return time ? short_duration(*time) : "never";
}

/// `-3m 05s`; nothing where one of them is never.
std::string difference_text(const std::optional<Duration>& before,
                            const std::optional<Duration>& after) {
  if (!before || !after) return "";
  const Duration more = *after - *before;
  if (more < Duration{}) return "-" + short_duration(-more);
  return (more > Duration{} ? "+" : "") + short_duration(more);
}

std::string what_if_table(const WhatIfAnswer& answer, Format format,
                          const Environment& environment) {
  Table table({{.title = ""},
               {.title = "AGENTS", .right = true},
               {.title = "TICKETS", .right = true},
               {.title = "ETA", .right = true},
               {.title = "90 % WITHIN", .right = true}});
  for (const auto& [name, view] :
       {std::pair{"now", &answer.before}, std::pair{"what if", &answer.after}}) {
    table.add({name, std::to_string(view->agents), std::to_string(view->tickets),
               time_text(view->eta), time_text(view->eta_late)});
  }
  table.add({"difference", "", "", difference_text(answer.before.eta, answer.after.eta),
             difference_text(answer.before.eta_late, answer.after.eta_late)});
  return table.render(format, environment.colour, environment.width());
}

Json eta_json(const EtaView& view) {
  return {{"agents", view.agents},
          {"tickets", view.tickets},
          {"eta_seconds", seconds_json(view.eta)},
          {"eta_p90_seconds", seconds_json(view.eta_late)}};
}

Json difference_json(const std::optional<Duration>& before, const std::optional<Duration>& after) {
  if (!before || !after) return nullptr;
  return seconds_json(std::optional(*after - *before));
}

Json what_if_json(const WhatIfAnswer& answer) {
  Json document = versioned();
  document["run"] = run_name(answer.run);
  document["before"] = eta_json(answer.before);
  document["after"] = eta_json(answer.after);
  document["difference"] = {
      {"eta_seconds", difference_json(answer.before.eta, answer.after.eta)},
      {"eta_p90_seconds", difference_json(answer.before.eta_late, answer.after.eta_late)}};
  document["notes"] = answer.notes;
  return document;
}

}  // namespace

int what_if_verb(const Arguments& arguments, Environment& environment) {
  const Result<WhatIfRequest> request = read_what_if(arguments);
  if (!request) return environment.fail(request.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<WhatIfAnswer> answer = (*answers)->what_if(*request);
  if (!answer) return environment.fail(answer.error());
  const Format format = chosen_format(arguments, environment);
  switch (format) {
    case Format::kJson:
      environment.out << indented(what_if_json(*answer));
      return kExitDone;
    case Format::kJsonLines:
      environment.out << compact(what_if_json(*answer));
      return kExitDone;
    case Format::kPlain:
    case Format::kTable:
    case Format::kMarkdown:
      environment.out << what_if_table(*answer, format, environment);
      break;
  }
  for (const std::string& note : answer->notes) environment.note(note);
  return kExitDone;
}

}  // namespace headway::cli
