#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/other_runs.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/affected_files.h"
#include "coordinator/cli/verbs/check_plan.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/dry_run.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/prepared_plan.h"
#include "coordinator/cli/verbs/synced_tickets.h"

namespace headway::cli {

namespace {

/// What the command line asks for, checked.
struct RunRequest {
  std::optional<std::uint32_t> local;
  std::vector<std::uint32_t> groups;
  std::optional<std::int32_t> max_parallel;
  ValidationLevel validation = ValidationLevel::kStandard;
};

Result<std::vector<std::uint32_t>> read_groups(const Arguments& arguments) {
  std::vector<std::uint32_t> groups;
  const std::optional<std::string> list = arguments.value("groups");
  if (!list) return groups;
  for (std::string_view rest = *list;;) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const Result<std::int64_t> number =
        parse_number("--groups", word, 1, std::numeric_limits<std::int32_t>::max());
    if (!number) {
      return Error{ErrorKind::kUsage,
                   fmt::format("--groups takes numbers from 1 between commas, as in 1,3, not `{}`",
                               printable(*list))};
    }
    groups.push_back(static_cast<std::uint32_t>(*number));
    if (word.size() == rest.size()) break;
    rest.remove_prefix(word.size() + 1);
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

Result<RunRequest> read_request(const Arguments& arguments) {
  RunRequest request;
  const Result<std::optional<std::int64_t>> local = arguments.number("local", 1, kMostLocalAgents);
  if (!local) return local.error();
  if (*local) request.local = static_cast<std::uint32_t>(**local);
  const Result<std::optional<std::int64_t>> parallel =
      arguments.number("max-parallel", 1, std::numeric_limits<std::int32_t>::max());
  if (!parallel) return parallel.error();
  if (*parallel) request.max_parallel = static_cast<std::int32_t>(**parallel);
  Result<std::vector<std::uint32_t>> groups = read_groups(arguments);
  if (!groups) return groups.error();
  request.groups = std::move(*groups);
  const auto refuse = [](const char* words) { return Error{ErrorKind::kUsage, words}; };
  if (arguments.has("local") && arguments.has("connect")) {
    return refuse(
        "--local embeds a coordinator here and --connect names one elsewhere: give one of them");
  }
  if (arguments.has("detach") && (arguments.has("local") || arguments.has("monitor"))) {
    return refuse("--detach leaves at once: it does not go with --local or --monitor");
  }
  if (arguments.has("sync") && arguments.has("detach")) {
    return refuse(
        "--sync writes the tickets' files as long as this command stays, and --detach leaves at "
        "once: without --sync, `headway sync` brings the files up to date afterwards");
  }
  if (arguments.has("sync") && arguments.has("dry-run"))
    return refuse("--dry-run changes nothing: it does not go with --sync");
  if (arguments.has("tickets") && !arguments.has("sync"))
    return refuse("--tickets names the files that --sync keeps up to date: it needs --sync");
  if (const auto level = arguments.value("validation")) {
    const auto known = from_text<ValidationLevel>(*level);
    if (!known) return refuse("--validation is standard, strict or comprehensive");
    request.validation = *known;
  }
  if (arguments.has("report") && !arguments.has("dry-run"))
    return refuse("--report needs --dry-run");
  if (arguments.has("skip-dependencies") && request.groups.empty()) {
    return refuse("--skip-dependencies needs --groups");
  }
  return request;
}

Result<void> check_groups(const std::vector<std::uint32_t>& groups, const PlanGraph& graph) {
  if (groups.empty() || groups.back() <= graph.group_count()) return {};
  return Error{ErrorKind::kInvalidPlan,
               fmt::format("the plan has no group {}: its groups are 1 to {}", groups.back(),
                           graph.group_count())};
}

/// A run on its way: from the plan that was read to the end of the run.
class Launch {
 public:
  Launch(const Arguments& arguments, Environment& environment, RunRequest request,
         PreparedPlan prepared, std::optional<LiveSync> sync)
      : arguments_(arguments),
        environment_(environment),
        request_(std::move(request)),
        prepared_(std::move(prepared)),
        sync_(std::move(sync)) {}

  int run() {
    if (Result<void> looked = look_at_files(); !looked) return environment_.fail(looked.error());
    if (Result<void> found = find_tickets(); !found) return environment_.fail(found.error());
    if (Result<void> found = find(); !found) return environment_.fail(found.error());
    if (Result<void> connected = connect(); !connected) return environment_.fail(connected.error());
    const int code = submit_and_stay();
    if (embedded_) {
      // No question may be on its way to a coordinator that is about to end.
      if (code != kExitInterrupted) {
        wait_for_other_runs(*client_, environment_, *embedded_, taken_up_);
      }
      embedded_->end();
    }
    return code;
  }

 private:
  Result<void> find() {
    // --local wins over an address that is only configured.
    if (request_.local) environment_.config.connect.clear();
    Result<CoordinatorPlace> place = find_coordinator(arguments_, environment_);
    if (!place) return place.error();
    place_ = std::move(*place);
    if (arguments_.has("detach") && !place_.alive && place_.is_state_folder()) {
      return Error{ErrorKind::kUsage, fmt::format("--detach needs a coordinator that goes on "
                                                  "without this command: an embedded one ends "
                                                  "with it. Start `headway-coordinator --state-dir "
                                                  "{0}` and `headway-worker`, or name one "
                                                  "with --connect",
                                                  place_.state_folder)};
    }
    return {};
  }

  Result<void> connect() {
    if (!place_.alive && place_.is_state_folder()) {
      Result<void> embedded = embed();
      // Another run was started here at the same moment: its coordinator serves both.
      if (!embedded && embedded.error().kind != ErrorKind::kInUse) return embedded;
      if (embedded) return {};
      Result<CoordinatorPlace> again = find_coordinator(arguments_, environment_);
      if (!again) return again.error();
      place_ = std::move(*again);
    }
    if (request_.local && place_.alive) {
      environment_.note(
          "a coordinator is alive here already: its agents are used, --local changes nothing");
    }
    Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(place_, environment_);
    if (!client) return client.error();
    client_ = std::move(client).value();
    return {};
  }

  Result<void> embed() {
    const std::uint32_t agents =
        request_.local.value_or(environment_.config.local_agents.value_or(default_agents()));
    environment_.interrupts.install();
    Result<Embedded> embedded = Embedded::start(place_.state_folder);
    if (!embedded) return embedded.error();
    Result<std::unique_ptr<ControlClient>> client =
        ControlClient::connect(embedded->paths().control_endpoint(), environment_.interrupts);
    if (!client) return client.error();
    client_ = std::move(client).value();
    taken_up_ = runs_taken_up(*client_, environment_);
    Result<void> joined = embedded->add_worker(agents, *client_, environment_.interrupts);
    if (!joined) return joined;
    embedded_.emplace(std::move(embedded).value());
    environment_.note(fmt::format("embedded: registry {}, {}",
                                  environment_.seen_from_here(embedded_->paths().registry),
                                  counted(agents, "agent")));
    return {};
  }

  int submit_and_stay() {
    if (arguments_.has("validate")) {
      if (Result<void> valid = validate(); !valid) return environment_.fail(valid.error());
    }
    const Result<SubmitAnswer> submitted = client_->submit(prepared_.text, options());
    if (!submitted) return environment_.fail(submitted.error());
    // Until here a signal ends this command at once, unless there are programs of its own to end.
    environment_.interrupts.install();
    for (const std::string& warning : submitted->warnings) environment_.note("warning: " + warning);
    const std::string run = run_name(submitted->run);
    if (arguments_.has("detach")) {
      environment_.out << run << "\n";
      environment_.note(
          fmt::format("{} has been submitted. To see it: {}", run, come_back(submitted->run)));
      return kExitDone;
    }
    const std::string name = printable(prepared_.plan.name);
    environment_.note(
        fmt::format("{}{}: {}", run, name.empty() ? name : " " + name, count_of_chosen()));
    Attachment attachment{.run = submitted->run,
                          .after = submitted->sequence,
                          .embedded = embedded_ ? &*embedded_ : nullptr,
                          .state = embedded_ ? std::optional<StatePaths>{} : place_.state,
                          .come_back = come_back(submitted->run),
                          .most_attempts = {},
                          .dashboard = arguments_.has("monitor"),
                          .sync = sync_ ? &*sync_ : nullptr};
    for (const Ticket& ticket : prepared_.plan.tickets) {
      attachment.most_attempts[ticket.id] = static_cast<std::uint32_t>(ticket.retry.max) + 1;
    }
    return attach(*client_, environment_, attachment);
  }

  /// `19 tickets`, or of some groups alone `2 of 19 tickets`.
  [[nodiscard]] std::string count_of_chosen() const {
    const std::size_t all = prepared_.plan.tickets.size();
    std::string words = counted(all, "ticket");
    if (request_.groups.empty()) return words;
    std::size_t chosen = 0;
    for (std::uint32_t i = 0; i < all; ++i) {
      const std::uint32_t group = prepared_.graph->group(TicketIndex{i}) + 1;
      if (std::ranges::binary_search(request_.groups, group)) ++chosen;
    }
    return fmt::format("{} of {}", chosen, words);
  }

  Result<void> look_at_files() {
    if (request_.validation != ValidationLevel::kComprehensive) return {};
    Result<std::vector<Artifact>> files = affected_files(prepared_.plan, prepared_.folder);
    if (!files) return files.error();
    files_ = std::move(*files);
    return {};
  }

  /// The coordinator compares the files that are kept up to date with the registry.
  Result<void> find_tickets() {
    if (!sync_) return {};
    Result<std::string> folder = absolute_path(sync_->folder());
    if (!folder) return folder.error();
    kept_tickets_ = std::move(*folder);
    return {};
  }

  Result<void> validate() {
    const Result<std::vector<AgentView>> agents = all_agents(*client_);
    if (!agents) return agents.error();
    std::vector<std::string> problems = tickets_nobody_can_run(prepared_, *agents, request_.groups);
    // Only here are the agents' files known to be the ones that are seen from here.
    if (!place_.named) {
      const char* path = std::getenv("PATH");
      const std::vector<std::string> missing = missing_programs(
          prepared_, path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin", request_.groups);
      problems.insert(problems.end(), missing.begin(), missing.end());
    }
    if (problems.empty()) return {};
    return Error{ErrorKind::kInvalidPlan, "nothing was started:\n  " + findings_text(problems)};
  }

  [[nodiscard]] RunOptions options() const {
    return {.plan_folder = prepared_.folder,
            .plan_file = prepared_.file,
            .groups = request_.groups,
            .skip_dependencies = arguments_.has("skip-dependencies"),
            .max_parallel = request_.max_parallel,
            .local_agents = embedded_ ? embedded_->agents() : 0,
            .agent_types = prepared_.agent_types,
            .validation = request_.validation,
            .files = files_,
            .kept_tickets = kept_tickets_};
  }

  [[nodiscard]] std::string come_back(RunId run) const {
    return "headway watch " + run_name(run) + options_to_find(place_, arguments_, environment_);
  }

  const Arguments& arguments_;
  Environment& environment_;
  RunRequest request_;
  PreparedPlan prepared_;
  std::optional<LiveSync> sync_;
  std::vector<Artifact> files_;
  std::string kept_tickets_;
  CoordinatorPlace place_;
  std::optional<Embedded> embedded_;
  std::vector<RunId> taken_up_;  ///< other runs, by the embedded coordinator
  std::unique_ptr<ControlClient> client_;
};

}  // namespace

int run_verb(const Arguments& arguments, Environment& environment) {
  Result<RunRequest> request = read_request(arguments);
  if (!request) return environment.fail(request.error());
  Result<PreparedPlan> prepared = prepare_plan(arguments.positionals().front(), environment);
  if (!prepared) return environment.fail(prepared.error());
  if (Result<void> known = check_groups(request->groups, *prepared->graph); !known) {
    return environment.fail(known.error());
  }
  if (arguments.has("dry-run")) {
    const std::uint32_t agents =
        request->local.value_or(environment.config.local_agents.value_or(default_agents()));
    return dry_run(
        arguments, environment, *prepared,
        {.agents = agents, .max_parallel = request->max_parallel, .groups = request->groups});
  }
  Result<std::optional<LiveSync>> sync =
      sync_of_plan(arguments, environment, *prepared, request->groups);
  if (!sync) return environment.fail(sync.error());
  return Launch(arguments, environment, std::move(*request), std::move(*prepared), std::move(*sync))
      .run();
}

}  // namespace headway::cli
