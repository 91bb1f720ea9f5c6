#pragma once

#include <span>
#include <string_view>
#include <vector>

/// What a verb of the command looks like: the one description that parsing, `--help`, the manual
/// pages and shell completion are made from. This folder knows no verb; verbs/table.cc lists them.

namespace headway::cli {

class Arguments;
struct Environment;

/// What a value is, for completion and, where `choices` are given, for checking.
enum class ValueKind { kText, kFile, kFolder };

struct Option {
  std::string_view name;   ///< without `--`
  char letter = 0;         ///< 0: none
  std::string_view value;  ///< what stands for the value in help texts, `N`; empty: a flag
  std::string_view help;   ///< one sentence without a final dot
  ValueKind kind = ValueKind::kText;
  std::vector<std::string_view> choices;
  bool repeatable = false;
  bool value_optional = false;  ///< the value is a number, and may be left out: then it is empty
};

enum class Arity { kOne, kOptional, kOneOrMore, kAny };

constexpr bool is_unbounded(Arity arity) {
  return arity == Arity::kOneOrMore || arity == Arity::kAny;
}

struct Positional {
  std::string_view name;  ///< `PLAN`
  Arity arity = Arity::kOne;
  std::string_view help;
  ValueKind kind = ValueKind::kText;
  std::vector<std::string_view> choices;
};

struct Example {
  std::string_view command;
  std::string_view meaning;
};

/// A name under which a verb is installed that means one of its actions: the first word.
struct ActionName {
  std::string_view name;  ///< one of the verb's aliases
  std::string_view action;
  std::string_view argument{};  ///< what stands after the action, where it is not as in the verb
};

/// Carries out a verb; its exit code.
using Handler = int (*)(const Arguments& arguments, Environment& environment);

struct VerbSpec {
  std::string_view name;
  std::vector<std::string_view> aliases;  ///< names under which it is installed as a command
  std::string_view summary;               ///< one line, a verb in the imperative first
  std::string_view description;           ///< paragraphs, parted by an empty line
  std::vector<Positional> positionals;
  std::vector<Option> options;  ///< beside the common ones
  std::vector<Example> examples;
  Handler handler = nullptr;
  std::vector<ActionName> action_names{};
};

/// All verbs, in the order in which they are listed.
using VerbTable = std::span<const VerbSpec>;

/// Options that every verb has: help, quiet, verbose.
const std::vector<Option>& common_options();

/// A verb by its name; null where there is none.
const VerbSpec* find_verb(VerbTable table, std::string_view name);
/// A verb by a name that it is installed under.
const VerbSpec* find_alias(VerbTable table, std::string_view name);

/// The action that an installed name means; empty: none.
std::string_view action_of(const VerbSpec& verb, std::string_view name);
/// What stands after a name that a verb is called by: without the action that the name means.
std::vector<Positional> positionals_after(const VerbSpec& verb, std::string_view name);

/// A code that the command ends with, and what it says.
struct ExitMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitMeaning> exit_meanings();

}  // namespace headway::cli
