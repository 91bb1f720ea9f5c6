#include "coordinator/tickets/ticket_files.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/tickets/front_matter.h"

namespace headway {

namespace {

constexpr const char* kFileVariable = "HEADWAY_TICKET_FILE";
constexpr const char* kBodyVariable = "HEADWAY_BODY";

void set_variable(Ticket& ticket, const char* name, std::string value) {
  const auto found = std::find_if(ticket.env.begin(), ticket.env.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == ticket.env.end()) {
    ticket.env.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

Result<std::string> body_of(const std::string& file) {
  Result<std::string> text = read_file(file, kMaxTicketBytes);
  if (!text) return text;
  std::string body = text->substr(find_front_matter(*text).body);
  if (body.size() > kMaxBodyBytes) {
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("{}: its prose has {} bytes; a command can get {} as `{{body}}`: let "
                             "it read `{{ticket_file}}` instead",
                             printable(file), body.size(), kMaxBodyBytes)};
  }
  // A plan is text: what is not UTF-8, or has a NUL byte, is shown as such.
  if (is_utf8(body) && body.find('\0') == std::string::npos) return body;
  return Error{ErrorKind::kInvalidPlan,
               fmt::format("{}: its prose is not UTF-8 text", printable(file))};
}

}  // namespace

Result<void> name_ticket_files(ReadTickets& read, const std::string& plan_folder,
                               const std::function<bool(const Ticket&)>& wants_body) {
  if (read.from_plan) return {};
  const std::string root = plan_folder.ends_with('/') ? plan_folder : plan_folder + "/";
  for (std::size_t i = 0; i < read.plan.tickets.size(); ++i) {
    Ticket& ticket = read.plan.tickets[i];
    const std::string& path = read.sources.files()[read.origins[i].file].path;
    Result<std::string> absolute = absolute_path(path);
    if (!absolute) return absolute.error();
    set_variable(ticket, kFileVariable,
                 absolute->starts_with(root) ? absolute->substr(root.size()) : *absolute);
    if (!wants_body(ticket)) continue;
    Result<std::string> body = body_of(path);
    if (!body) return body.error();
    set_variable(ticket, kBodyVariable, std::move(*body));
  }
  return {};
}

}  // namespace headway
