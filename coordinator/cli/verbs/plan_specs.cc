#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/importers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

/// The verbs that read, make and execute plans.

namespace headway::cli {

VerbSpec analyze_spec() {
  return {
      .name = "analyze",
      .aliases = {"analyze-dependencies"},
      .summary = "report on tickets and change nothing",
      .description =
          "Reads a folder of tickets and reports on them: dependencies by kind; cycles in their "
          "shortest form, and where to cut them; conflicts, declared and found from the files and "
          "locks that tickets name, each with who goes first and why; groups; the critical path "
          "and slack; bottlenecks; what limits the whole; and what would help, each with the time "
          "that it saves. Durations are those of a simulated schedule.\n\n"
          "The folder is --tickets, else the configured one, else `tickets` here. What is wrong "
          "with the tickets is told on standard error, with file, line and column.\n\n"
          "Exits with 0 whatever is found, unless --exit-code is given: then with 3 where the "
          "tickets are no plan (a cycle, a dependency on a ticket that is nowhere), and with 1 "
          "where --conflicts-only finds conflicts that no dependency keeps apart.",
      .positionals = {{.name = "PATH",
                       .arity = Arity::kOptional,
                       .help = "the same as --tickets",
                       .kind = ValueKind::kFolder,
                       .choices = {}}},
      .options = {tickets_option(),
                  several("scope", "LIST",
                          "only tickets whose id, file or changed files match, as in MOD-*, "
                          "pending or docs/**"),
                  several("category", "LIST", "only tickets of these categories"),
                  several("priority", "LIST", "only tickets of these priorities"),
                  flag("conflicts-only", "report the conflicts alone"),
                  valued("validate-plan", "FILE",
                         "check that this plan is valid, and compare it with the tickets", 0,
                         ValueKind::kFile),
                  valued("agents", "N",
                         "reckon with so many agents, or with agents by label as in "
                         "builder=2,writer=1; without it with as many as are useful"),
                  {.name = "format",
                   .value = "FORMAT",
                   .help = "how it is printed; dot and mermaid are graphs",
                   .choices = {"table", "text", "json", "jsonl", "markdown", "plain", "dot",
                               "mermaid"}},
                  valued("output", "FILE", "write to this file; `-`: standard output", 'o',
                         ValueKind::kFile),
                  flag("exit-code", "let the exit code tell of what is found")},
      .examples = {{"headway analyze --tickets tickets", "Reports on a folder."},
                   {"headway analyze --conflicts-only --scope 'docs/**'",
                    "Who changes the same files below docs."},
                   {"headway analyze --agents builder=2,writer=1",
                    "With these agents, and what one more of each would save."},
                   {"headway analyze --format dot | dot -Tsvg > tickets.svg", "As a picture."}},
      .handler = &analyze_verb,
  };
}

VerbSpec plan_spec() {
  return {
      .name = "plan",
      .aliases = {"generate-execution-plan"},
      .summary = "write a plan that executes tickets best",
      .description =
          "Reads a folder of tickets (or a plan) and writes a plan with a schedule, to standard "
          "output or --output. Strategies: `maximum` finds out how many agents are useful, and the "
          "shortest schedule with them; `balanced` looks for the shortest schedule on the agents "
          "given; `sequential` goes one ticket at a time, important and blocking ones first. The "
          "plan says how short no schedule can be, so that one sees how good it is.\n\n"
          "The search takes as many steps as fit about a second, or --optimize TIME; Ctrl-C ends "
          "it and keeps the best. The same tickets, --seed and --iterations give the same plan; "
          "those of a search that was bounded by time are in the plan, under `search`.\n\n"
          "A ticket without an estimate is reckoned with the median of what tickets of its "
          "category "
          "took in the registry's latest runs, else with 10 minutes; it says so. What is wrong "
          "with the "
          "tickets is told on standard error; tickets that are no plan (a cycle, a dependency on a "
          "ticket that is nowhere) end it with 3.\n\n"
          "With --diff OLD NEW nothing is planned: it tells what changed from one plan to the "
          "other.",
      .positionals = {{.name = "PATH",
                       .arity = Arity::kOptional,
                       .help = "the same as --tickets; with --diff the new plan",
                       .kind = ValueKind::kFolder,
                       .choices = {}}},
      .options =
          with_place({{.name = "strategy",
                       .value = "STRATEGY",
                       .help = "how it is to be executed; balanced unless told",
                       .choices = {"maximum", "balanced", "sequential"}},
                      tickets_option(),
                      valued("agents", "N",
                             "so many agents, or agents by type or label as in builder=2,writer=1; "
                             "without it those that a run here would have"),
                      valued("agents-from", "FILE",
                             "the agents that a file lists, or those of an iMOPSE instance", 0,
                             ValueKind::kFile),
                      flag("from-coordinator", "the agents that have joined the coordinator"),
                      valued("optimize", "TIME", "look so long for a short schedule, as in 5s"),
                      valued("iterations", "N", "so many steps of the search"),
                      valued("seed", "N", "of the search's random numbers; 1 unless told"),
                      valued("output", "FILE", "write to this file; `-`: standard output", 'o',
                             ValueKind::kFile),
                      several("scope", "LIST",
                              "only tickets whose id, file or changed files match, as in MOD-*, "
                              "pending or docs/**"),
                      several("category", "LIST", "only tickets of these categories"),
                      several("priority", "LIST", "only tickets of these priorities"),
                      valued("diff", "OLD", "compare this plan with PATH, and plan nothing", 0,
                             ValueKind::kFile),
                      format_option()}),
      .examples = {{"headway plan --strategy balanced > plan.yaml",
                    "Plans the configured folder for the agents that a run here would have."},
                   {"headway plan --strategy maximum", "Says how many agents are useful."},
                   {"headway plan --agents builder=2,writer=1 --optimize 5s -o plan.yaml",
                    "For these agents, with five seconds for the search."},
                   {"headway plan --diff old.yaml new.yaml", "What changed."}},
      .handler = &plan_verb,
  };
}

VerbSpec run_spec() {
  return {
      .name = "run",
      .aliases = {"execute-parallel-plan"},
      .summary = "execute a plan",
      .description =
          "Executes a plan and stays with it until it has ended: a line for each state change, on "
          "a "
          "terminal with a live line of progress below, at the end a summary.\n\n"
          "Where no coordinator is found the run is embedded: a coordinator and agents are started "
          "here "
          "and end with this command; such a run goes on with `headway resume`. Ctrl-C then stops "
          "the run "
          "with its state preserved, a second one kills it. With a coordinator elsewhere Ctrl-C "
          "only "
          "detaches.\n\n"
          "With --sync the files of the tickets are kept up to date as long as the command stays: "
          "`status`, `started_at` and `completed_at`, and no other byte. Where folders are named "
          "after statuses a file moves when its ticket is done; before that only where no command "
          "is told where its ticket's file is. A file that somebody gives another status meanwhile "
          "stays as they made it. `headway sync` catches up with what happened while no command "
          "stayed.",
      .positionals = {{.name = "PLAN",
                       .help = "the plan's file, or - for standard input",
                       .kind = ValueKind::kFile,
                       .choices = {}}},
      .options = with_place({
          valued("local", "N", "embed a coordinator and N agents here"),
          flag("monitor",
               "with the dashboard, where there is a terminal; q leaves it for the lines"),
          flag("validate",
               "check first that agents can run every ticket, and that programs and directories "
               "exist"),
          flag("dry-run", "show what would run when, and do nothing"),
          valued("report", "FILE", "with --dry-run: write the simulated schedule as Markdown", 0,
                 ValueKind::kFile),
          valued(
              "validation", "LEVEL",
              "before each attempt look at: standard (its requirements and inputs), strict (also "
              "that its worker has its programs, directories and secrets), comprehensive (also "
              "that nobody else has changed the files that it affects)"),
          valued("groups", "LIST", "run these groups alone, as in 1,3"),
          flag("skip-dependencies",
               "with --groups: do not ask whether what they need from others has succeeded"),
          valued("max-parallel", "N", "tickets alive at once, instead of what the plan says"),
          flag("detach", "submit the plan to a coordinator elsewhere and return"),
          flag("sync", "write status and times into the tickets' files as the run goes on"),
          synced_option(),
          format_option(),
      }),
      .examples =
          {{"headway run plan.yaml", "Executes the plan here, with an agent for each processor."},
           {"headway run plan.yaml --local 4", "With four agents."},
           {"headway run plan.yaml --dry-run --report simulation.md", "Only shows the schedule."},
           {"headway run plan.yaml --connect build-01 --detach", "Hands it to another machine."}},
      .handler = &run_verb,
  };
}

VerbSpec import_spec() {
  return {
      .name = "import",
      .aliases = {},
      .summary = "turn another format into a plan",
      .description =
          "Reads a file of another format and writes it as a plan, to standard output or to "
          "--output.",
      .positionals = {{.name = "FORMAT", .help = "the format", .choices = importer_names()},
                      {.name = "FILE",
                       .help = "the file, or - for standard input",
                       .kind = ValueKind::kFile,
                       .choices = {}}},
      .options = {valued("output", "FILE", "write to this file; `-`: standard output", 'o',
                         ValueKind::kFile),
                  valued("agents-output", "FILE",
                         "imopse: write its workers to this file, as agents", '\0',
                         ValueKind::kFile),
                  valued("time-scale", "X",
                         "take so much of the recorded time: 0.01 makes 1s of 100s"),
                  valued("size-scale", "X", "take so much of the recorded sizes of files")},
      .examples =
          {{"headway import wfcommons montage.json --time-scale 0.01 > plan.yaml",
            "A recorded workflow, a hundred times as fast."},
           {"headway import imopse 100_10_26_15.def --agents-output agents.yaml > plan.yaml",
            "A scheduling benchmark and its workers, as agents with labels."}},
      .handler = &import_verb,
  };
}

VerbSpec sync_spec() {
  return {
      .name = "sync",
      .aliases = {},
      .summary = "write what a run did into the tickets' files",
      .description =
          "Brings the files of tickets into agreement with a run: `status`, `started_at` and "
          "`completed_at` of the front matter, and the folder where folders are named after "
          "statuses. No other byte is touched. What failed becomes `blocked`: it needs a "
          "person.\n\n"
          "A file that somebody changes meanwhile is never overwritten: other fields stay as they "
          "made them, and where they gave it another status, that stays. So does what a person "
          "completed or cancelled, unless --force is given.\n\n"
          "With --check nothing is written: every disagreement is shown, and the command ends with "
          "1 where there is one.",
      .positionals = {},
      .options = with_place({tickets_option(), run_option(),
                             flag("check", "show every disagreement and change nothing"),
                             flag("force", "also reopen what a person completed or cancelled"),
                             format_option()}),
      .examples = {{"headway sync --check", "What the files say otherwise than the latest run."},
                   {"headway sync", "Writes it into them."}},
      .handler = &sync_verb,
  };
}

}  // namespace headway::cli
