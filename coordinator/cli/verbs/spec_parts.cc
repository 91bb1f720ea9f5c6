#include "coordinator/cli/verbs/spec_parts.h"

namespace headway::cli {

Option flag(std::string_view name, std::string_view help, char letter) {
  return {.name = name, .letter = letter, .value = "", .help = help, .choices = {}};
}

Option valued(std::string_view name, std::string_view value, std::string_view help, char letter,
              ValueKind kind) {
  return {
      .name = name, .letter = letter, .value = value, .help = help, .kind = kind, .choices = {}};
}

std::vector<Option> with_place(std::vector<Option> options) {
  options.push_back(
      valued("connect", "ADDRESS", "the coordinator's address: HOST, HOST:PORT or ipc://PATH"));
  options.push_back(valued(
      "key", "FILE", "the key to come in by, where the address asks for one; else HEADWAY_KEY", 0,
      ValueKind::kFile));
  options.push_back(valued("state-dir", "DIR",
                           "the state directory, instead of .headway here or above", 0,
                           ValueKind::kFolder));
  return options;
}

Option format_option() {
  return {.name = "format",
          .value = "FORMAT",
          .help = "how it is printed",
          .choices = {"table", "json", "jsonl", "markdown", "plain"}};
}

Option dry_run_option() { return flag("dry-run", "tell what would change, and change nothing"); }

Option by_option() {
  return valued(
      "by", "NAME",
      "who asks for it, instead of you; kept (a key's own name counts where there are keys)");
}

Option run_option() {
  return valued("run", "RUN", "the run, instead of the unfinished or latest one");
}

Positional optional_run() {
  return {.name = "RUN",
          .arity = Arity::kOptional,
          .help = "a run, as in r7; without it the only one that is not finished, else the latest",
          .choices = {}};
}

Option several(std::string_view name, std::string_view value, std::string_view help) {
  return {.name = name, .value = value, .help = help, .choices = {}, .repeatable = true};
}

Option tickets_option() {
  return valued("tickets", "PATH",
                "a folder of tickets, one ticket's file, or a plan, instead of the configured "
                "folder",
                0, ValueKind::kFolder);
}

Option synced_option() {
  return valued("tickets", "DIR",
                "with --sync: the folder of tickets, instead of the one that the plan or the "
                "configuration names",
                0, ValueKind::kFolder);
}

}  // namespace headway::cli
