#include "coordinator/core/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/agent_demand.h"
#include "coordinator/core/track_record.h"

namespace headway {

namespace {

bool has_all(const std::vector<std::string>& offered, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted, [&](const std::string& word) {
    return std::ranges::find(offered, word) != offered.end();
  });
}

CheckOrder order_of(const std::string& name, const Command& command,
                    const std::optional<Duration>& timeout) {
  CheckOrder order;
  order.name = name;
  order.words = words_of(command);
  order.timeout = timeout.value_or(kCheckTimeout);
  return order;
}

}  // namespace

std::vector<std::string> words_of(const Command& command) {
  if (command.shell_line.empty()) return command.words;
  return {"/bin/sh", "-c", command.shell_line};
}

std::optional<GateGroup> gates_from(const Ticket& ticket, std::uint32_t first) {
  if (first > ticket.gates.size()) return std::nullopt;
  GateGroup group{first, first};
  const auto side_by_side = [&](std::uint32_t number) {
    const Gate& gate = ticket.gates[number - 1];
    return gate.parallel && !gate.approval;
  };
  while (side_by_side(group.last) && group.last < ticket.gates.size() &&
         side_by_side(group.last + 1)) {
    ++group.last;
  }
  return group;
}

std::uint32_t slot_gates(const Ticket& ticket, const std::vector<std::string>& labels,
                         const std::vector<std::string>& abilities) {
  if (ticket.gates.empty() || !has_all(abilities, {kChecks})) return 0;
  std::uint32_t count = 0;
  while (const auto group = gates_from(ticket, count + 1)) {
    for (std::uint32_t number = group->first; number <= group->last; ++number) {
      const Gate& gate = ticket.gates[number - 1];
      if (gate.approval || !has_all(labels, gate.labels)) return count;
    }
    count = group->last;
  }
  return count;
}

std::optional<GateGroup> next_gates(const Ticket& ticket, const ValidationRecord& validation) {
  std::uint32_t first = 1;
  while (const auto group = gates_from(ticket, first)) {
    for (std::uint32_t number = group->first; number <= group->last; ++number) {
      if (!validation.passed.contains(number)) return group;
    }
    first = group->last + 1;
  }
  return std::nullopt;
}

bool may_try_again(const Gate& gate, Outcome outcome, std::uint32_t failures) {
  return ended_by_itself(outcome) && outcome != Outcome::kSucceeded &&
         failures < static_cast<std::uint32_t>(std::max(gate.retry.max, 0));
}

std::string gate_words(const Ticket& ticket, std::uint32_t number) {
  return fmt::format("gate {} '{}'", number, ticket.gates[number - 1].name);
}

void add_checks(const Ticket& ticket, std::uint32_t slot_gates, AttemptSpec& spec) {
  for (const Requirement& requirement : ticket.require) {
    spec.require.push_back(order_of(requirement.name, requirement.command, requirement.timeout));
  }
  for (const Checkpoint& checkpoint : ticket.checkpoints) {
    CheckpointOrder order;
    order.name = checkpoint.name;
    if (const double* share = std::get_if<double>(&checkpoint.at)) order.share = *share;
    if (const Duration* after = std::get_if<Duration>(&checkpoint.at)) order.after = *after;
    order.words = words_of(checkpoint.command);
    order.timeout = checkpoint.timeout.value_or(kCheckTimeout);
    order.stop = checkpoint.on_fail == OnCheckpointFail::kStop;
    spec.checkpoints.push_back(std::move(order));
  }
  for (std::uint32_t number = 1; number <= slot_gates; ++number) {
    const Gate& gate = ticket.gates[number - 1];
    CheckOrder order = order_of(gate.name, gate.command, gate.timeout);
    order.tries = 1 + static_cast<std::uint32_t>(std::max(gate.retry.max, 0));
    order.backoff = gate.retry.backoff;
    order.factor = gate.retry.factor;
    order.beside = number > 1 && gate.parallel && ticket.gates[number - 2].parallel;
    spec.gates.push_back(std::move(order));
  }
}

}  // namespace headway
