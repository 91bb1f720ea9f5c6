#include <algorithm>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/command/arguments.h"

namespace headway::cli {

namespace {

namespace po = boost::program_options;

std::vector<const Option*> all_options(const VerbSpec& verb) {
  std::vector<const Option*> result;
  for (const Option& option : verb.options) result.push_back(&option);
  for (const Option& option : common_options()) result.push_back(&option);
  return result;
}

po::options_description describe(const VerbSpec& verb) {
  po::options_description description;
  for (const Option* option : all_options(verb)) {
    std::string names(option->name);
    if (option->letter != 0) names += fmt::format(",{}", option->letter);
    if (option->value.empty()) {
      description.add_options()(names.c_str(), "");
    } else if (option->value_optional) {
      description.add_options()(names.c_str(), po::value<std::string>()->implicit_value(""), "");
    } else {
      description.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

/// A number after an option whose value may be left out belongs to it: `--more 2` becomes
/// `--more=2`.
std::vector<std::string> with_values_joined(const VerbSpec& verb,
                                            const std::vector<std::string>& words) {
  std::vector<std::string> joined;
  for (const std::string& word : words) {
    const bool number = !word.empty() && word.find_first_not_of("0123456789") == word.npos;
    const bool belongs = number && !joined.empty() && joined.back().starts_with("--") &&
                         std::ranges::any_of(verb.options, [&](const Option& option) {
                           return option.value_optional && joined.back().substr(2) == option.name;
                         });
    if (belongs) {
      joined.back() += "=" + word;
    } else {
      joined.push_back(word);
    }
  }
  return joined;
}

Error usage(const VerbSpec& verb, const std::string& problem) {
  return {ErrorKind::kUsage, fmt::format("{}\nTry `headway {} --help`.", problem, verb.name)};
}

Error unknown_option(const VerbSpec& verb, std::string_view word) {
  const std::string_view bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  std::vector<std::string_view> names;
  for (const Option* option : all_options(verb)) names.push_back(option->name);
  std::vector<std::string> meant = nearest(bare, names);
  // What was cut short is meant too: options are never guessed from their beginnings.
  for (const std::string_view name : names) {
    const bool there = std::find(meant.begin(), meant.end(), name) != meant.end();
    if (bare.size() >= 2 && name.starts_with(bare) && !there) meant.emplace_back(name);
  }
  for (std::string& name : meant) name.insert(0, "--");
  std::string problem =
      fmt::format("`{} {}` has no option {}", "headway", verb.name, printable(word));
  if (!meant.empty()) problem += fmt::format(": did you mean {}?", join_words(meant, "or"));
  return usage(verb, problem);
}

Result<void> check_choice(const VerbSpec& verb, const std::string& what, const std::string& value,
                          const std::vector<std::string_view>& choices) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) {
    return {};
  }
  const std::vector<std::string> words(choices.begin(), choices.end());
  return usage(verb, fmt::format("{} is one of {}, not `{}`", what, join_words(words, "or"),
                                 printable(value)));
}

Result<void> check_positionals(const VerbSpec& verb, const std::vector<std::string>& given) {
  std::size_t least = 0;
  bool unbounded = false;
  for (const Positional& positional : verb.positionals) {
    if (positional.arity == Arity::kOne || positional.arity == Arity::kOneOrMore) ++least;
    if (is_unbounded(positional.arity)) unbounded = true;
  }
  if (given.size() < least) {
    // Required ones come first: the first one that is missing is at this place.
    return usage(verb, fmt::format("`headway {}` needs {}: {}", verb.name,
                                   verb.positionals[given.size()].name,
                                   verb.positionals[given.size()].help));
  }
  if (!unbounded && given.size() > verb.positionals.size()) {
    return usage(verb, fmt::format("`headway {}` does not know what to do with `{}`", verb.name,
                                   printable(given[verb.positionals.size()])));
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Positional& positional = verb.positionals[std::min(i, verb.positionals.size() - 1)];
    Result<void> fits =
        check_choice(verb, std::string(positional.name), given[i], positional.choices);
    if (!fits) return fits;
  }
  return {};
}

const Option& option_called(const VerbSpec& verb, const std::string& name) {
  for (const Option* option : all_options(verb)) {
    if (option->name == name) return *option;
  }
  check_failed("known option", __FILE__, __LINE__, "the parser accepted an unknown option");
}

}  // namespace

Result<Arguments> parse_arguments(const VerbSpec& verb, const std::vector<std::string>& words) {
  Arguments arguments(verb);
  const po::options_description description = describe(verb);
  std::vector<po::option> parsed;
  try {
    const int style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    const std::vector<std::string> joined = with_values_joined(verb, words);
    parsed = po::command_line_parser(joined).options(description).style(style).run().options;
  } catch (const po::unknown_option& failure) {
    return unknown_option(verb, failure.get_option_name());
  } catch (const po::error& failure) {
    return usage(verb, printable(failure.what()));
  }
  for (const po::option& option : parsed) {
    if (option.string_key.empty()) {
      arguments.positionals_.insert(arguments.positionals_.end(), option.value.begin(),
                                    option.value.end());
      continue;
    }
    const Option& known = option_called(verb, option.string_key);
    std::vector<std::string>& values = arguments.options_[option.string_key];
    if (!known.value.empty() && !known.repeatable && !values.empty()) {
      return usage(verb, fmt::format("--{} was given twice", known.name));
    }
    if (known.value_optional && option.value.empty()) values.emplace_back();
    for (const std::string& value : option.value) {
      // As of a shell's variable that is not set: no file is meant, and not this folder.
      if (known.kind != ValueKind::kText && value.empty()) {
        return usage(verb,
                     fmt::format("--{} needs {}, not an empty word", known.name, known.value));
      }
      Result<void> fits = check_choice(verb, fmt::format("--{}", known.name), value, known.choices);
      if (!fits) return fits.error();
      values.push_back(value);
    }
  }
  if (arguments.wants_help()) return arguments;
  Result<void> fits = check_positionals(verb, arguments.positionals_);
  if (!fits) return fits.error();
  return arguments;
}

}  // namespace headway::cli
