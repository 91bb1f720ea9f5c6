#include "coordinator/core/plan_gates.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway {

std::uint32_t ends_counted(const Run& run, std::uint32_t number) {
  struct Counted {
    const Run& run;
    std::uint32_t operator()(AtEnd) const { return run.ticket_ends; }
    std::uint32_t operator()(EveryGroup) const { return run.group_ends; }
    std::uint32_t operator()(EveryTickets) const { return run.ticket_ends; }
    std::uint32_t operator()(Duration) const { return 0; }
  };
  return std::visit(Counted{run}, run.plan().plan_gates[number - 1].every);
}

std::optional<std::string> why_due(const Run& run, std::uint32_t number, bool at_end) {
  struct Why {
    std::uint32_t since;
    bool at_end;
    std::optional<std::string> operator()(AtEnd) const {
      if (!at_end || since == 0) return std::nullopt;
      return "every ticket has ended";
    }
    std::optional<std::string> operator()(EveryGroup) const {
      if (since == 0) return std::nullopt;
      return since == 1 ? "a group has ended" : fmt::format("{} groups have ended", since);
    }
    std::optional<std::string> operator()(EveryTickets every) const {
      if (since < static_cast<std::uint32_t>(std::max(every.count, 1))) return std::nullopt;
      return fmt::format("{} tickets have ended", since);
    }
    std::optional<std::string> operator()(Duration) const { return std::nullopt; }
  };
  const std::uint32_t since = ends_counted(run, number) - run.plan_gates[number - 1].seen;
  return std::visit(Why{since, at_end}, run.plan().plan_gates[number - 1].every);
}

bool waits_for_plan_gates(const Run& run) {
  for (std::uint32_t i = 0; i < run.plan_gates.size(); ++i) {
    if (run.due.contains({CheckKind::kPlanGate, TicketIndex{}, i + 1})) return true;
    if (run.plan_gates[i].handed != Token{}) return true;
    const bool pauses = run.plan().plan_gates[i].on_fail == OnPlanGateFail::kPause;
    if (pauses && run.plan_gates[i].failing && run.state != RunState::kRunning) return true;
  }
  return false;
}

bool lacks_plan_gates(const Run& run) {
  if (waits_for_plan_gates(run)) return true;
  for (std::uint32_t number = 1; number <= run.plan_gates.size(); ++number) {
    if (why_due(run, number, true)) return true;
  }
  return false;
}

bool failed_by_plan_gate(const Run& run) {
  for (std::uint32_t i = 0; i < run.plan_gates.size(); ++i) {
    const bool fails = run.plan().plan_gates[i].on_fail == OnPlanGateFail::kFail;
    if (fails && run.plan_gates[i].failing) return true;
  }
  return false;
}

}  // namespace headway
