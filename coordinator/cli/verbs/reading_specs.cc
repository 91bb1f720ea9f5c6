#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

/// The verbs that only tell about runs and agents.

namespace headway::cli {

VerbSpec watch_spec() {
  return {
      .name = "watch",
      .aliases = {"monitor-execution"},
      .summary = "show a run as it goes on",
      .description =
          "Shows a run on the terminal: how far it is, what every agent does, what needs attention "
          "and what happened last, on every change. Keys move through it, open a ticket, and "
          "pause, "
          "resume, cancel, retry, reassign; ? lists them, and every change asks first. q leaves, "
          "and the run goes on.\n\n"
          "Where standard output is no terminal, or with --format plain, it prints a line for each "
          "state change from the beginning of the run to its end, as `run` does, and ends with the "
          "code that `run` ends with. With --format jsonl each picture is a line that begins as "
          "`status --format json` does. json and markdown are documents of this moment.",
      .positionals = {optional_run()},
      .options = with_place(
          {flag("dashboard", "the dashboard; the default on a terminal"),
           flag("real-time", "on every change, at most 10 times a second; the default"),
           valued("refresh", "TIME", "once in this time instead, as in 5s"),
           flag("once", "print what there is to see, once, and leave"),
           {.name = "focus",
            .value = "FOCUS",
            .help = "show more of this",
            .choices = {"agents", "resources", "conflicts", "progress"}},
           flag("ascii", "without box drawing; the default where the locale is not UTF-8"),
           format_option()}),
      .examples = {{"headway watch --refresh 5s", "Over a slow line."},
                   {"headway watch --once --focus conflicts", "Who waits for whom."},
                   {"headway watch --format jsonl | jq .run.completion_rate", "For programs."}},
      .handler = &watch_verb,
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
          "the tickets as test results. --html writes one page for a browser that needs nothing "
          "else: "
          "the counts and measures, what failed with the last that it printed, what ran when on "
          "which agent as a chart, what waits for what as a graph, and all tickets, to be sorted "
          "and filtered. It loads nothing from anywhere, and can be sent to anybody. Of a large "
          "run it says what it leaves out. With one of these and nothing else said, the report "
          "itself is not printed. A FILE may be `-`, standard output.",
      .positionals = {optional_run()},
      .options = with_place(
          {flag("registry", "the table of tickets and the counts; the default"),
           flag("include-metrics", "with the run's measures"),
           flag(
               "recovery",
               "instead of it: each time that the run was taken up again, what was under way then, "
               "what became of it, what was found, and what to look at"),
           valued("trace", "FILE", "write the run's timeline as a Chrome trace", 0,
                  ValueKind::kFile),
           valued("junit", "FILE", "write the run's results as JUnit XML", 0, ValueKind::kFile),
           valued("html", "FILE", "write the run as one page for a browser", 0, ValueKind::kFile),
           valued("output", "FILE", "write the report to this file; `-`: standard output", 'o',
                  ValueKind::kFile),
           format_option()}),
      .examples = {{"headway report --registry --format markdown > report.md", "For a wiki."},
                   {"headway report r7 --trace r7.json --junit r7.xml",
                    "For Perfetto, and for what shows test results."},
                   {"headway report --html run.html", "A page to look at and to send."}},
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
          "ticket that the schedule has next for it (`waiting`, and `deps` where that one waits "
          "for "
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
          "were.\n\n"
          "What checks say that run on the agent of their ticket is among its output. A gate that "
          "runs elsewhere, a rollback and a gate of the plan have outputs of their own: --check.",
      .positionals =
          {{.name = "TICKET", .arity = Arity::kAny, .help = "ids of tickets", .choices = {}}},
      .options =
          with_place({run_option(),
                      valued("check", "NAME",
                             "what a gate, or the `rollback`, of the ticket said; without a ticket "
                             "a gate of the plan"),
                      flag("follow", "go on until the tickets have ended", 'f'),
                      valued("attempt", "N", "of this attempt instead of the latest"),
                      valued("tail", "N", "only the last N lines of what is there", 'n')}),
      .examples = {{"headway logs API-014 UI-003 --follow", "Both as they come."},
                   {"headway logs API-014 --check rollback", "What its rollback said."},
                   {"headway logs --check 'whole tree'", "What a gate of the plan said last."}},
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

VerbSpec diagnose_spec() {
  return {
      .name = "diagnose",
      .aliases = {"diagnose-execution"},
      .summary = "say what is wrong with a run, why, and what to do",
      .description =
          "Looks for what keeps a run from getting on: failures and what they block, tickets that "
          "no agent can run, waits for locks, tickets that are stuck, late or passed over, the "
          "longest chain that is left, bad and slow workers, idle agents, the registry's disk. "
          "Each finding comes with its evidence, what it costs, and the command that would mend "
          "it; the gravest first.\n\n"
          "Without a coordinator that is alive, agents and locks cannot be looked at.",
      .positionals = {optional_run()},
      .options = with_place(
          {flag("check-conflicts", "only locks and starvation"),
           flag("analyze-bottlenecks", "only what bounds the run's speed; both: everything"),
           flag("exit-code", "end with 1 where a problem or a warning was found"),
           format_option()}),
      .examples = {{"headway diagnose --exit-code --format plain",
                    "For a script that wakes somebody up."}},
      .handler = &diagnose_verb,
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

VerbSpec registry_spec() {
  return {
      .name = "registry",
      .aliases = {},
      .summary = "copy a registry, check one, or remove old runs from it",
      .description =
          "`backup` copies one moment of the state directory's registry to FILE, which must not "
          "exist, and checks the copy; a coordinator may be at work meanwhile. To go on from a "
          "copy: with no coordinator alive, remove `registry.db-wal` and `registry.db-shm` and put "
          "the copy in the place of `registry.db`. Outputs of tickets are files of their own, in "
          "`output` beside it.\n\n"
          "`verify` checks a registry or a copy, of the state directory unless FILE is given, "
          "prints what is wrong with it, and ends with 1 where something is.\n\n"
          "`prune` removes runs that have ended for good, with their facts and what their tickets "
          "printed, and gives the space back: all but the latest of `--keep`, and of those only "
          "what `--older-than` says. What can be resumed stays, and so does the latest run. No "
          "coordinator may be at work; unfinished runs go on when it is started again. Of a run "
          "that is gone nothing can be asked, rolled back or tried again.",
      .positionals = {{.name = "ACTION",
                       .help = "what to do",
                       .choices = {"backup", "verify", "prune"}},
                      {.name = "FILE",
                       .arity = Arity::kOptional,
                       .help = "the copy",
                       .kind = ValueKind::kFile,
                       .choices = {}}},
      .options = with_place(
          {valued("keep", "N", "prune: so many runs that have ended stay, the latest"),
           valued("older-than", "TIME", "prune: only runs that ended longer ago, as in 30d"),
           dry_run_option()}),
      .examples = {{"headway registry backup /backup/registry-$(date +%F).db", "Every night."},
                   {"headway registry prune --older-than 30d --dry-run", "What would go."}},
      .handler = &registry_verb,
  };
}

VerbSpec what_if_spec() {
  return {
      .name = "what-if",
      .aliases = {},
      .summary = "say how a change would move the end of a run",
      .description =
          "Forecasts when a run will be over, as things are and as they would be, and prints both: "
          "the time that is as likely to be too long as too short, the one within which nine runs "
          "of ten are over, and the differences. Nothing is changed.\n\n"
          "--agents N without a sign says how many there would be in all; it is needed for a run "
          "that nobody executes. A dropped ticket counts as done.",
      .positionals = {optional_run()},
      .options = with_place(
          {valued("agents", "+N|-N|N", "so many agents more, fewer, or in all"),
           several("drop", "TICKET", "without this ticket"),
           several("priority", "TICKET=PRIORITY", "as in MOD-012=critical"),
           several("resource", "NAME=AMOUNT",
                   "how much there is of a resource that the plan counts for all, as in license=3"),
           valued("parallelism", "N", "tickets alive at once; 0: without a limit"),
           format_option()}),
      .examples = {{"headway what-if --agents +3 --drop DOC-007 --priority MOD-012=high",
                    "All of it together."}},
      .handler = &what_if_verb,
  };
}

}  // namespace headway::cli
