#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/event_line.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

std::string explanation(const ExplainAnswer& answer, bool markdown, bool colour) {
  const TicketView& ticket = answer.ticket;
  const std::string item = markdown ? "- " : "  ";
  std::string result = markdown ? "## " : "";
  result += printable(ticket.id);
  if (!ticket.title.empty()) result += fmt::format(" ({})", printable(ticket.title));
  result += fmt::format(" is {}\n", coloured(state_words(ticket, read_clocks().wall),
                                             colour_of(ticket.state), colour));
  if (markdown && !answer.reasons.empty()) result += "\n";
  for (const std::string& reason : answer.reasons) result += item + printable(reason) + "\n";
  if (answer.history.empty()) return result;
  result += markdown ? "\n### What happened\n\n" : "\nWhat happened:\n";
  for (std::size_t i = 0; i < answer.history.size(); ++i) {
    if (answer.left_out > 0 && i == answer.left_out_after) {
      result += fmt::format("{}... {} more in between: headway events {}\n", item, answer.left_out,
                            run_name(answer.history.front().run));
    }
    result += item + event_line(answer.history[i], colour) + "\n";
  }
  return result;
}

}  // namespace

int explain_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<RunId> run = run_value(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<ExplainAnswer> answer =
      (*answers)->explain({.run = *run, .ticket = arguments.positionals().front()});
  if (!answer) return environment.fail(answer.error());
  switch (format) {
    case Format::kJson:
      environment.out << indented(explain_json(*answer));
      break;
    case Format::kJsonLines:
      environment.out << compact(explain_json(*answer));
      break;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      environment.out << explanation(*answer, format == Format::kMarkdown, environment.colour);
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
