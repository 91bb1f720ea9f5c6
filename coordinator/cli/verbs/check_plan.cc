#include "coordinator/cli/verbs/check_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/core/agent_demand.h"

namespace headway::cli {

namespace {

bool is_chosen(const PreparedPlan& prepared, std::size_t index,
               const std::vector<std::uint32_t>& groups) {
  if (groups.empty()) return true;
  const std::uint32_t group =
      prepared.graph->group(TicketIndex{static_cast<std::uint32_t>(index)}) + 1;
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

const AgentType* type_of(const PreparedPlan& prepared, const std::string& name) {
  const auto found = std::find_if(prepared.agent_types.begin(), prepared.agent_types.end(),
                                  [&](const AgentType& type) { return type.name == name; });
  return found == prepared.agent_types.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// What a ticket asks of an agent: many tickets ask the same, and are checked once.
struct Wish {
  std::string type;
  std::set<std::string> labels;
  std::vector<std::string> excluded;
  std::map<std::string, std::int64_t> resources;  ///< of one worker, in thousandths
  friend auto operator<=>(const Wish&, const Wish&) = default;
};

Wish wish_of(const PreparedPlan& prepared, const Ticket& ticket) {
  Wish wish{ticket.agent.type,
            {ticket.agent.labels.begin(), ticket.agent.labels.end()},
            ticket.agent.excluded,
            {}};
  for (const ResourceAmount& wanted : ticket.resources) {
    const auto& counted = prepared.plan.resources;
    const bool of_cluster =
        std::any_of(counted.begin(), counted.end(),
                    [&](const ResourceAmount& resource) { return resource.name == wanted.name; });
    if (!of_cluster && wanted.thousandths > 0) wish.resources[wanted.name] = wanted.thousandths;
  }
  if (const AgentType* type = type_of(prepared, ticket.agent.type)) {
    wish.labels.insert(type->labels.begin(), type->labels.end());
  }
  return wish;
}

bool fulfils(const AgentView& agent, const Wish& wish) {
  if (agent.state == AgentState::kOffline) return false;
  if (has(wish.excluded, agent.worker)) return false;
  if (!wish.type.empty() && !agent.every_type && !has(agent.types, wish.type)) return false;
  const bool enough =
      std::all_of(wish.resources.begin(), wish.resources.end(), [&](const auto& wanted) {
        return std::any_of(agent.resources.begin(), agent.resources.end(), [&](const auto& there) {
          return there.first == wanted.first && there.second >= wanted.second;
        });
      });
  if (!enough) return false;
  return std::all_of(wish.labels.begin(), wish.labels.end(),
                     [&](const std::string& label) { return has(agent.labels, label); });
}

std::string wish_text(const Wish& wish) {
  std::vector<std::string> parts;
  if (!wish.type.empty()) parts.push_back(fmt::format("the type `{}`", printable(wish.type)));
  if (!wish.labels.empty()) {
    parts.push_back(
        fmt::format("the labels {}", printable(fmt::format("{}", fmt::join(wish.labels, ", ")))));
  }
  if (!wish.excluded.empty()) {
    parts.push_back(printable(other_worker_words(wish.excluded)));
  }
  for (const auto& [name, amount] : wish.resources) {
    parts.push_back(
        fmt::format("{} {} on one worker", static_cast<double>(amount) / 1000.0, printable(name)));
  }
  return parts.empty() ? std::string("any agent") : join_words(parts);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_program(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

std::string under(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + "/" + path;
}

bool on_path(const std::string& program, std::string_view path) {
  while (true) {
    const std::string_view folder = path.substr(0, path.find(':'));
    if (is_program(fmt::format("{}/{}", folder.empty() ? "." : folder, program))) return true;
    if (folder.size() == path.size()) return false;
    path.remove_prefix(folder.size() + 1);
  }
}

/// The program that a ticket starts without a shell; empty where that is not known.
std::string program_of(const PreparedPlan& prepared, const Ticket& ticket) {
  std::string program;
  if (!ticket.command.words.empty()) return ticket.command.words.front();
  if (!ticket.command.empty()) return {};
  if (const AgentType* type = type_of(prepared, ticket.agent.type);
      type != nullptr && !type->command.empty()) {
    program = type->command.front();
  }
  return program.find('{') == std::string::npos ? program : std::string{};
}

}  // namespace

std::vector<std::string> tickets_nobody_can_run(const PreparedPlan& prepared,
                                                const std::vector<AgentView>& agents,
                                                const std::vector<std::uint32_t>& only_groups) {
  if (agents.empty()) return {"no worker has joined the coordinator, so that no ticket can run"};
  std::vector<std::string> problems;
  std::map<Wish, bool> known;
  const auto ask = [&](const Wish& wish, const std::string& who) {
    const auto [place, is_new] = known.try_emplace(wish, false);
    if (is_new) {
      place->second = std::any_of(agents.begin(), agents.end(),
                                  [&](const AgentView& agent) { return fulfils(agent, wish); });
    }
    if (!place->second) {
      problems.push_back(fmt::format("no agent can run {}: it needs {}", who, wish_text(wish)));
    }
  };
  for (std::size_t i = 0; i < prepared.plan.tickets.size(); ++i) {
    if (!is_chosen(prepared, i, only_groups)) continue;
    const Ticket& ticket = prepared.plan.tickets[i];
    const std::string id = printable(ticket.id);
    ask(wish_of(prepared, ticket), fmt::format("`{}`", id));
    for (const Gate& gate : ticket.gates) {
      if (gate.labels.empty()) continue;  // it runs where its ticket ran
      Wish wish;
      wish.labels.insert(gate.labels.begin(), gate.labels.end());
      ask(wish, fmt::format("the gate `{}` of `{}`", printable(gate.name), id));
    }
  }
  return problems;
}

std::vector<std::string> missing_programs(const PreparedPlan& prepared, const std::string& path,
                                          const std::vector<std::uint32_t>& only_groups) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < prepared.plan.tickets.size(); ++i) {
    if (!is_chosen(prepared, i, only_groups)) continue;
    const Ticket& ticket = prepared.plan.tickets[i];
    const std::string folder = under(prepared.folder, ticket.dir);
    if (!is_folder(folder)) {
      problems.push_back(fmt::format("the directory of `{}` does not exist: {}",
                                     printable(ticket.id), printable(folder)));
      continue;
    }
    const std::string program = program_of(prepared, ticket);
    if (program.empty()) continue;
    const bool found = program.find('/') != std::string::npos ? is_program(under(folder, program))
                                                              : on_path(program, path);
    if (!found) {
      problems.push_back(fmt::format("the program of `{}` does not exist or cannot be executed: {}",
                                     printable(ticket.id), printable(program)));
    }
  }
  return problems;
}

}  // namespace headway::cli
