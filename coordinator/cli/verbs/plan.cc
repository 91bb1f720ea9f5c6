#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/plan/words.h"
#include "common/plan_file/plan_writer.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "coordinator/cli/analysis/filter.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/live_area.h"
#include "coordinator/cli/verbs/category_history.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/plan_agents.h"
#include "coordinator/cli/verbs/plan_diff.h"
#include "coordinator/cli/verbs/prepared_plan.h"
#include "coordinator/cli/verbs/ticket_source.h"
#include "coordinator/planner/analysis/durations.h"
#include "coordinator/planner/generate/generate_plan.h"
#include "coordinator/tickets/ticket_files.h"

namespace headway::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// What the search may take.
struct SearchLimits {
  std::optional<Duration> time;
  std::optional<std::uint64_t> iterations;
  std::uint64_t seed = 1;
};

Result<SearchLimits> search_limits(const Arguments& arguments) {
  SearchLimits limits;
  const Result<std::optional<Duration>> time = arguments.duration("optimize");
  if (!time) return time.error();
  limits.time = *time;
  constexpr auto kMost = static_cast<std::int64_t>(kMostCounted);
  const auto iterations = arguments.number("iterations", 0, kMost);
  if (!iterations) return iterations.error();
  if (*iterations) limits.iterations = static_cast<std::uint64_t>(**iterations);
  const auto seed = arguments.number("seed", 0, kMost);
  if (!seed) return seed.error();
  if (*seed) limits.seed = static_cast<std::uint64_t>(**seed);
  return limits;
}

Result<Strategy> strategy_of(const Arguments& arguments, const ReadTickets& read) {
  const std::optional<std::string> word = arguments.value("strategy");
  // A plan says itself how it is to be executed.
  if (!word) return read.from_plan ? read.plan.strategy : Strategy::kBalanced;
  const std::optional<Strategy> strategy = from_text<Strategy>(*word);
  HW_CHECK(strategy, "the parser let an unknown strategy pass");
  return *strategy;
}

/// The search on a terminal: how far it is, ten times a second at most.
class SearchDisplay {
 public:
  explicit SearchDisplay(const Environment& environment)
      : area_(environment.err), shown_(environment.err_is_terminal && !environment.quiet) {}

  void show(const planner::GenerateProgress& progress) {
    if (!shown_) return;
    const SteadyClock::time_point now = SteadyClock::now();
    if (now - last_ < std::chrono::milliseconds{100}) return;
    last_ = now;
    const auto since = std::chrono::floor<std::chrono::seconds>(now - begin_);
    area_.show(
        {fmt::format("{}  {} schedules: {}, at least {}  (Ctrl-C keeps the best)",
                     format_duration(since), progress.schedules, rough_duration(progress.duration),
                     rough_duration(progress.lower_bound))});
  }

 private:
  LiveArea area_;
  bool shown_;
  SteadyClock::time_point begin_ = SteadyClock::now();
  SteadyClock::time_point last_;
};

std::map<std::string, std::vector<std::string>> labels_of_types(const Config& config) {
  std::map<std::string, std::vector<std::string>> labels;
  for (const AgentType& type : config.agent_types) labels[type.name] = type.labels;
  return labels;
}

/// What came of it, for people.
void tell(const planner::GeneratedPlan& made, const SearchLimits& limits,
          const AgentsToPlanFor& crew, const Environment& environment) {
  std::string text = fmt::format(
      "{} on {}: {}", counted(made.plan.tickets.size(), "ticket"),
      crew.agents.empty() ? counted(made.agents, "agent") + ", more would not help" : crew.words,
      rough_duration(made.duration));
  if (made.plan.strategy != Strategy::kSequential)
    text += fmt::format(" ({} one by one)", rough_duration(made.sequential));
  environment.note(text);
  if (made.is_optimal) {
    environment.note(fmt::format("no schedule is shorter: {}", made.bound_reason));
  } else {
    environment.note(fmt::format(
        "no schedule is shorter than {} ({}); {} schedules were tried in {} iterations, seed {}",
        rough_duration(made.lower_bound), made.bound_reason, made.schedules, made.iterations,
        limits.seed));
  }
  if (made.by_priority && rough_duration(*made.by_priority) != rough_duration(made.duration)) {
    environment.note(
        fmt::format("a run hands out important tickets first, and so is reckoned to take {}",
                    rough_duration(*made.by_priority)));
  }
}

/// When it is made; nothing where it must be the same each time (reproducible-builds.org's
/// SOURCE_DATE_EPOCH, or a given number of iterations).
std::string generated_at(const SearchLimits& limits) {
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr) {
    const std::chrono::seconds seconds{std::strtoll(epoch, nullptr, 10)};
    return format_time(WallTime{seconds});
  }
  return limits.iterations ? std::string() : format_time(read_clocks().wall);
}

Result<std::string> folder_of_output(const Arguments& arguments, const Environment& environment) {
  const std::string output = arguments.value("output").value_or("");
  const std::size_t slash = output.rfind('/');
  if (slash == std::string::npos) return environment.folder;
  return absolute_path(output.substr(0, slash + 1));
}

