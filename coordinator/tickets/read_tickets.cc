#include "coordinator/tickets/read_tickets.h"

#include <algorithm>
#include <sys/stat.h>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/validate.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/reading.h"
#include "coordinator/tickets/resolve_dependencies.h"
#include "coordinator/tickets/ticket_walk.h"

namespace headway {

namespace {

/// Reads the files of a folder, then settles what needs all of them.
class FolderReader {
 public:
  void read(const FoundFile& file) {
    FileHead head = read_file_head(file.path, kMaxTicketHead);
    if (!head.problem.empty()) return tell_problem(file.path, head.problem);
    auto ticket = read_ticket_text(file.path, file.relative, std::move(head.text), read_.sources,
                                   unknown_, read_.diagnostics);
    if (!ticket) return;
    const auto [first, fresh] = first_of_.emplace(ticket->ticket.id, tickets_.size());
    if (fresh) {
      tickets_.push_back(std::move(*ticket));
      return;
    }
    add({Severity::kWarning,
         ticket->ticket.mark,
         fmt::format("two tickets have the id `{}`; this one is passed over", ticket->ticket.id),
         "ids are unique in a folder: give one of them another",
         {{tickets_[first->second].ticket.mark, "the first is here"}}});
  }

  Result<void> read_all(const std::vector<FoundFile>& files, const std::function<bool()>& give_up) {
    for (const FoundFile& file : files) {
      if (give_up && give_up())
        return Error{ErrorKind::kFailed, "the reading of tickets was given up"};
      read(file);
    }
    return {};
  }

  void tell_problem(const std::string& path, const std::string& problem) {
    const std::size_t file = read_.sources.add(path, {});
    add({Severity::kWarning, read_.sources.mark(file, {}), problem, {}, {}});
  }

  ReadTickets finish(const std::string& name) {
    tell_unknown_keys();
    DependencyResolver resolver(tickets_);
    PlanMarks marks;
    for (TicketFromFile& each : tickets_) {
      if (is_closed(each.origin.status)) {
        read_.closed.push_back({std::move(each.ticket), std::move(each.origin)});
        continue;
      }
      resolver.resolve(each);
      read_.plan.tickets.push_back(std::move(each.ticket));
      read_.origins.push_back(std::move(each.origin));
      marks.tickets.push_back(std::move(each.marks));
    }
    read_.plan.name = name;
    read_.satisfied = resolver.satisfied;
    for (Diagnostic& found : resolver.warnings) add(std::move(found));
    for (Diagnostic& found : validate_plan(read_.plan, marks))
      read_.diagnostics.push_back(std::move(found));
    sort_by_place(read_.diagnostics);
    return std::move(read_);
  }

 private:
  void tell_unknown_keys() {
    for (const auto& [key, entry] : unknown_) {
      std::string where =
          entry.count == 1 ? std::string() : fmt::format(" (in {} files)", entry.count);
      add({Severity::kWarning,
           entry.first,
           fmt::format("{} is no field of a ticket; it is passed over{}", quoted(key), where),
           "a key that begins with `x-` is passed over in silence",
           {}});
    }
  }

  void add(Diagnostic found) {
    if (read_.diagnostics.size() < kMaxFindings) read_.diagnostics.push_back(std::move(found));
  }

  ReadTickets read_;
  UnknownKeys unknown_;
  std::vector<TicketFromFile> tickets_;
  std::unordered_map<std::string, std::size_t> first_of_;
};

Result<ReadTickets> read_plan_file(const std::string& path) {
  Result<std::string> text = load_plan_text(path);
  if (!text) return text.error();
  ReadPlan plan = read_plan(*text);
  ReadTickets read;
  read.from_plan = true;
  read.plan = std::move(plan.plan);
  read.diagnostics = std::move(plan.diagnostics);
  read.sources.add(path == "-" ? "standard input" : path, std::move(*text));
  for (const Ticket& ticket : read.plan.tickets) {
    TicketOrigin origin;
    origin.written = ticket.status;
    origin.status = ticket.status.value_or(TicketStatus::kPending);
    read.origins.push_back(std::move(origin));
  }
  return read;
}

/// The name of a folder, for the plan.
std::string base_name(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string name = path.substr(path.rfind('/') + 1);
  if (name == "." || name == ".." || !is_utf8(name) || printable(name) != name ||
      name.size() > kMaxNameBytes) {
    return {};
  }
  return name;
}

}  // namespace

bool ReadTickets::ok() const {
  return std::none_of(diagnostics.begin(), diagnostics.end(),
                      [](const Diagnostic& found) { return found.severity == Severity::kError; });
}

Result<ReadTickets> read_tickets(const std::string& path, const std::function<bool()>& give_up) {
  struct stat status {};
  const bool there =
      path != "-" && path.find('\0') == std::string::npos && ::stat(path.c_str(), &status) == 0;
  const bool folder = there && S_ISDIR(status.st_mode);
  if (!folder && !(there && is_markdown(path))) return read_plan_file(path);
  FolderReader reader;
  if (!folder) {
    reader.read({path, path.substr(path.rfind('/') + 1)});
    return reader.finish({});
  }
  const FoundFiles found = find_ticket_files(path);
  for (const auto& [where, problem] : found.problems) reader.tell_problem(where, problem);
  if (Result<void> read = reader.read_all(found.files, give_up); !read) return read.error();
  return reader.finish(base_name(path));
}

Result<ReadTickets> read_tickets(const std::vector<FoundFile>& files,
                                 const std::function<bool()>& give_up) {
  FolderReader reader;
  if (Result<void> read = reader.read_all(files, give_up); !read) return read.error();
  return reader.finish({});
}

}  // namespace headway
