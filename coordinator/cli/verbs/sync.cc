#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/ticket_source.h"
#include "coordinator/tickets/compare_life.h"

namespace headway::cli {

namespace {

std::string_view kind_text(DisagreementKind kind) {
  switch (kind) {
    case DisagreementKind::kStatus:
      return "status";
    case DisagreementKind::kFolder:
      return "folder";
    case DisagreementKind::kTheirs:
      return "closed by hand";
    case DisagreementKind::kNoFile:
      return "no file";
  }
  return {};
}

bool can_be_written(const Disagreement& found, bool force) {
  switch (found.kind) {
    case DisagreementKind::kStatus:
    case DisagreementKind::kFolder:
      return true;
    case DisagreementKind::kTheirs:
      return force;
    case DisagreementKind::kNoFile:
      return false;
  }
  return false;
}

std::string show(const std::vector<Disagreement>& all, RunId run, Format format,
                 const Environment& environment) {
  if (format == Format::kJson || format == Format::kJsonLines) {
    Json document = versioned();
    document["run"] = run_name(run);
    document["disagreements"] = Json::array();
    for (const Disagreement& found : all) {
      const bool file = found.kind != DisagreementKind::kNoFile;
      document["disagreements"].push_back(
          {{"ticket", found.id},
           {"kind", kind_text(found.kind)},
           {"file", file ? Json(found.path) : Json()},
           {"status", file ? Json(to_text(found.in_file)) : Json()},
           {"state", to_text(found.state)},
           {"wanted", file ? Json(to_text(found.life.status)) : Json()}});
    }
    return format == Format::kJson ? indented(document) : compact(document);
  }
  Table table({{.title = "TICKET"},
               {.title = "DISAGREEMENT"},
               {.title = "FILE SAYS"},
               {.title = "RUN SAYS"},
               {.title = "FILE", .flexible = true}});
  for (const Disagreement& found : all) {
    const bool file = found.kind != DisagreementKind::kNoFile;
    table.add({found.id,
               std::string(kind_text(found.kind)),
               file ? std::string(to_text(found.in_file)) : std::string(),
               {std::string(to_text(found.state)), colour_of(found.state)},
               found.path});
  }
  return table.render(format, environment.colour, environment.width());
}

/// Writes what can be written; the exit code.
int write(const std::vector<Disagreement>& all, bool force, Environment& environment) {
  std::size_t left = 0;
  for (const Disagreement& found : all) {
    if (!can_be_written(found, force)) {
      if (found.kind != DisagreementKind::kTheirs) continue;
      ++left;
      environment.note(fmt::format(
          "{} is {} in its file and {} in the run; the file stays as it is (--force writes it)",
          found.id, to_text(found.in_file), to_text(found.state)));
      continue;
    }
    const Result<SyncResult> result =
        sync_ticket_file(found.path, found.relative, found.written, found.life);
    if (!result || result->outcome == SyncOutcome::kChangedMeanwhile) {
      ++left;
      environment.fail(result ? Error{ErrorKind::kInUse,
                                      fmt::format("{} was changed just now; it stays as it is",
                                                  printable(found.path))}
                              : result.error());
      continue;
    }
    environment.out << fmt::format("{} {} {}\n", printable(found.id), to_text(found.life.status),
                                   printable(result->path));
  }
  return left == 0 ? kExitDone : kExitError;
}

}  // namespace

int sync_verb(const Arguments& arguments, Environment& environment) {
  const Result<std::string> path = ticket_path(arguments, environment);
  if (!path) return environment.fail(path.error());
  const Result<ReadTickets> read = read_tickets(*path);
  if (!read) return environment.fail(read.error());
  if (read->from_plan) {
    return environment.fail(
        {ErrorKind::kUsage,
         fmt::format("{} is a plan; --tickets takes a folder of tickets here", printable(*path))});
  }
  const Result<RunId> run = run_value(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<StatusAnswer> status = whole_status(**answers, *run);
  if (!status) return environment.fail(status.error());
  std::map<std::string, RegistryTicket> registry;
  for (const TicketView& ticket : status->tickets)
    registry[ticket.id] = {ticket.state, ticket.started_at, ticket.finished_at};
  const std::vector<Disagreement> all = compare_life(*read, registry);
  if (!arguments.has("check")) return write(all, arguments.has("force"), environment);
  const Format format = chosen_format(arguments, environment);
  const bool empty_table = all.empty() && format == Format::kTable;
  if (empty_table) {
    environment.note(fmt::format("tickets and run {} agree", run_name(status->run.id)));
  } else {
    environment.out << show(all, status->run.id, format, environment);
  }
  return all.empty() ? kExitDone : kExitError;
}

}  // namespace headway::cli
