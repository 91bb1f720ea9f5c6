#include <map>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/settings.h"

namespace headway::cli {

namespace {

/// How long the command looks where tickets go that were taken back.
constexpr Duration kLookAfterMoves = std::chrono::seconds{5};
constexpr Duration kMovesPoll = std::chrono::milliseconds{500};

Result<void> read_parallelism(const Arguments& arguments, AdjustRequest& request) {
  const auto set = arguments.number("parallelism", 0, kMostParallelism);
  if (!set) return set.error();
  const auto more = arguments.number_or("increase-parallelism", 1, kMostParallelism, 1);
  if (!more) return more.error();
  const auto fewer = arguments.number_or("decrease-parallelism", 1, kMostParallelism, 1);
  if (!fewer) return fewer.error();
  const int given = static_cast<int>(set->has_value()) + static_cast<int>(more->has_value()) +
                    static_cast<int>(fewer->has_value());
  if (given > 1) {
    return Error{ErrorKind::kUsage,
                 "give one of --parallelism, --increase-parallelism and --decrease-parallelism"};
  }
  if (*set) request.parallelism = static_cast<std::int32_t>(**set);
  if (*more) request.more_parallelism = static_cast<std::int32_t>(**more);
  if (*fewer) request.more_parallelism = -static_cast<std::int32_t>(**fewer);
  return {};
}

Result<AdjustRequest> read_request(const Arguments& arguments) {
  AdjustRequest request;
  const Result<RunId> run = run_word(arguments);
  if (!run) return run.error();
  request.run = *run;
  if (const Result<void> read = read_parallelism(arguments, request); !read) return read.error();
  Result<std::vector<ResourceSetting>> resources = resource_settings(arguments);
  if (!resources) return resources.error();
  request.resources = std::move(*resources);
  Result<std::vector<PrioritySetting>> priorities = priority_settings(arguments);
  if (!priorities) return priorities.error();
  request.priorities = std::move(*priorities);
  request.reallocate = arguments.has("reallocate-resources");
  request.dry_run = arguments.has("dry-run");
  request.by = user_name();
  request.comment = arguments.value("comment").value_or("");
  if (!request.parallelism && request.more_parallelism == 0 && request.resources.empty() &&
      request.priorities.empty() && !request.reallocate) {
    return Error{ErrorKind::kUsage,
                 "say what is to be adjusted: --parallelism N, --increase-parallelism [N], "
                 "--decrease-parallelism [N], --resource NAME=AMOUNT, --priority TICKET=PRIORITY "
                 "or --reallocate-resources"};
  }
  return request;
}

/// Where tickets that were taken back go: `MOD-012: build-01 -> build-02`.
class Moves {
 public:
  explicit Moves(const std::vector<std::string>& tickets)
      : waiting_(tickets.begin(), tickets.end()) {}

  /// Looks for a while, until each has come somewhere or ended.
  Result<void> look(Answers& answers, RunId run, Sequence after) {
    const Instant until = read_clocks().steady + kLookAfterMoves;
    while (!waiting_.empty() && read_clocks().steady < until) {
      const Result<EventsAnswer> events =
          answers.events({.run = run, .after = after, .wait = kMovesPoll});
      if (!events) return events.error();
      for (const EventView& event : events->events) take(event);
      after = events->last;
      if (is_final(events->run_state)) break;
    }
    return {};
  }

  [[nodiscard]] const std::vector<Change>& found() const { return found_; }
  /// Those that stay where they were, since they had begun, or wait for an agent.
  [[nodiscard]] const std::set<std::string>& others() const { return waiting_; }

 private:
  void take(const EventView& event) {
    if (!waiting_.contains(event.ticket)) return;
    if (event.kind == "attempt ended") {
      from_[event.ticket] = event.worker;
    } else if (event.kind == "ticket assigned") {
      found_.push_back({event.ticket, from_[event.ticket], event.worker});
      waiting_.erase(event.ticket);
    } else if (event.kind == "attempt started") {
      found_.push_back({event.ticket, "", "has begun on " + event.worker});
      waiting_.erase(event.ticket);
    }
  }

  std::set<std::string> waiting_;
  std::map<std::string, std::string> from_;
  std::vector<Change> found_;
};

Json adjust_json(const AdjustAnswer& answer, const std::vector<Change>& moves) {
  Json document = versioned();
  document["changes"] = changes_json(answer.changes);
  document["notes"] = answer.notes;
  document["taken_back"] = answer.taken_back;
  document["moves"] = changes_json(moves);
  return document;
}

}  // namespace

int adjust_verb(const Arguments& arguments, Environment& environment) {
  Result<AdjustRequest> request = read_request(arguments);
  if (!request) return environment.fail(request.error());
  const Result<std::unique_ptr<ControlClient>> client =
      connect_to_coordinator(arguments, environment);
  if (!client) return environment.fail(client.error());
  if (request->run == RunId{}) {
    const Result<StatusAnswer> status =
        (*client)->status({.run = {}, .first_ticket = 0, .summary_only = true});
    if (!status) return environment.fail(status.error());
    request->run = status->run.id;
  }
  const Result<AdjustAnswer> answer = (*client)->adjust(*request);
  if (!answer) return environment.fail(answer.error());
  Moves moves(answer->taken_back);
  if (!request->dry_run) {
    const Result<void> looked = moves.look(**client, request->run, answer->sequence);
    if (!looked) return environment.fail(looked.error());
  }
  const Format format = chosen_format(arguments, environment);
  if (format == Format::kJson || format == Format::kJsonLines) {
    const Json document = adjust_json(*answer, moves.found());
    environment.out << (format == Format::kJson ? indented(document) : compact(document));
    return kExitDone;
  }
  environment.out << changes_text(answer->changes);
  if (!answer->taken_back.empty()) {
    environment.out << fmt::format("{}: {}\n",
                                   request->dry_run ? "would be taken back" : "taken back",
                                   some_of(answer->taken_back));
  } else if (request->reallocate) {
    environment.out << "nothing is handed out that has not started\n";
  }
  environment.out << changes_text(moves.found());
  for (const std::string& note : answer->notes) environment.note(note);
  if (!request->dry_run && !moves.others().empty()) {
    environment.note(fmt::format("{} of them had not gone anywhere after {}", moves.others().size(),
                                 short_duration(kLookAfterMoves)));
  }
  say_dry_run(arguments, environment);
  return kExitDone;
}

}  // namespace headway::cli
