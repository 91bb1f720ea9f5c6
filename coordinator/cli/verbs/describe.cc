#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/command/help.h"
#include "coordinator/cli/verbs/dispatch.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

int completion_verb(const Arguments& arguments, Environment& environment) {
  const std::string& shell = arguments.positionals().front();
  if (shell == "bash") environment.out << bash_completion(environment.table);
  if (shell == "zsh") environment.out << zsh_completion(environment.table);
  if (shell == "fish") environment.out << fish_completion(environment.table);
  return kExitDone;
}

int man_verb(const Arguments& arguments, Environment& environment) {
  if (arguments.positionals().empty()) {
    environment.out << man_page(environment.table);
    return kExitDone;
  }
  const Result<const VerbSpec*> verb =
      verb_called(environment.table, arguments.positionals().front());
  if (!verb) return environment.fail(verb.error());
  environment.out << man_page(**verb);
  return kExitDone;
}

int help_verb(const Arguments& arguments, Environment& environment) {
  if (arguments.has("names")) {
    for (const VerbSpec& verb : environment.table) {
      environment.out << verb.name;
      for (const std::string_view alias : verb.aliases) environment.out << " " << alias;
      environment.out << "\n";
    }
    return kExitDone;
  }
  if (arguments.positionals().empty()) {
    environment.out << overview(environment.table);
    return kExitDone;
  }
  const std::string& name = arguments.positionals().front();
  const Result<const VerbSpec*> verb = verb_called(environment.table, name);
  if (!verb) return environment.fail(verb.error());
  environment.out << help_text(**verb, name);
  return kExitDone;
}

}  // namespace headway::cli
