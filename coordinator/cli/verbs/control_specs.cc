#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

/// The verbs that change the course of a run.

namespace headway::cli {

namespace {

std::vector<Option> control_options(std::vector<Option> options) {
  options.push_back(flag("all", "all runs that are not finished"));
  options.push_back(dry_run_option());
  return with_place(std::move(options));
}

Option optional_number(std::string_view name, std::string_view help) {
  return {.name = name, .value = "[N]", .help = help, .choices = {}, .value_optional = true};
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
          "run has ended. It stays with one run, so --all is for a coordinator that is alive.",
      .positionals = {optional_run()},
      .options = control_options(
          {flag("validate-state",
                "check first that registry, plan, artifacts, tickets' files and memory agree, and "
                "that "
                "agents can run what is left"),
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
      .aliases = {"reassign-ticket"},
      .summary = "steer single tickets",
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
          "`approve` and `reject` decide a gate that is a person's, of a ticket that is in review. "
          "`settle` says of tickets whose rollback failed that they have been put back by hand, or "
          "may stay as they are: what stood in the way of the rest goes on.\n\n"
          "`reassign` gives tickets to one worker (--to; an agent stands for its worker, and `any` "
          "sets "
          "them free again): they go there and nowhere else. One that runs elsewhere is moved only "
          "with --restart: it is stopped there and begins anew. `priority` gives them another "
          "priority (--to critical).\n\n"
          "All tickets that are named are acted upon, or none.",
      .positionals =
          {{.name = "ACTION",
            .help = "what to do",
            .choices = {"cancel", "retry", "rerun", "approve", "reject", "settle", "reassign",
                        "priority"}},
           {.name = "TICKET", .arity = Arity::kAny, .help = "ids of tickets", .choices = {}}},
      .options = with_place(
          {run_option(), several("ticket", "TICKET", "the same as a word TICKET"),
           flag("failed", "with retry: all that failed"),
           valued("to", "WHAT",
                  "with reassign: a worker or an agent, or `any`; with priority: one of "
                  "critical, high, medium, low, background"),
           flag("restart", "with reassign: also what runs elsewhere, from its beginning"),
           dry_run_option(), by_option(), valued("comment", "TEXT", "why; kept with the ticket"),
           valued("local", "N", "embed N agents instead of as many as the run had")}),
      .examples = {{"headway ticket retry API-014", "After its cause was mended."},
                   {"headway ticket approve API-014 --by ann --comment 'read it'",
                    "What waits for her word goes on."},
                   {"headway ticket retry --failed", "Everything that failed."},
                   {"headway ticket priority MOD-012 --to critical", "It goes first."},
                   {"reassign-ticket --ticket API-014 --to build-02/1 --restart",
                    "It begins anew there."}},
      .handler = &ticket_verb,
      .action_names = {{"reassign-ticket", "reassign"}},
  };
}

VerbSpec rollback_spec() {
  return {
      .name = "rollback",
      .aliases = {},
      .summary = "put back what a run has done",
      .description =
          "Runs the rollbacks of all tickets that have succeeded, or with --to of those that did "
          "so "
          "after one, what ended last first, each once; they are undone then, and what stands on "
          "them and has not ended is cancelled. Nothing of the run may be alive. First it shows "
          "what "
          "would be undone, in its order, and asks.\n\n"
          "A ticket without a rollback is undone without anything being run. One whose rollback "
          "fails is in the way of the rest until a person settles it (headway ticket settle).\n\n"
          "Where no coordinator is alive, one is embedded, and the command stays until the end; of "
          "a "
          "run that was stopped, what is left and not undone goes on.",
      .positionals = {optional_run()},
      .options = with_place(
          {valued("to", "TICKET", "back to this ticket, which stays; everything unless told"),
           dry_run_option(), flag("yes", "do it without being asked", 'y'), by_option(),
           valued("comment", "TEXT", "why; kept with the tickets"),
           valued("local", "N", "embed N agents instead of as many as the run had")}),
      .examples = {{"headway rollback --dry-run", "What would be undone, in its order."},
                   {"headway rollback r7 --to API-014", "Back to where it had succeeded."}},
      .handler = &rollback_verb,
  };
}

VerbSpec worker_spec() {
  return {
      .name = "worker",
      .aliases = {"restart-agent", "scale-agents"},
      .summary = "let a worker leave, take its work away, start it anew, or have more of them",
      .description =
          "`drain`: the worker gets nothing more and leaves when what it runs has ended. `remove`: "
          "what "
          "it runs is stopped and goes out again, and it leaves. `restart`: it drains, then its "
          "process starts itself anew and joins again. An agent, as in build-01/2, stands for its "
          "worker.\n\n"
          "Of a worker that is gone with its machine, tickets that are handed out again only on "
          "proof "
          "wait for ever: `remove --confirm-dead` is a person's word that nothing of it is "
          "alive.\n\n"
          "`scale N`: starts and drains local workers until the coordinator of the state directory "
          "has N local agents. Local are the embedded run's worker `local`, whose agents stay as "
          "long as it lasts, and the workers `local-1`, `local-2`, ... of one agent each, which "
          "this command starts: they offer every agent type and this machine's resources, keep "
          "their state and logs in `workers` in the state directory, and end with the coordinator, "
          "however it ends (after its next start, scale again). What is drained, idle ones first, "
          "finishes what it runs. Workers that were started by hand are not counted and not "
          "touched.",
      .positionals = {{.name = "ACTION",
                       .help = "what to do",
                       .choices = {"drain", "restart", "remove", "scale"}},
                      {.name = "WORKER",
                       .help =
                           "the worker's name; with scale: how many local agents there shall be",
                       .choices = {}}},
      .options =
          with_place({flag("confirm-dead", "with remove: nothing of it is alive, I looked"),
                      dry_run_option(), valued("comment", "TEXT", "why; kept with the fact")}),
      .examples = {{"headway worker remove build-03 --confirm-dead", "Its machine has burnt down."},
                   {"headway worker scale 4", "Four agents here, beside those elsewhere."}},
      .handler = &worker_verb,
      .action_names = {{"restart-agent", "restart"}, {"scale-agents", "scale", "N"}},
  };
}

VerbSpec adjust_spec() {
  return {
      .name = "adjust",
      .aliases = {"adjust-execution"},
      .summary = "change limits, resources and priorities of a run that goes on",
      .description =
          "Changes the course of a run while it goes on, all that is asked for or nothing, and "
          "prints "
          "what was changed, before and after. The changes are kept: they hold after a restart of "
          "the "
          "coordinator as well.\n\n"
          "--reallocate-resources takes back what was handed out and has not started, and hands it "
          "out "
          "anew by the picture of now; it says what moved where.",
      .positionals = {optional_run()},
      .options = with_place(
          {valued("parallelism", "N", "tickets alive at once; 0: without a limit"),
           optional_number("increase-parallelism", "so many more than now; one more unless told"),
           optional_number("decrease-parallelism", "so many fewer than now; one fewer unless told"),
           several("resource", "NAME=AMOUNT",
                   "how much there is of a resource that the plan counts for all, as in license=3"),
           several("priority", "TICKET=PRIORITY", "as in MOD-012=critical"),
           flag("reallocate-resources", "take back what has not started, and hand it out anew"),
           dry_run_option(), valued("comment", "TEXT", "why; kept with the run"), format_option()}),
      .examples = {{"headway adjust --increase-parallelism --reallocate-resources",
                    "One more at once, by the picture of now."},
                   {"headway adjust --resource license=3 --priority MOD-012=critical",
                    "A licence more, and what goes first."}},
      .handler = &adjust_verb,
  };
}

VerbSpec locks_spec() {
  return {
      .name = "locks",
      .aliases = {"check-resources"},
      .summary = "show who holds which lock, and who waits for it",
      .description =
          "Shows the locks that tickets hold (files, names, declared conflicts), with who holds "
          "them, "
          "who waits, and for how long.\n\n"
          "--clear frees locks of orphans: attempts of which nobody knows whether they are alive, "
          "since their worker is gone or was started anew. It is a person's word that they are "
          "dead; "
          "their tickets go out again. With --force also those of attempts that are alive, which "
          "are "
          "stopped.",
      .positionals = {{.name = "LOCK",
                       .arity = Arity::kAny,
                       .help = "with --clear: these locks alone",
                       .choices = {}}},
      .options =
          with_place({run_option(), flag("show-locks", "show the locks; the default"),
                      flag("clear", "free locks that orphans hold"),
                      flag("force", "with --clear: also those of attempts that are alive"),
                      flag("yes", "with --force: without being asked", 'y'), dry_run_option(),
                      valued("comment", "TEXT", "why; kept with the tickets"), format_option()}),
      .examples = {{"headway locks", "Who holds what."},
                   {"headway locks --clear docs/index.md", "Its holder's machine has burnt down."}},
      .handler = &locks_verb,
  };
}

}  // namespace headway::cli