/// Whether the ticket's command is its type's and takes the prose.
bool wants_body(const Ticket& ticket, const Config& config) {
  if (!ticket.command.empty()) return false;
  const AgentType* type = config.find_type(ticket.agent.type);
  return type != nullptr &&
         std::any_of(type->command.begin(), type->command.end(), [](const std::string& word) {
           return word.find("{body}") != std::string::npos;
         });
}

/// Makes a plan of tickets, from the command line to the file.
class Planning {
 public:
  Planning(const Arguments& arguments, Environment& environment)
      : arguments_(arguments), environment_(environment) {}

  Result<void> run() {
    const Result<SearchLimits> limits = search_limits(arguments_);
    if (!limits) return limits.error();
    limits_ = *limits;
    Result<void> ready = read();
    if (!ready) return ready;
    Result<planner::GeneratedPlan> made = generate();
    if (!made) return made.error();
    ExecutionPlan& derived = *made->plan.execution_plan;
    derived.source_hash = source_hash_;
    derived.generated_at = generated_at(limits_);
    Result<void> written = write_output(arguments_, environment_, write_plan(made->plan));
    if (!written) return written;
    tell(*made, limits_, crew_, environment_);
    return {};
  }

 private:
  Result<void> read() {
    const Result<TicketFilter> filter = make_filter(
        arguments_.values("scope"), arguments_.values("category"), arguments_.values("priority"));
    if (!filter) return filter.error();
    const Result<std::string> path = ticket_path(arguments_, environment_);
    if (!path) return path.error();
    Result<ReadTickets> loaded = load_tickets(*path, environment_);
    if (!loaded) return loaded.error();
    read_ = std::move(*loaded);
    if (!read_.ok()) {
      return Error{ErrorKind::kInvalidPlan,
                   fmt::format("{} cannot be planned as it is: see above", printable(*path))};
    }
    apply_filter(*filter, read_);
    if (read_.plan.tickets.empty()) environment_.note("there is no ticket to plan");
    source_hash_ = source_hash(read_.plan);
    return complete();
  }

  /// Gives the tickets what a run needs that their files do not say.
  Result<void> complete() {
    const Config& config = environment_.config;
    apply_categories(read_.plan, config);
    const std::string estimates = fill_estimates(histories(), read_.plan);
    if (!estimates.empty()) environment_.note(estimates);
    if (const Result<void> commands = check_commands(read_.plan, config); !commands)
      environment_.note("before it can be executed:\n" + commands.error().message);
    const Result<std::string> folder = folder_of_output(arguments_, environment_);
    if (!folder) return folder.error();
    return name_ticket_files(read_, *folder,
                             [&](const Ticket& ticket) { return wants_body(ticket, config); });
  }

  /// What the registry knows of the categories of tickets without an estimate; nothing where there
  /// is no registry.
  [[nodiscard]] Histories histories() const {
    const bool asks =
        std::any_of(read_.plan.tickets.begin(), read_.plan.tickets.end(),
                    [](const Ticket& each) { return !each.estimate && !each.category.empty(); });
    if (!asks) return {};
    const Result<std::unique_ptr<Answers>> answers = open_answers(arguments_, environment_);
    if (!answers) return {};
    Result<Histories> known = category_histories(**answers);
    if (known) return std::move(*known);
    environment_.note("the registry could not be asked what tickets took before: " +
                      known.error().message);
    return {};
  }

  Result<planner::GeneratedPlan> generate() {
    planner::GenerateOptions options;
    const Result<Strategy> strategy = strategy_of(arguments_, read_);
    if (!strategy) return strategy.error();
    options.strategy = *strategy;
    Result<AgentsToPlanFor> crew =
        agents_to_plan_for(arguments_, environment_, *strategy, read_.plan);
    if (!crew) return crew.error();
    crew_ = std::move(*crew);
    options.agents = crew_.agents;
    options.alike = crew_.alike;
    options.crew = crew_.crew;
    options.type_labels = labels_of_types(environment_.config);
    SearchDisplay display(environment_);
    options.progress = [&](const planner::GenerateProgress& progress) { display.show(progress); };
    set_search(options);
    environment_.interrupts.install();
    return planner::generate_plan(std::move(read_.plan), options);
  }

  void set_search(planner::GenerateOptions& search) const {
    search.seed = limits_.seed;
    if (limits_.iterations) {
      search.max_iterations = *limits_.iterations;
    } else if (!limits_.time) {
      search.max_iterations = planner::usual_iterations(read_.plan.tickets.size());
    }
    const SteadyClock::time_point begin = SteadyClock::now();
    search.enough = [this, begin] {
      if (environment_.interrupts.count() > 0) return true;
      return limits_.time && SteadyClock::now() - begin >= *limits_.time;
    };
  }

  const Arguments& arguments_;
  Environment& environment_;
  SearchLimits limits_;
  ReadTickets read_;
  std::string source_hash_;
  AgentsToPlanFor crew_;
};

}  // namespace

int plan_verb(const Arguments& arguments, Environment& environment) {
  if (arguments.has("diff")) return plan_diff(arguments, environment);
  const Result<void> done = Planning(arguments, environment).run();
  return done ? kExitDone : environment.fail(done.error());
}

}  // namespace headway::cli
