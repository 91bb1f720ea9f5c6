#include <vector>

#include <fmt/format.h>

#include "coordinator/cli/command/help.h"

namespace headway::cli {

namespace {

std::vector<Option> options_of(const VerbSpec& verb) {
  std::vector<Option> options = verb.options;
  options.insert(options.end(), common_options().begin(), common_options().end());
  return options;
}

/// `--format -f`: all words by which a verb's options are given.
std::string option_words(const VerbSpec& verb) {
  std::string result;
  for (const Option& option : options_of(verb)) {
    result += fmt::format("{}--{}", result.empty() ? "" : " ", option.name);
    if (option.letter != 0) result += fmt::format(" -{}", option.letter);
  }
  return result;
}

std::string names(VerbTable table, std::string_view between) {
  std::string result;
  for (const VerbSpec& verb : table)
    result += fmt::format("{}{}", result.empty() ? "" : between, verb.name);
  return result;
}

std::string installed_names(VerbTable table) {
  std::string result = "headway";
  for (const VerbSpec& verb : table) {
    for (const std::string_view alias : verb.aliases) result += fmt::format(" {}", alias);
  }
  return result;
}

/// `text` within single quotes, as all three shells take it; `escape` stands for a quote inside.
std::string quoted(std::string_view text, std::string_view escape) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += escape;
    } else {
      result += c;
    }
  }
  return result + "'";
}

// ---- bash

std::string bash_candidates(ValueKind kind, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format("-W \"{}\"", fmt::join(choices, " "));
  switch (kind) {
    case ValueKind::kFile:
      return "-f";
    case ValueKind::kFolder:
      return "-d";
    case ValueKind::kText:
      return "";
  }
  return "";
}

std::string bash_values(const VerbSpec& verb) {
  std::string result;
  for (const Option& option : options_of(verb)) {
    if (option.value.empty()) continue;
    std::string pattern = fmt::format("{}:--{}", verb.name, option.name);
    if (option.letter != 0) pattern += fmt::format("|{}:-{}", verb.name, option.letter);
    result += fmt::format("    {}) kind=({}) ;;\n", pattern,
                          bash_candidates(option.kind, option.choices));
  }
  return result;
}

// ---- zsh

std::string zsh_action(ValueKind kind, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  switch (kind) {
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kFolder:
      return "_files -/";
    case ValueKind::kText:
      return " ";
  }
  return "";
}

/// Brackets and colons part the pieces of a specification of _arguments.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_function(const VerbSpec& verb) {
  std::string result = fmt::format("_headway_{}() {{\n  _arguments -s", verb.name);
  for (const Option& option : options_of(verb)) {
    std::string spec = option.repeatable ? "*" : "";
    std::string tail = fmt::format("[{}]", zsh_text(option.help));
    if (!option.value.empty()) {
      tail +=
          fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option.kind, option.choices));
    }
    const std::string sign = option.value.empty() ? "" : "=";
    result +=
        " \\\n    " + quoted(fmt::format("{}--{}{}{}", spec, option.name, sign, tail), "'\\''");
    if (option.letter != 0) {
      const std::string plus = option.value.empty() ? "" : "+";
      result +=
          " \\\n    " + quoted(fmt::format("{}-{}{}{}", spec, option.letter, plus, tail), "'\\''");
    }
  }
  for (std::size_t i = 0; i < verb.positionals.size(); ++i) {
    const Positional& positional = verb.positionals[i];
    const std::string place =
        is_unbounded(positional.arity) ? std::string("*") : std::to_string(i + 1);
    const std::string colons = positional.arity == Arity::kOptional ? "::" : ":";
    const std::string spec = fmt::format("{}{}{}:{}", place, colons, zsh_text(positional.name),
                                         zsh_action(positional.kind, positional.choices));
    result += " \\\n    " + quoted(spec, "'\\''");
  }
  return result + "\n}\n";
}

// ---- fish

std::string fish_value(ValueKind kind, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format(" -x -a '{}'", fmt::join(choices, " "));
  switch (kind) {
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kText:
      return " -x";
  }
  return "";
}

