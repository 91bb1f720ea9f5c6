#include <fmt/format.h>

#include "common/base/units.h"
#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

std::string note_of(const TicketView& ticket) {
  if (!ticket.waiting_for.empty()) {
    return fmt::format("waits for {}", fmt::join(ticket.waiting_for, ", "));
  }
  if (ticket.state == TicketState::kReview && ticket.review_ends) {
    return "decided without anybody at " + format_time(*ticket.review_ends);
  }
  if (is_alive(ticket.state)) return ticket.progress_message;
  const std::string why = cause(ticket.outcome, ticket.exit_code, ticket.detail);
  return ticket.rest ? fmt::format("again in {}: {}", short_duration(*ticket.rest), why) : why;
}

std::string ticket_table(const std::vector<TicketView>& tickets, Format format,
                         const Environment& environment) {
  Table table({{.title = "TICKET"},
               {.title = "STATE"},
               {.title = "GROUP", .right = true},
               {.title = "ATTEMPT", .right = true},
               {.title = "AGENT"},
               {.title = "PROGRESS", .right = true},
               {.title = "TIME", .right = true},
               {.title = "TITLE", .flexible = true},
               {.title = "NOTE", .flexible = true}});
  const WallTime now = read_clocks().wall;
  for (const TicketView& ticket : tickets) {
    const std::optional<Duration> time = time_taken(ticket, now);
    // Scripts compare the word.
    const std::string state =
        format == Format::kPlain ? std::string(to_text(ticket.state)) : state_words(ticket, now);
    table.add({ticket.id,
               {state, colour_of(ticket.state)},
               std::to_string(ticket.group),
               ticket.attempt > 0 ? std::to_string(ticket.attempt) : "",
               ticket.agent,
               is_alive(ticket.state) && ticket.progress > 0 ? percent(ticket.progress) : "",
               time ? short_duration(*time) : "",
               ticket.title,
               note_of(ticket)});
  }
  return table.render(format, environment.colour, environment.width());
}

/// Two lines above the table, and what only a person can mend.
std::string head(const StatusAnswer& answer, const Environment& environment) {
  const RunSummary& run = answer.run;
  std::string first =
      fmt::format("{}  {}  {} done  {}", run_title(run),
                  coloured(to_text(run.state), colour_of(run.state), environment.colour),
                  percent(run.completion_rate), counts_sentence(run));
  std::string second = fmt::format("groups {} of {}  agents {} of {}", run.groups.active,
                                   run.groups.total, run.agents.active, run.agents.total);
  if (run.started_at) second += "  started " + format_time(*run.started_at);
  if (run.finished_at) second += "  finished " + format_time(*run.finished_at);
  if (run.active_conflicts > 0) second += fmt::format("  conflicts {}", run.active_conflicts);
  if (run.eta) second += "  " + eta_text(run);
  std::string text = first + "\n" + second + "\n";
  for (const std::string& sentence : attention_sentences(run)) {
    text += coloured(sentence, Colour::kYellow, environment.colour) + "\n";
  }
  return text;
}

}  // namespace

int status_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const bool summary = arguments.has("summary");
  const Result<StatusAnswer> status =
      summary ? (*answers)->status({.run = *run, .first_ticket = 0, .summary_only = true})
              : whole_status(**answers, *run);
  if (!status) return environment.fail(status.error());
  say_who_goes_on(**answers, environment, status->run);
  switch (format) {
    case Format::kJson:
      environment.out << indented(status_json(*status));
      break;
    case Format::kJsonLines:
      environment.out << compact(status_json(*status));
      break;
    case Format::kPlain:
      environment.out << (summary ? head(*status, environment)
                                  : ticket_table(status->tickets, format, environment));
      break;
    case Format::kTable:
    case Format::kMarkdown:
      environment.out << head(*status, environment);
      if (!summary) environment.out << "\n" << ticket_table(status->tickets, format, environment);
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
