#include "coordinator/cli/verbs/ticket_source.h"

#include <algorithm>
#include <sys/stat.h>

#include "common/plan_file/plan_writer.h"
#include "common/system/files.h"

namespace headway::cli {

Result<std::string> ticket_path(const Arguments& arguments, const Environment& environment) {
  if (arguments.positionals().empty()) return ticket_folder(arguments, environment);
  if (arguments.has("tickets"))
    return Error{ErrorKind::kUsage, "PATH and --tickets exclude each other"};
  return arguments.positionals().front();
}

Result<std::string> ticket_folder(const Arguments& arguments, const Environment& environment) {
  if (const std::optional<std::string> option = arguments.value("tickets")) return *option;
  if (!environment.config.tickets.empty()) return environment.config.tickets;
  struct stat status {};
  if (::stat("tickets", &status) == 0 && S_ISDIR(status.st_mode)) return std::string("tickets");
  return Error{ErrorKind::kUsage,
               "which tickets? Name a folder with --tickets, or write `tickets: FOLDER` into "
               ".headway.yaml"};
}

Result<ReadTickets> load_tickets(const std::string& path, const Environment& environment) {
  Result<ReadTickets> read = read_tickets(path);
  if (!read) return read;
  std::vector<Diagnostic> told = read->diagnostics;
  if (environment.quiet) {
    std::erase_if(told,
                  [](const Diagnostic& found) { return found.severity == Severity::kWarning; });
  }
  environment.err << read->sources.render(std::move(told)) << std::flush;
  return read;
}

std::string source_hash(const Plan& plan) { return sha256_hex(write_plan(plan)); }

}  // namespace headway::cli
