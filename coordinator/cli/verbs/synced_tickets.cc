#include "coordinator/cli/verbs/synced_tickets.h"

#include <algorithm>

#include "coordinator/cli/verbs/ticket_source.h"
#include "coordinator/tickets/ticket_files.h"

namespace headway::cli {

namespace {

bool is_wanted(const Arguments& arguments, const Environment& environment) {
  return arguments.has("sync") || environment.config.sync.value_or(false);
}

/// What is asked for must be; what is configured for every run need not fit this one.
Result<std::optional<LiveSync>> without(const Arguments& arguments, const Environment& environment,
                                        const Error& error) {
  if (arguments.has("sync")) return error;
  environment.note("the files of tickets are not kept up to date: " + error.message);
  return std::optional<LiveSync>();
}

}  // namespace

Result<std::optional<LiveSync>> sync_of_plan(const Arguments& arguments,
                                             const Environment& environment,
                                             const PreparedPlan& prepared,
                                             const std::vector<std::uint32_t>& groups) {
  if (!is_wanted(arguments, environment)) return std::optional<LiveSync>();
  if (arguments.has("detach")) {
    environment.note(
        "detached, this command does not keep the tickets' files up to date; `headway sync` does "
        "it afterwards");
    return std::optional<LiveSync>();
  }
  std::optional<NamedTicketFiles> named = named_ticket_files(prepared.plan, prepared.folder);
  LiveSyncSource source;
  source.told = named ? std::move(named->ids) : std::set<std::string>();
  if (named && !arguments.has("tickets")) {
    source.folder = std::move(named->folder);
  } else {
    Result<std::string> folder = ticket_folder(arguments, environment);
    if (!folder) return without(arguments, environment, folder.error());
    source.folder = std::move(*folder);
  }
  std::set<std::string> in_run;
  for (std::uint32_t i = 0; i < prepared.plan.tickets.size(); ++i) {
    const std::uint32_t group = prepared.graph->group(TicketIndex{i}) + 1;
    if (groups.empty() || std::find(groups.begin(), groups.end(), group) != groups.end())
      in_run.insert(prepared.plan.tickets[i].id);
  }
  const bool is_made_of_tickets = named.has_value();
  Result<LiveSync> sync = LiveSync::open(std::move(source), in_run);
  // What is configured for every run says nothing of plans that have no tickets' files at all.
  if (!sync && !is_made_of_tickets && !arguments.has("sync")) return std::optional<LiveSync>();
  if (!sync) return without(arguments, environment, sync.error());
  for (const std::string& note : sync->notes()) environment.note(note);
  return std::optional<LiveSync>(std::move(*sync));
}

Result<std::optional<LiveSync>> sync_of_folder(const Arguments& arguments,
                                               const Environment& environment) {
  if (arguments.has("tickets") && !arguments.has("sync")) {
    return Error{ErrorKind::kUsage,
                 "--tickets names the files that --sync keeps up to date: it needs --sync"};
  }
  if (!is_wanted(arguments, environment)) return std::optional<LiveSync>();
  Result<std::string> folder = ticket_folder(arguments, environment);
  if (!folder) return without(arguments, environment, folder.error());
  Result<LiveSync> sync = LiveSync::open({.folder = std::move(*folder), .told = {}}, {});
  if (!sync) return without(arguments, environment, sync.error());
  return std::optional<LiveSync>(std::move(*sync));
}

Result<void> catch_up(LiveSync& sync, Answers& answers, const Environment& environment, RunId run) {
  const Result<StatusAnswer> status = whole_status(answers, run);
  if (!status) return status.error();
  for (const std::string& warning : sync.settle(status->tickets)) environment.note(warning);
  return {};
}

}  // namespace headway::cli
