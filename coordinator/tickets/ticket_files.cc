#include "coordinator/tickets/ticket_files.h"

#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "common/system/files.h"
#include "coordinator/tickets/front_matter.h"
#include "coordinator/tickets/ticket_names.h"
#include "coordinator/tickets/ticket_sync.h"

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

std::string above(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// The folder that both are below, or are.
std::string common_folder(std::string one, const std::string& other) {
  while (!one.empty() && one != other && !other.starts_with(one + "/")) one = above(one);
  return one;
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

std::optional<NamedTicketFiles> named_ticket_files(const Plan& plan,
                                                   const std::string& plan_folder) {
  NamedTicketFiles named;
  std::vector<std::string> files;
  for (const Ticket& ticket : plan.tickets) {
    const auto found = std::find_if(ticket.env.begin(), ticket.env.end(),
                                    [](const auto& entry) { return entry.first == kFileVariable; });
    if (found == ticket.env.end() || found->second.empty()) continue;
    const std::string& path = found->second;
    files.push_back(path.starts_with('/') ? path : fmt::format("{}/{}", plan_folder, path));
    const std::string folder = above(files.back());
    named.folder = named.ids.empty() ? folder : common_folder(named.folder, folder);
    named.ids.insert(ticket.id);
  }
  if (named.ids.empty()) return std::nullopt;
  // All of them in `pending`: the folder of tickets is the one that has the statuses' folders.
  while (status_of(named.folder.substr(named.folder.rfind('/') + 1)))
    named.folder = above(named.folder);
  for (const std::string& file : files)
    named.relative.push_back(file.substr(named.folder.size() + 1));
  if (named.folder.empty()) named.folder = "/";
  return named;
}

std::vector<FoundFile> NamedTicketFiles::present() const {
  const std::string root = folder.ends_with('/') ? folder : folder + "/";
  std::vector<FoundFile> found;
  for (const std::string& named : relative) {
    std::set<std::string> places = {named};
    for (const auto& [status, word] : EnumText<TicketStatus>::kWords)
      places.insert(place_for(root, named, status));
    for (const std::string& place : places) {
      if (::access((root + place).c_str(), F_OK) == 0) found.push_back({root + place, place});
    }
  }
  return found;
}

}  // namespace headway
