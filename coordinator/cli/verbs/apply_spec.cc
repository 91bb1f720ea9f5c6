#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

namespace headway::cli {

VerbSpec apply_spec() {
  return {
      .name = "apply",
      .aliases = {},
      .summary = "change the plan of a run that is not finished",
      .description =
          "Makes PLAN the plan of a run that is running, paused or stopped. Prints the tickets "
          "that "
          "are added, removed and changed, what becomes of each, and the critical path and the ETA "
          "before and after; asks; then applies all of it or nothing. Where that would break what "
          "must hold, nothing is changed and the command ends with 3: what is alive cannot have to "
          "wait for another ticket, nor be in conflict with one that is alive.\n\n"
          "A running ticket goes on by the text that it was handed out by, and a retry takes the "
          "new "
          "one; with --restart it is stopped and begins anew, if the new text makes it do "
          "something "
          "else. A running ticket that is removed is stopped. A ticket that has ended stays as it "
          "ended: with --rerun one that would do something else runs again, with what succeeded on "
          "top of it. A removed ticket counts no more, neither as done nor as failed. Paths stay "
          "relative to the folder that the run was submitted from.\n\n"
          "Each change makes a new version of the run's plan, which is kept. --undo goes back to "
          "the "
          "version before, as another new version: undone twice, things are as they were. Where no "
          "coordinator is alive in the state directory, one is started for the change alone; "
          "`headway resume` goes on with the run.",
      .positionals = {{.name = "PLAN",
                       .arity = Arity::kOptional,
                       .help = "the new plan; `-`: standard input; none with --undo",
                       .choices = {}},
                      optional_run()},
      .options =
          with_place({flag("undo", "go back to the version of the plan before"),
                      flag("restart", "running tickets that would do something else begin anew"),
                      flag("rerun", "ended tickets that would do something else run again"),
                      flag("yes", "apply it without being asked", 'y'), dry_run_option(),
                      valued("comment", "TEXT", "why; kept with the version"), format_option()}),
      .examples = {{"headway apply plan-2.yaml --dry-run", "What it would do."},
                   {"headway apply plan-2.yaml r3 --yes --comment \"two more checks\"", "Does it."},
                   {"headway apply --undo r3", "Back to the plan before."}},
      .handler = &apply_verb,
  };
}

}  // namespace headway::cli
