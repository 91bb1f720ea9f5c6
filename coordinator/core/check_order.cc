#include "coordinator/core/check_order.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/core/backoff.h"
#include "coordinator/core/track_record.h"

namespace headway {

namespace {

/// Of what a worker says.
constexpr std::size_t kMostDetailBytes = 1000;

const Gate& gate_of(const Run& run, const CheckRef& check) {
  return run.attempt_ticket(check.ticket).gates[check.number - 1];
}

/// Its gates are those of the attempt; it is put back as its run's plan says now.
const Ticket& definition_of(const Run& run, const CheckRef& check) {
  return check.kind == CheckKind::kRollback ? run.ticket(check.ticket)
                                            : run.attempt_ticket(check.ticket);
}

/// The name of the check, or empty where the plan has no such check: a worker said its number.
template <class Checks>
std::string name_at(const Checks& checks, std::uint32_t number) {
  return number >= 1 && number <= checks.size() ? checks[number - 1].name : "";
}

}  // namespace

std::string check_name(const Run& run, const CheckRef& check) {
  switch (check.kind) {
    case CheckKind::kRequirement:
      return name_at(run.attempt_ticket(check.ticket).require, check.number);
    case CheckKind::kCheckpoint:
      return name_at(run.attempt_ticket(check.ticket).checkpoints, check.number);
    case CheckKind::kGate:
      return name_at(run.attempt_ticket(check.ticket).gates, check.number);
    case CheckKind::kPlanGate:
      return name_at(run.plan().plan_gates, check.number);
    case CheckKind::kRollback:
      return run.ticket(check.ticket).id;
  }
  return "";
}

std::string failure_words(const CheckEnding& ending) {
  switch (ending.outcome) {
    case Outcome::kSucceeded:
      return "";
    case Outcome::kTakenBack:
    case Outcome::kCancelled:
      return " was stopped";
    case Outcome::kExit:
      return fmt::format(" failed: exit {}", ending.exit_code.value_or(0));
    case Outcome::kSignal:
      // Of a checkpoint its worker does not say which.
      if (!ending.signal) break;
      return fmt::format(" failed: signal {}", *ending.signal);
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
      break;
  }
  std::string words = fmt::format(" failed: {}", to_text(ending.outcome));
  if (!ending.detail.empty()) words += ": " + ending.detail.substr(0, kMostDetailBytes);
  return words;
}

std::string check_words(const Run& run, const CheckRef& check, const CheckEnding& ending) {
  return (check.kind == CheckKind::kRollback ? fmt::format("rollback of {}", check_name(run, check))
                                             : fmt::format("{} {} '{}'", to_text(check.kind),
                                                           check.number, check_name(run, check))) +
         failure_words(ending);
}

bool was_rejected(const Run& run, TicketIndex index) {
  const TicketRecord& record = run.tickets[index.index()];
  if (record.state != TicketState::kFailed || record.outcome != Outcome::kGate) return false;
  const Ticket& ticket = run.attempt_ticket(index);
  for (std::uint32_t number = 1; number <= ticket.gates.size(); ++number) {
    const bool by_a_person = ticket.gates[number - 1].approval;
    if (by_a_person && record.detail.starts_with(gate_words(ticket, number))) return true;
  }
  return false;
}

/// Only the detail tells it from a gate that failed; its worker writes it in these words.
bool was_stopped_by_checkpoint(const TicketRecord& record) {
  return record.outcome == Outcome::kGate &&
         record.detail.starts_with(fmt::format("{} '", to_text(CheckKind::kCheckpoint)));
}

std::string input_remedy(const TicketRecord& record) {
  const bool is_input =
      record.outcome == Outcome::kRequirement && record.detail.starts_with("input ");
  if (!is_input) return {};
  return "What is recorded of a file holds for the whole run: put it back as it was before a "
         "retry, or run the plan anew.";
}

AttemptSpec check_spec(const Run& run, const CheckRef& check) {
  AttemptSpec spec;
  spec.run = fmt::format("r{}", run.id.number());
  spec.root = run.source->options.plan_folder;
  spec.check = check_name(run, check);
  spec.kill_grace = Ticket{}.kill_grace;
  if (check.kind == CheckKind::kPlanGate) {
    const PlanGate& gate = run.plan().plan_gates[check.number - 1];
    spec.dir = ".";
    spec.words = words_of(gate.command);
    spec.timeout = gate.timeout.value_or(kCheckTimeout);
    return spec;
  }
  const Ticket& ticket = definition_of(run, check);
  spec.ticket = ticket.id;
  spec.attempt = run.tickets[check.ticket.index()].attempts;
  spec.dir = ticket.dir;
  spec.env = ticket.env;
  spec.secrets = ticket.secrets;
  spec.kill_grace = ticket.kill_grace;
  if (check.kind == CheckKind::kRollback) {
    spec.words = words_of(ticket.rollback->command);
    spec.timeout = ticket.rollback->timeout.value_or(kCheckTimeout);
    spec.finish_on_disconnect = ticket.on_disconnect == OnDisconnect::kFinish;
  } else {
    spec.words = words_of(gate_of(run, check).command);
    spec.timeout = gate_of(run, check).timeout.value_or(kCheckTimeout);
  }
  return spec;
}

AgentDemand demand_of_check(const Run& run, const CheckRef& check) {
  AgentDemand demand;
  if (check.kind == CheckKind::kPlanGate) return demand;
  if (check.kind == CheckKind::kGate) demand.requirement.labels = gate_of(run, check).labels;
  if (!demand.requirement.labels.empty()) return demand;
  demand = demand_of(definition_of(run, check), run.source->options.agent_types, {});
  demand.abilities.clear();
  return demand;
}

bool may_begin(const Run& run, CheckKind kind) {
  if (run.state == RunState::kRunning || run.state == RunState::kPaused) return true;
  return run.state == RunState::kStopping && !run.preserve && kind == CheckKind::kRollback;
}

Duration pause_before_again(const Run& run, const CheckRef& check, Outcome outcome) {
  if (check.kind != CheckKind::kGate) return {};
  if (!ended_by_itself(outcome) || outcome == Outcome::kSucceeded) return {};
  const ValidationRecord& validation = run.validations.at(check.ticket);
  const auto failures = validation.failures.find(check.number);
  return backoff_before(gate_of(run, check).retry,
                        failures == validation.failures.end() ? 0 : failures->second);
}

}  // namespace headway
