#include <fmt/format.h>

#include "coordinator/cli/command/help.h"

namespace headway::cli {

namespace {

/// Text as roff takes it literally: backslashes and hyphens escaped, and no line that begins with a
/// control character (groff_man(7), groff_char(7)).
std::string roff(std::string_view text) {
  std::string result;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) result += "\\&";
    line_start = c == '\n';
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

/// Paragraphs, parted by an empty line in `text`.
std::string paragraphs(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    result += roff(text.substr(0, end)) + "\n";
    if (end == std::string_view::npos) break;
    result += ".PP\n";
    text.remove_prefix(end + 2);
  }
  return result;
}

std::string option_entry(const Option& option) {
  std::string result = ".TP\n.B ";
  if (option.letter != 0) result += fmt::format("\\-{}\\fR, \\fB", option.letter);
  result += fmt::format("\\-\\-{}", roff(option.name));
  if (!option.value.empty()) result += fmt::format(" \\fI{}\\fR", roff(option.value));
  result += "\n" + roff(option.help);
  if (!option.choices.empty()) result += roff(fmt::format(": {}", fmt::join(option.choices, ", ")));
  if (option.repeatable) result += " (may be given several times)";
  return result + ".\n";
}

std::string header(std::string_view name, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" \"Headway\" \"User commands\"\n.SH NAME\n{} \\- {}\n",
                     roff(name), roff(name), roff(summary));
}

std::string exit_status() {
  std::string result = ".SH EXIT STATUS\n";
  for (const ExitMeaning& exit : exit_meanings()) {
    result += fmt::format(".TP\n.B {}\n{}.\n", exit.code, roff(exit.meaning));
  }
  return result;
}

constexpr std::string_view kEnvironment =
    ".SH ENVIRONMENT\n"
    ".TP\n.B HEADWAY_COORDINATOR\nThe coordinator's address, as with \\fB\\-\\-connect\\fR.\n"
    ".TP\n.B HEADWAY_STATE_DIR\nThe state directory, as with \\fB\\-\\-state\\-dir\\fR.\n"
    ".TP\n.B HEADWAY_LOCAL\nThe number of agents of an embedded run, as with \\fB\\-\\-local\\fR.\n"
    ".TP\n.B HEADWAY_FORMAT\nThe format of what is printed, as with \\fB\\-\\-format\\fR.\n"
    ".TP\n.B NO_COLOR\nWhere it is set and not empty, nothing is coloured.\n";

constexpr std::string_view kFiles =
    ".SH FILES\n"
    ".TP\n.I .headway/\nThe state directory of a project: the registry, sockets and logs.\n"
    ".TP\n.I .headway.yaml\nThe project's configuration.\n"
    ".TP\n.I $XDG_CONFIG_HOME/headway/config.yaml\nThe user's configuration.\n"
    ".TP\n.I /etc/headway/config.yaml\nThe machine's configuration.\n";

}  // namespace

std::string man_page(const VerbSpec& verb) {
  std::string result = header(fmt::format("headway-{}", verb.name), verb.summary);
  result += fmt::format(".SH SYNOPSIS\n.B {}\n", roff(synopsis(verb)));
  for (const std::string_view alias : verb.aliases) {
    result += fmt::format(".br\n.B {}\n", roff(synopsis(verb, alias)));
  }
  result += ".SH DESCRIPTION\n" + paragraphs(verb.description);
  for (const Positional& positional : verb.positionals) {
    result += fmt::format(".TP\n.I {}\n{}", roff(positional.name), roff(positional.help));
    if (!positional.choices.empty()) {
      result += roff(fmt::format(": {}", fmt::join(positional.choices, ", ")));
    }
    result += ".\n";
  }
  result += ".SH OPTIONS\n";
  for (const Option& option : verb.options) result += option_entry(option);
  for (const Option& option : common_options()) result += option_entry(option);
  if (!verb.examples.empty()) result += ".SH EXAMPLES\n";
  for (const Example& example : verb.examples) {
    result += fmt::format(".TP\n.B {}\n{}\n", roff(example.command), roff(example.meaning));
  }
  result += exit_status();
  result += kEnvironment;
  result += ".SH SEE ALSO\n.BR headway (1)\n";
  return result;
}

std::string man_page(VerbTable table) {
  std::string result = header("headway", "execute a plan of tickets in parallel");
  result +=
      ".SH SYNOPSIS\n.B headway \\fIVERB\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
      ".SH DESCRIPTION\n"
      "A coordinator resolves the dependencies of a plan and hands tickets out; workers, on this "
      "machine or on others, run them. Every state change is kept in a registry.\n.PP\n"
      "A command finds its coordinator at \\fB\\-\\-connect\\fR, else at the address in "
      "\\fBHEADWAY_COORDINATOR\\fR, else in the project's state directory. Where there is none, "
      "\\fBheadway run\\fR brings its own.\n"
      ".SH VERBS\n";
  for (const VerbSpec& verb : table) {
    result += fmt::format(".TP\n.B {}\n{}", roff(verb.name), roff(verb.summary));
    if (!verb.aliases.empty()) {
      result += roff(fmt::format(" (also installed as {})", fmt::join(verb.aliases, ", ")));
    }
    result += ".\n";
  }
  result += exit_status();
  result += kEnvironment;
  result += kFiles;
  result += ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < table.size(); ++i) {
    result += fmt::format(".BR headway\\-{} (1){}\n", roff(table[i].name),
                          i + 1 < table.size() ? "," : "");
  }
  return result;
}

}  // namespace headway::cli
