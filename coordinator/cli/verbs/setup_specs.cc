#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/spec_parts.h"
#include "coordinator/cli/verbs/specs.h"

/// The verbs that set things up: who may come in, and what is configured.

namespace headway::cli {

VerbSpec keys_spec() {
  return {
      .name = "keys",
      .aliases = {},
      .summary = "create, list and revoke the keys by which others come in",
      .description =
          "Works on the keys in a coordinator's state directory, whether the coordinator is alive "
          "or not; one that is takes a change at once.\n\n"
          "`create` makes a key for a worker, for a viewer, who may ask and change nothing, or for "
          "an operator, who may do everything, and writes the file that they come in by. `revoke` "
          "takes a key back, or a join token: a worker's session ends at once, and what it ran "
          "goes "
          "out again when its lease is over. `join` prints the line to type on another machine for "
          "a worker there.\n\n"
          "Addresses beyond this machine ask for keys, unless the coordinator was started with "
          "--insecure; loopback does with --require-keys alone, and sockets in the state directory "
          "never do.",
      .positionals = {{.name = "ACTION",
                       .help = "what to do",
                       .choices = {"create", "list", "revoke", "join"}},
                      {.name = "NAME",
                       .arity = Arity::kAny,
                       .help = "with revoke: names of keys and of join tokens",
                       .choices = {}}},
      .options = {valued("state-dir", "DIR",
                         "the coordinator's state directory, instead of .headway here or above", 0,
                         ValueKind::kFolder),
                  {.name = "role",
                   .value = "ROLE",
                   .help = "with create: what the key is good for",
                   .choices = {"worker", "viewer", "operator"}},
                  valued("name", "NAME", "with create: whose key it is"),
                  valued("output", "FILE",
                         "with create: where to, instead of NAME.key here; `-`: standard output", 0,
                         ValueKind::kFile),
                  flag("all", "with list: revoked keys and spent join tokens as well"),
                  valued("join-uses", "N",
                         "with join: how many workers may join by it, or `many`; 1 unless told"),
                  valued("join-expires", "TIME", "with join: how long they may; 1h unless told"),
                  valued("advertise", "HOST[:PORT]",
                         "with join: where workers reach the coordinator, an IPv6 address before "
                         "a port in brackets; an address of this machine and port 7420 unless "
                         "told"),
                  format_option()},
      .examples = {{"headway keys join --join-uses 10", "The line for ten workers."},
                   {"headway keys create --role viewer --name ada", "ada.key, for her to look."},
                   {"headway keys revoke build-03", "It is let in no more."}},
      .handler = &keys_verb,
  };
}

VerbSpec config_spec() {
  return {
      .name = "config",
      .aliases = {},
      .summary = "show what is configured, and where",
      .description =
          "Shows the values that commands go by in this folder: those of options before those of "
          "the environment, of the project's .headway.yaml, of the user's file, of /etc/headway.",
      .positionals = {},
      .options = with_place({flag("origin", "say where each value comes from"), format_option()}),
      .examples = {{"headway config --origin", "Which file says so?"}},
      .handler = &config_verb,
  };
}

}  // namespace headway::cli