/// The lines for a verb's options and words, each after `prefix`.
std::string fish_lines(const VerbSpec& verb, const std::string& prefix) {
  std::string result;
  for (const Option& option : options_of(verb)) {
    result += fmt::format("{} -l {}", prefix, option.name);
    if (option.letter != 0) result += fmt::format(" -s {}", option.letter);
    if (!option.value.empty()) result += fish_value(option.kind, option.choices);
    result += fmt::format(" -d {}\n", quoted(option.help, "\\'"));
  }
  for (const Positional& positional : verb.positionals) {
    if (!positional.choices.empty()) {
      result += fmt::format("{} -a '{}'\n", prefix, fmt::join(positional.choices, " "));
    } else if (positional.kind != ValueKind::kText) {
      result += fmt::format("{} -F\n", prefix);
    }
  }
  return result;
}

}  // namespace

std::string bash_completion(VerbTable table) {
  std::string aliases;
  std::string values;
  std::string words;
  for (const VerbSpec& verb : table) {
    if (!verb.aliases.empty()) {
      aliases += fmt::format("    {}) verb={} ;;\n", fmt::join(verb.aliases, "|"), verb.name);
    }
    values += bash_values(verb);
    std::string kind;
    for (const Positional& positional : verb.positionals) {
      kind = bash_candidates(positional.kind, positional.choices);
      if (!kind.empty()) break;
    }
    words +=
        fmt::format("    {}) options=\"{}\"; kind=({}) ;;\n", verb.name, option_words(verb), kind);
  }
  return fmt::format(R"(# bash completion for headway; made by `headway completion bash`
_headway() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="" verb="" options=""
  local -a kind=()
  COMPREPLY=()
  (( COMP_CWORD > 0 )) && previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  case "${{COMP_WORDS[0]##*/}}" in
{0}    *)
      if (( COMP_CWORD == 1 )); then
        mapfile -t COMPREPLY < <(compgen -W "{1} --help --version" -- "$current")
        return
      fi
      verb="${{COMP_WORDS[1]}}"
      ;;
  esac
  case "$verb:$previous" in
{2}  esac
  if (( ${{#kind[@]}} > 0 )); then
    mapfile -t COMPREPLY < <(compgen "${{kind[@]}}" -- "$current")
    return
  fi
  case "$verb" in
{3}  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif (( ${{#kind[@]}} > 0 )); then
    mapfile -t COMPREPLY < <(compgen "${{kind[@]}}" -- "$current")
  fi
}}
complete -o filenames -F _headway {4}
)",
                     aliases, names(table, " "), values, words, installed_names(table));
}

std::string zsh_completion(VerbTable table) {
  std::string functions;
  std::string services;
  std::string verbs;
  for (const VerbSpec& verb : table) {
    functions += zsh_function(verb);
    if (!verb.aliases.empty()) {
      services +=
          fmt::format("    {}) _headway_{}; return ;;\n", fmt::join(verb.aliases, "|"), verb.name);
    }
    verbs +=
        "      " + quoted(fmt::format("{}:{}", verb.name, zsh_text(verb.summary)), "'\\''") + "\n";
  }
  return fmt::format(R"(#compdef {0}
# zsh completion for headway; made by `headway completion zsh`
{1}_headway() {{
  case $service in
{2}  esac
  if (( CURRENT == 2 )); then
    local -a verbs=(
{3}    )
    _describe 'verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  (( $+functions[_headway_$verb] )) && _headway_$verb
}}
_headway "$@"
)",
                     installed_names(table), functions, services, verbs);
}

std::string fish_completion(VerbTable table) {
  std::string result =
      "# fish completion for headway; made by `headway completion fish`\n"
      "complete -c headway -f\n";
  for (const VerbSpec& verb : table) {
    result += fmt::format("complete -c headway -n __fish_use_subcommand -a {} -d {}\n", verb.name,
                          quoted(verb.summary, "\\'"));
    const std::string seen = fmt::format("'__fish_seen_subcommand_from {}'", verb.name);
    result += fish_lines(verb, "complete -c headway -n " + seen);
    for (const std::string_view alias : verb.aliases) {
      result += fmt::format("complete -c {} -f\n", alias);
      result += fish_lines(verb, fmt::format("complete -c {}", alias));
    }
  }
  return result;
}

}  // namespace headway::cli
