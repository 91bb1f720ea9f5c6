#include "coordinator/cli/verbs/table.h"

#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

namespace headway::cli {

namespace {

std::vector<VerbSpec> make_table() {
  return {
      analyze_spec(),
      plan_spec(),
      run_spec(),
      watch_spec(),
      status_spec(),
      report_spec(),
      agents_spec(),
      runs_spec(),
      logs_spec(),
      events_spec(),
      diagnose_spec(),
      explain_spec(),
      what_if_spec(),
      pause_spec(),
      resume_spec(),
      stop_spec(),
      adjust_spec(),
      apply_spec(),
      ticket_spec(),
      rollback_spec(),
      worker_spec(),
      locks_spec(),
      registry_spec(),
      sync_spec(),
      import_spec(),
      keys_spec(),
      config_spec(),
      {.name = "completion",
       .aliases = {},
       .summary = "print the completion script of a shell",
       .description = "Prints a script that completes verbs, options and files in this shell.",
       .positionals = {{.name = "SHELL", .help = "the shell", .choices = {"bash", "zsh", "fish"}}},
       .options = {},
       .examples = {{"source <(headway completion bash)", "For this session."}},
       .handler = &completion_verb},
      {.name = "man",
       .aliases = {},
       .summary = "print a manual page",
       .description = "Prints the manual page of a verb, or of the command, as roff source.",
       .positionals =
           {{.name = "VERB", .arity = Arity::kOptional, .help = "a verb", .choices = {}}},
       .options = {},
       .examples = {{"headway man run | man -l -", "Shows it."}},
       .handler = &man_verb},
      {.name = "help",
       .aliases = {},
       .summary = "explain the command or a verb",
       .description = "Shows all verbs, or explains one.",
       .positionals =
           {{.name = "VERB", .arity = Arity::kOptional, .help = "a verb", .choices = {}}},
       .options = {flag("names",
                        "list the verbs, each with the other names that it is installed under")},
       .examples = {},
       .handler = &help_verb}};
}

}  // namespace

VerbTable verb_table() {
  static const std::vector<VerbSpec> kTable = make_table();
  return kTable;
}

}  // namespace headway::cli