#include <vector>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/plan/validate.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "coordinator/tickets/front_matter_edit.h"
#include "coordinator/tickets/resolve_dependencies.h"
#include "coordinator/tickets/ticket_text.h"
#include "entry.h"

/// A folder of tickets: the files of an input are set apart by bytes of zero.

namespace headway::fuzz {

namespace {

constexpr std::size_t kMostFiles = 8;

std::vector<std::string> files_of(std::string_view input) {
  std::vector<std::string> files;
  while (files.size() < kMostFiles) {
    const std::size_t end = input.find('\0');
    files.emplace_back(input.substr(0, end));
    if (end == std::string_view::npos) break;
    input.remove_prefix(end + 1);
  }
  return files;
}

/// As `read_tickets` does it with files: reads each, then settles what needs all of them.
void try_folder(const std::vector<std::string>& files) {
  Sources sources;
  UnknownKeys unknown;
  std::vector<Diagnostic> diagnostics;
  std::vector<TicketFromFile> tickets;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string name = fmt::format("T-{}.md", i);
    auto ticket =
        read_ticket_text("tickets/" + name, name, files[i], sources, unknown, diagnostics);
    if (ticket) tickets.push_back(std::move(*ticket));
  }
  DependencyResolver resolver(tickets);
  Plan plan;
  PlanMarks marks;
  for (TicketFromFile& each : tickets) {
    if (is_closed(each.origin.status)) continue;
    resolver.resolve(each);
    // What a ticket leaves to its agent is settled by the configuration.
    if (each.ticket.command.empty()) each.ticket.command.shell_line = "true";
    plan.tickets.push_back(std::move(each.ticket));
    marks.tickets.push_back(std::move(each.marks));
  }
  const std::vector<Diagnostic> wrong = validate_plan(plan, marks);
  diagnostics.insert(diagnostics.end(), resolver.warnings.begin(), resolver.warnings.end());
  diagnostics.insert(diagnostics.end(), wrong.begin(), wrong.end());
  HW_CHECK(is_utf8(sources.render(diagnostics)), "a finding that no terminal can show");
  if (!wrong.empty()) return;

  ReadPlan again = read_plan(write_plan(plan));
  HW_CHECK(again.ok(), "a plan made of tickets is refused");
  for (Plan* each : {&plan, &again.plan}) {
    for (Ticket& ticket : each->tickets) ticket.mark = {};
  }
  HW_CHECK(again.plan == plan, "a plan made of tickets changed when it was written");
}

/// What a run writes into a ticket's file is there then, and writing it again changes nothing.
void try_edit(const std::string& file) {
  const std::vector<FieldChange> changes = {{"status", "completed"},
                                            {"completed_at", "2026-01-06T09:00:00Z"}};
  const Result<std::string> edited = edit_front_matter(file, changes);
  if (!edited) return;
  const Result<std::string> again = edit_front_matter(*edited, changes);
  HW_CHECK(again && *again == *edited, "an edit was not taken for what it is");
}

}  // namespace

void try_input(std::string_view input) {
  const std::vector<std::string> files = files_of(input);
  try_folder(files);
  try_edit(files.front());
}

}  // namespace headway::fuzz
