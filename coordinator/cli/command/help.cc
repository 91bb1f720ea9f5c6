#include "coordinator/cli/command/help.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway::cli {

namespace {

constexpr std::size_t kWidth = 80;
/// Where the explanation of an option begins.
constexpr std::size_t kOptionColumn = 28;

std::string option_words(const Option& option) {
  std::string words =
      option.letter != 0 ? fmt::format("-{}, ", option.letter) : std::string("    ");
  words += fmt::format("--{}", option.name);
  if (!option.value.empty()) words += fmt::format(" {}", option.value);
  return words;
}

/// `words` and, from kOptionColumn on, `help`; below each other where they do not fit.
std::string entry(const std::string& words, std::string_view help) {
  std::string text = "  " + words;
  std::string explanation = wrapped(help, kWidth, kOptionColumn);
  if (text.size() + 2 > kOptionColumn) return text + "\n" + explanation;
  return text + explanation.substr(text.size());
}

std::string help_of(const Option& option) {
  std::string help(option.help);
  if (!option.choices.empty()) help += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (option.repeatable) help += " (may be given several times)";
  return help;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string result;
  std::string line;
  const auto finish_line = [&] {
    if (!line.empty()) result += margin + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) finish_line();
    if (!word.empty()) line += line.empty() ? std::string(word) : " " + std::string(word);
    text.remove_prefix(end);
    if (text.starts_with("\n\n")) {
      finish_line();
      result += "\n";
    }
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  }
  finish_line();
  return result;
}

std::string synopsis(const VerbSpec& verb, std::string_view name) {
  const bool other = std::ranges::find(verb.aliases, name) != verb.aliases.end();
  std::string result = other ? fmt::format("{} [OPTION...]", name)
                             : fmt::format("headway {} [OPTION...]", verb.name);
  for (const Positional& positional : positionals_after(verb, name)) {
    switch (positional.arity) {
      case Arity::kOne:
        result += fmt::format(" {}", positional.name);
        break;
      case Arity::kOptional:
        result += fmt::format(" [{}]", positional.name);
        break;
      case Arity::kOneOrMore:
        result += fmt::format(" {}...", positional.name);
        break;
      case Arity::kAny:
        result += fmt::format(" [{}...]", positional.name);
        break;
    }
  }
  return result;
}

std::string help_text(const VerbSpec& verb, std::string_view name) {
  const std::vector<Positional> positionals = positionals_after(verb, name);
  std::string result = fmt::format("Usage: {}\n", synopsis(verb, name));
  if (!verb.aliases.empty()) {
    result += fmt::format("Also installed as: {}\n", fmt::join(verb.aliases, ", "));
  }
  result += "\n" + wrapped(verb.description, kWidth, 0);
  if (!positionals.empty()) result += "\nArguments:\n";
  for (const Positional& positional : positionals) {
    std::string help(positional.help);
    if (!positional.choices.empty())
      help += fmt::format(": {}", fmt::join(positional.choices, ", "));
    result += entry(std::string(positional.name), help);
  }
  result += "\nOptions:\n";
  for (const Option& option : verb.options) result += entry(option_words(option), help_of(option));
  for (const Option& option : common_options()) {
    result += entry(option_words(option), help_of(option));
  }
  if (!verb.examples.empty()) result += "\nExamples:\n";
  for (const Example& example : verb.examples) {
    result += fmt::format("  {}\n{}", example.command, wrapped(example.meaning, kWidth, 6));
  }
  return result;
}

std::string overview(VerbTable table) {
  std::string result =
      "Usage: headway VERB [OPTION...] [ARGUMENT...]\n\n"
      "Executes a plan of tickets in parallel.\n\nVerbs:\n";
  for (const VerbSpec& verb : table) result += entry(std::string(verb.name), verb.summary);
  result +=
      "\n`headway VERB --help` explains a verb, `headway man VERB` prints its page.\n"
      "`headway --version` says which version this is.\n";
  return result;
}

}  // namespace headway::cli
