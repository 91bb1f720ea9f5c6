#include "coordinator/cli/verbs/table.h"

#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/importers.h"

namespace headway::cli {

namespace {

Option flag(std::string_view name, std::string_view help, char letter = 0) {
  return {.name = name, .letter = letter, .value = "", .help = help, .choices = {}};
}

Option valued(std::string_view name, std::string_view value, std::string_view help, char letter = 0,
              ValueKind kind = ValueKind::kText) {
  return {
      .name = name, .letter = letter, .value = value, .help = help, .kind = kind, .choices = {}};
}

/// The options by which a verb finds its coordinator, after its own.
std::vector<Option> with_place(std::vector<Option> options) {
  options.push_back(
      valued("connect", "ADDRESS", "the coordinator's address: HOST, HOST:PORT or ipc://PATH"));
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
                  valued("output", "FILE", "write to this file", 'o', ValueKind::kFile),
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
                      valued("output", "FILE", "write to this file", 'o', ValueKind::kFile),
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
          flag("monitor", "stay with the run and show its progress; the default"),
          flag("validate",
               "check first that agents can run every ticket, and that programs and directories "
               "exist"),
          flag("dry-run", "show what would run when, and do nothing"),
          valued("report", "FILE", "with --dry-run: write the simulated schedule as Markdown", 0,
                 ValueKind::kFile),
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

VerbSpec status_spec() {
  return {
      .name = "status",
      .aliases = {},
      .summary = "show a snapshot of a run",
      .description =
          "Shows how far a run is: its counts, its measures and every ticket with its state, "
          "agent, time, and what it waits for or why it failed.",
      .positionals = {optional_run()},
      .options = with_place({format_option(), flag("summary", "without the tickets")}),
      .examples = {{"headway status --format json", "For scripts; the schema is versioned."}},
      .handler = &status_verb,
  };
}

VerbSpec report_spec() {
  return {
      .name = "report",
      .aliases = {"generate-progress-report"},
      .summary = "report on all tickets of a run",
      .description =
          "Reports what the registry says of a run, while it goes on or afterwards: every ticket "
          "with its status, priority, category, effort (estimated, and what its last attempt took) "
          "and dates; at the end the counts by status, priority and category. With --format "
          "markdown it is a document.\n\n"
          "--trace writes what ran when on which agent, what waited for locks and when the run was "
          "paused, as a trace that Perfetto (ui.perfetto.dev) opens; --junit writes what became of "
          "the tickets as test results. With one of these and nothing else said, the report itself "
          "is not printed.",
      .positionals = {optional_run()},
      .options = with_place(
          {flag("registry", "the table of tickets and the counts; the default"),
           flag("include-metrics", "with the run's measures"),
           valued("trace", "FILE", "write the run's timeline as a Chrome trace", 0,
                  ValueKind::kFile),
           valued("junit", "FILE", "write the run's results as JUnit XML", 0, ValueKind::kFile),
           valued("output", "FILE", "write the report to this file", 'o', ValueKind::kFile),
           format_option()}),
      .examples = {{"headway report --registry --format markdown > report.md", "For a wiki."},
                   {"headway report r7 --trace r7.json --junit r7.xml",
                    "For Perfetto, and for what shows test results."}},
      .handler = &report_verb,
  };
}

VerbSpec agents_spec() {
  return {
      .name = "agents",
      .aliases = {"show-agent-status"},
      .summary = "show the agent matrix",
      .description =
          "Shows every agent: what it is doing, and its progress. An agent that is idle shows the "
          "ticket that the schedule has next for it (`waiting`, or `deps` where that one waits for "
          "others), else its last one.",
      .positionals = {},
      .options = with_place(
          {format_option(),
           flag("include-metrics", "with tickets done, durations and the load of machines")}),
      .examples = {},
      .handler = &agents_verb,
  };
}

VerbSpec runs_spec() {
  return {
      .name = "runs",
      .aliases = {},
      .summary = "list runs, the latest first",
      .description = "Lists the runs of the registry, the latest first.",
      .positionals = {},
      .options = with_place(
          {format_option(), valued("limit", "N", "at most so many; 50 unless told", 'n')}),
      .examples = {},
      .handler = &runs_verb,
  };
}

VerbSpec logs_spec() {
  return {
      .name = "logs",
      .aliases = {},
      .summary = "print the output of tickets",
      .description =
          "Prints what the commands of tickets wrote. With several tickets each line begins with "
          "its "
          "ticket. On a terminal escape sequences are left out; elsewhere the bytes are as they "
          "were.",
      .positionals =
          {{.name = "TICKET", .arity = Arity::kOneOrMore, .help = "ids of tickets", .choices = {}}},
      .options =
          with_place({run_option(), flag("follow", "go on until the tickets have ended", 'f'),
                      valued("attempt", "N", "of this attempt instead of the latest"),
                      valued("tail", "N", "only the last N lines of what is there", 'n')}),
      .examples = {{"headway logs API-014 UI-003 --follow", "Both as they come."}},
      .handler = &logs_verb,
  };
}

VerbSpec events_spec() {
  return {
      .name = "events",
      .aliases = {},
      .summary = "list state changes",
      .description = "Lists what has happened, the oldest first, each with its number.",
      .positionals = {optional_run()},
      .options = with_place({format_option(), flag("all", "of all runs, and of workers"),
                             flag("follow", "go on until the run has ended", 'f'),
                             valued("after", "N", "only those after number N")}),
      .examples = {{"headway events --follow --after 120 --format jsonl",
                    "For a program that reads along."}},
      .handler = &events_verb,
  };
}

VerbSpec explain_spec() {
  return {
      .name = "explain",
      .aliases = {},
      .summary = "say why a ticket is in the state that it is in",
      .description =
          "Says why a ticket is in its state, what it waits for and what would unblock it, and "
          "what has happened to it.",
      .positionals = {{.name = "TICKET", .help = "the id of a ticket", .choices = {}}},
      .options = with_place({run_option(), format_option()}),
      .examples = {},
      .handler = &explain_verb,
  };
}

std::vector<Option> control_options(std::vector<Option> options) {
  options.push_back(flag("all", "all runs that are not finished"));
  return with_place(std::move(options));
}

VerbSpec pause_spec() {
  return {
      .name = "pause",
      .aliases = {"pause-execution"},
      .summary = "hand out nothing more of a run",
      .description =
          "Pauses a run: nothing more is handed out at once, what runs goes on to its end.",
      .positionals = {optional_run()},
      .options =
          control_options({flag("wait-for-completion", "return when nothing of it runs any more"),
                           valued("timeout", "DURATION", "wait at most so long, as in 10m")}),
      .examples = {},
      .handler = &pause_verb,
  };
}

VerbSpec resume_spec() {
  return {
      .name = "resume",
      .aliases = {"resume-execution"},
      .summary = "go on with a run that was paused, stopped or cut off",
      .description =
          "Tells the coordinator to go on with a run and returns. Where none is alive in the state "
          "directory, one is embedded, with as many agents as the run had, and the command stays "
          "until the "
          "run has ended.",
      .positionals = {optional_run()},
      .options = control_options(
          {flag("validate-state",
                "check first that registry, plan, artifacts and memory agree, and that agents can "
                "run what is left"),
           flag("rerun-missing",
                "check, and run tickets once more whose artifacts are gone or have changed"),
           flag("sync", "write status and times into the tickets' files as the run goes on"),
           synced_option(),
           valued("local", "N", "embed N agents instead of as many as the run had")}),
      .examples = {},
      .handler = &resume_verb,
  };
}

VerbSpec stop_spec() {
  return {
      .name = "stop",
      .aliases = {"stop-execution"},
      .summary = "stop a run",
      .description =
          "Stops a run: what runs is asked to end and killed after its grace. Without "
          "--preserve-state what was not done is cancelled and the run cannot be resumed.",
      .positionals = {optional_run()},
      .options = control_options(
          {flag("force", "kill at once"),
           flag("preserve-state", "keep the run so that it can be resumed"),
           flag("yes", "cancel it for good without being asked", 'y'),
           valued("timeout", "DURATION", "wait at most so long for its end; 60s unless told")}),
      .examples = {{"headway stop --force --preserve-state",
                    "Ends everything now, to go on later."}},
      .handler = &stop_verb,
  };
}

VerbSpec ticket_spec() {
  return {
      .name = "ticket",
      .aliases = {},
      .summary = "cancel tickets, or open them again",
      .description =
          "`cancel` ends tickets for good: what runs of them is stopped, and what depends on them "
          "is "
          "aborted.\n\n"
          "`retry` opens tickets again that failed, were aborted or cancelled, with what was "
          "aborted "
          "for them. `rerun` does it with tickets that succeeded, and with all that succeeded on "
          "top "
          "of them. A run that has ended goes on then; where no coordinator is alive, one is "
          "embedded "
          "and the command stays until the run has ended.\n\n"
          "All tickets that are named are acted upon, or none.",
      .positionals =
          {{.name = "ACTION", .help = "what to do", .choices = {"cancel", "retry", "rerun"}},
           {.name = "TICKET", .arity = Arity::kAny, .help = "ids of tickets", .choices = {}}},
      .options =
          with_place({run_option(), flag("failed", "with retry: all that failed"),
                      valued("comment", "TEXT", "why; kept with the ticket"),
                      valued("local", "N", "embed N agents instead of as many as the run had")}),
      .examples = {{"headway ticket retry API-014", "After its cause was mended."},
                   {"headway ticket retry --failed", "Everything that failed."}},
      .handler = &ticket_verb,
  };
}

VerbSpec worker_spec() {
  return {
      .name = "worker",
      .aliases = {},
      .summary = "let a worker leave, or take its work away",
      .description =
          "`drain`: the worker gets nothing more and leaves when what it runs has ended. `remove`: "
          "what "
          "it runs is stopped and goes out again, and it leaves.\n\n"
          "Of a worker that is gone with its machine, tickets that are handed out again only on "
          "proof "
          "wait for ever: `remove --confirm-dead` is a person's word that nothing of it is alive.",
      .positionals = {{.name = "ACTION", .help = "what to do", .choices = {"drain", "remove"}},
                      {.name = "WORKER", .help = "the worker's name", .choices = {}}},
      .options = with_place({flag("confirm-dead", "with remove: nothing of it is alive, I looked"),
                             valued("comment", "TEXT", "why; kept with the fact")}),
      .examples = {{"headway worker remove build-03 --confirm-dead",
                    "Its machine has burnt down."}},
      .handler = &worker_verb,
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
      .options = {valued("output", "FILE", "write to this file", 'o', ValueKind::kFile),
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

std::vector<VerbSpec> make_table() {
  return {
      analyze_spec(),
      plan_spec(),
      run_spec(),
      status_spec(),
      report_spec(),
      agents_spec(),
      runs_spec(),
      logs_spec(),
      events_spec(),
      explain_spec(),
      pause_spec(),
      resume_spec(),
      stop_spec(),
      ticket_spec(),
      worker_spec(),
      sync_spec(),
      import_spec(),
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
