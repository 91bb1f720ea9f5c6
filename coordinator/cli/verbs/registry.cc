#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/registry_copies.h"
#include "coordinator/cli/registry_pruning.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/core/spoken.h"

namespace headway::cli {

namespace {

/// The registry of the state directory that is meant.
Result<std::string> own_registry(const Arguments& arguments, const Environment& environment) {
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return place.error();
  if (!place->is_state_folder()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("a registry is read where it lies: name its state directory with "
                             "--state-dir, on its machine, instead of {}",
                             place->endpoint)};
  }
  if (place->state) return place->state->registry;
  return Error{ErrorKind::kNotFound,
               fmt::format("there is no state directory {}", printable(place->state_folder))};
}

int back_up_as_asked(const Arguments& arguments, Environment& environment) {
  if (arguments.positionals().size() < 2) {
    return environment.fail({ErrorKind::kUsage, "name the FILE to copy the registry to"});
  }
  const Result<std::string> registry = own_registry(arguments, environment);
  if (!registry) return environment.fail(registry.error());
  const std::string& copy = arguments.positionals().at(1);
  const Result<void> copied = back_up_registry(*registry, copy);
  if (!copied) return environment.fail(copied.error());
  environment.note(fmt::format("{} copied to {}, and checked",
                               environment.seen_from_here(*registry), printable(copy)));
  return kExitDone;
}

Result<Age> age_as_asked(const Arguments& arguments, WallTime now) {
  const std::optional<std::string> keep = arguments.value("keep");
  const std::optional<std::string> older = arguments.value("older-than");
  if (arguments.positionals().size() > 1) {
    return Error{ErrorKind::kUsage, "prune takes no FILE: it is of a state directory"};
  }
  if (!keep && !older) {
    return Error{ErrorKind::kUsage, "say which runs may go: --older-than TIME, --keep N, or both"};
  }
  Age age;
  if (keep) {
    const Result<std::int64_t> number = parse_number("--keep", *keep, 0, UINT32_MAX);
    if (!number) return number.error();
    age.keep = static_cast<std::uint32_t>(*number);
  }
  if (older) {
    const Result<Duration> time = parse_duration(*older);
    if (!time) return Error{ErrorKind::kUsage, "--older-than: " + time.error().message};
    age.ended_before = now - std::chrono::duration_cast<WallTime::duration>(*time);
  }
  return age;
}

std::string removals_text(const std::vector<OldRun>& runs) {
  std::vector<Change> changes;
  changes.reserve(runs.size());
  for (const OldRun& run : runs) {
    changes.push_back({fmt::format("run r{} {}", run.id.number(), printable(run.name)),
                       fmt::format("{} {}, {}", to_text(run.state), format_time(run.ended_at),
                                   headway::counted(run.tickets, "ticket")),
                       "removed"});
  }
  return changes_text(changes);
}

int prune_as_asked(const Arguments& arguments, Environment& environment) {
  const WallTime now = read_clocks().wall;
  const Result<Age> age = age_as_asked(arguments, now);
  if (!age) return environment.fail(age.error());
  const Result<std::string> registry = own_registry(arguments, environment);
  if (!registry) return environment.fail(registry.error());
  if (arguments.has("dry-run")) {
    const Result<std::vector<OldRun>> runs = find_old_runs(*registry, *age);
    if (!runs) return environment.fail(runs.error());
    environment.out << removals_text(*runs);
    say_dry_run(arguments, environment);
    return kExitDone;
  }
  const Result<Pruned> pruned = prune_registry(*registry, *age, now, user_name());
  if (!pruned) return environment.fail(pruned.error());
  environment.out << removals_text(pruned->runs);
  for (const std::string& sentence : pruned->left) environment.note(sentence);
  constexpr std::uint64_t kKibibyte = 1024;
  environment.note(
      pruned->runs.empty()
          ? "there is no such run, and nothing was changed"
          : fmt::format("{} removed, with {} facts; the registry had {} KiB and has {}",
                        counted(pruned->runs.size(), "run"), pruned->facts,
                        pruned->bytes_before / kKibibyte, pruned->bytes_after / kKibibyte));
  return kExitDone;
}

int verify_as_asked(const Arguments& arguments, Environment& environment) {
  Result<std::string> file = arguments.positionals().size() < 2
                                 ? own_registry(arguments, environment)
                                 : absolute_path(arguments.positionals().at(1));
  if (!file) return environment.fail(file.error());
  const Result<std::vector<std::string>> wrong = verify_registry(*file);
  if (!wrong) return environment.fail(wrong.error());
  for (const std::string& sentence : *wrong) environment.out << printable(sentence) << "\n";
  if (!wrong->empty()) return kExitError;
  environment.note(fmt::format("{} is sound", environment.seen_from_here(*file)));
  return kExitDone;
}

}  // namespace

int registry_verb(const Arguments& arguments, Environment& environment) {
  const std::string& action = arguments.positionals().front();
  const bool of_pruning =
      arguments.has("keep") || arguments.has("older-than") || arguments.has("dry-run");
  if (action != "prune" && of_pruning) {
    return environment.fail({ErrorKind::kUsage, "--keep, --older-than and --dry-run are of prune"});
  }
  if (action == "backup") return back_up_as_asked(arguments, environment);
  if (action == "prune") return prune_as_asked(arguments, environment);
  return verify_as_asked(arguments, environment);
}

}  // namespace headway::cli
