#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

/// The verbs that change the course of a run.

namespace headway::cli {

namespace {

std::vector<Option> control_options(std::vector<Option> options) {
  options.push_back(flag("all", "all runs that are not finished"));
  return with_place(std::move(options));
}

}  // namespace

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

}  // namespace headway::cli
