#include "coordinator/cli/verbs/dispatch.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/version.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/command/help.h"

namespace headway::cli {

namespace {

/// Which verb a command line means; the words after it are left in `words`.
Result<const VerbSpec*> choose_verb(const std::string& called, std::vector<std::string>& words,
                                    VerbTable table) {
  const std::string name = called.substr(called.rfind('/') + 1);
  if (const VerbSpec* verb = find_alias(table, name)) {
    const std::string_view action = action_of(*verb, name);
    if (!action.empty()) words.emplace(words.begin(), action);
    return verb;
  }
  if (words.empty()) {
    return Error{ErrorKind::kUsage, "a verb is missing.\n" + overview(table)};
  }
  const std::string word = words.front();
  words.erase(words.begin());
  if (word.starts_with('-')) {
    return Error{
        ErrorKind::kUsage,
        fmt::format("options come after the verb, as in `headway run {}`", printable(word))};
  }
  return verb_called(table, word);
}

int finish(int code, Environment& environment) {
  environment.out.flush();
  if (environment.out.good() || code != kExitDone) return code;
  environment.err << "headway: standard output could not be written" << std::endl;
  return kExitError;
}

}  // namespace

Result<const VerbSpec*> verb_called(VerbTable table, std::string_view name) {
  if (const VerbSpec* verb = find_verb(table, name)) return verb;
  if (const VerbSpec* verb = find_alias(table, name)) return verb;
  std::vector<std::string_view> names;
  for (const VerbSpec& verb : table) {
    names.push_back(verb.name);
    names.insert(names.end(), verb.aliases.begin(), verb.aliases.end());
  }
  std::vector<std::string> meant = nearest(name, names);
  for (const VerbSpec& verb : table) {
    const bool there = std::find(meant.begin(), meant.end(), verb.name) != meant.end();
    if (name.size() >= 2 && verb.name.starts_with(name) && !there) meant.emplace_back(verb.name);
  }
  std::string problem = fmt::format("there is no verb `{}`", printable(name));
  if (!meant.empty()) problem += fmt::format(": did you mean {}?", join_words(meant, "or"));
  return Error{ErrorKind::kUsage, problem + "\n`headway --help` lists them."};
}

int dispatch(const std::string& called, std::vector<std::string> words, const Variable& variable,
             Environment& environment) {
  const bool alone = find_alias(environment.table, called.substr(called.rfind('/') + 1)) == nullptr;
  if (alone && !words.empty() && (words.front() == "--help" || words.front() == "-h")) {
    environment.out << overview(environment.table);
    return finish(kExitDone, environment);
  }
  if (alone && !words.empty() && words.front() == "--version") {
    environment.out << "headway " << kVersion << "\n";
    return finish(kExitDone, environment);
  }
  const Result<const VerbSpec*> verb = choose_verb(called, words, environment.table);
  if (!verb) return environment.fail(verb.error());
  const Result<Arguments> arguments = parse_arguments(**verb, words);
  if (!arguments) return environment.fail(arguments.error());
  if (arguments->wants_help()) {
    environment.out << help_text(**verb, called.substr(called.rfind('/') + 1));
    return finish(kExitDone, environment);
  }
  environment.quiet = arguments->has("quiet");
  environment.verbose = arguments->has("verbose");
  Result<Config> config = load_config(variable, environment.folder);
  if (!config) return environment.fail(config.error());
  environment.config = std::move(*config);
  return finish((*verb)->handler(*arguments, environment), environment);
}

}  // namespace headway::cli
