#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/registry_copies.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

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
  if (arguments.positionals().front() == "backup") return back_up_as_asked(arguments, environment);
  return verify_as_asked(arguments, environment);
}

}  // namespace headway::cli
