#include "coordinator/cli/command/verb.h"

#include <algorithm>
#include <array>

#include "coordinator/cli/command/exit_code.h"

namespace headway::cli {

const std::vector<Option>& common_options() {
  static const std::vector<Option> kOptions = {
      {.name = "help", .letter = 'h', .value = "", .help = "show this help", .choices = {}},
      {.name = "quiet",
       .letter = 'q',
       .value = "",
       .help = "say only what is wrong",
       .choices = {}},
      {.name = "verbose", .letter = 'v', .value = "", .help = "say more", .choices = {}},
  };
  return kOptions;
}

const VerbSpec* find_verb(VerbTable table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const VerbSpec& verb) { return verb.name == name; });
  return found == table.end() ? nullptr : &*found;
}

const VerbSpec* find_alias(VerbTable table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const VerbSpec& verb) {
    return std::find(verb.aliases.begin(), verb.aliases.end(), name) != verb.aliases.end();
  });
  return found == table.end() ? nullptr : &*found;
}

std::string_view action_of(const VerbSpec& verb, std::string_view name) {
  const auto found = std::ranges::find(verb.action_names, name, &ActionName::name);
  return found == verb.action_names.end() ? std::string_view{} : found->action;
}

std::vector<Positional> positionals_after(const VerbSpec& verb, std::string_view name) {
  std::vector<Positional> after = verb.positionals;
  const auto found = std::ranges::find(verb.action_names, name, &ActionName::name);
  if (found == verb.action_names.end()) return after;
  after.erase(after.begin());
  if (!found->argument.empty()) after.front().name = found->argument;
  return after;
}

std::span<const ExitMeaning> exit_meanings() {
  static constexpr std::array kMeanings = {
      ExitMeaning{kExitDone, "done; an empty list too"},
      ExitMeaning{kExitError, "an error"},
      ExitMeaning{kExitUsage, "wrong usage"},
      ExitMeaning{kExitInvalidPlan, "the plan or its tickets are invalid"},
      ExitMeaning{kExitDenied, "not allowed"},
      ExitMeaning{kExitNoCoordinator, "no coordinator answers"},
      ExitMeaning{kExitTimedOut, "waited too long"},
      ExitMeaning{kExitTicketsFailed,
                  "the run ended with tickets that failed, were aborted or cancelled"},
      ExitMeaning{kExitStopped, "the run was stopped and can be resumed"},
      ExitMeaning{kExitInterrupted, "interrupted"},
  };
  return kMeanings;
}

}  // namespace headway::cli
