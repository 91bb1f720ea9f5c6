#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/check_order.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"
#include "coordinator/diagnosis/parts.h"

/// Checks that do not hold: gates of the plan, gates and requirements of tickets that are tried
/// again, gates that change their mind, checks that no agent can run.

namespace headway::diagnosis {

namespace {

/// Tickets, or checks, told of each kind: one alike says little more.
constexpr std::size_t kMostToldAlike = 20;

// ---- Of the plan

void tell_plan_gate(const Picture& picture, std::uint32_t number, Telling& telling) {
  const PlanGate& gate = picture.run.plan().plan_gates[number - 1];
  const PlanGateRecord& record = picture.run.plan_gates[number - 1];
  const std::string output =
      fmt::format("headway logs --check {}{}", shell_word(gate.name), picture.run_option());
  Finding finding;
  finding.kind = FindingKind::kPlanGate;
  finding.severity = FindingSeverity::kProblem;
  finding.what = fmt::format("The plan's gate '{}' failed the last time.", gate.name);
  finding.evidence.push_back(fmt::format("It has failed {} and passed {}.",
                                         counted(record.failed, "time"),
                                         counted(record.passed, "time")));
  finding.evidence.push_back("Its output: " + output);
  switch (gate.on_fail) {
    case OnPlanGateFail::kWarn:
      finding.severity = FindingSeverity::kWarning;
      finding.consequence = "The run goes on, upon a tree that is not sound.";
      finding.command = output;
      break;
    case OnPlanGateFail::kPause:
      finding.consequence = "It has paused the run; whoever lets it go on has it tried again.";
      finding.command = "headway resume " + run_name(picture.run.id);
      break;
    case OnPlanGateFail::kFail:
      finding.consequence = "The run fails for it, and nothing more is handed out.";
      finding.command = output;
      break;
  }
  telling.add(std::move(finding));
}

// ---- Of tickets

void tell_failing_gate(const Picture& picture, TicketIndex ticket, std::uint32_t number,
                       std::uint32_t failures, Telling& telling) {
  const Ticket& definition = picture.run.ticket(ticket);
  const Gate& gate = definition.gates[number - 1];
  const int tries = 1 + std::max(gate.retry.max, 0);
  Finding finding;
  finding.kind = FindingKind::kFailingGate;
  finding.what = fmt::format("{} of {} fails.", gate_words(definition, number), definition.id);
  finding.evidence.push_back(
      fmt::format("It has failed {}, of {} that it has in all.", counted(failures, "time"),
                  tries == 1 ? std::string("1 try") : fmt::format("{} tries", tries)));
  finding.consequence = "The ticket does not count before it has passed.";
  finding.tickets = {definition.id};
  finding.command = fmt::format("headway logs {} --check {}{}", shell_word(definition.id),
                                shell_word(gate.name), picture.run_option());
  telling.add(std::move(finding));
}

/// Its attempts fail at what is looked at before or after the command, and there will be another.
void tell_failing_attempts(const Picture& picture, TicketIndex ticket, Telling& telling) {
  const TicketRecord& record = picture.record(ticket);
  const bool before = record.outcome == Outcome::kRequirement;
  Finding finding;
  finding.kind = before ? FindingKind::kRequirement : FindingKind::kFailingGate;
  finding.what = before ? fmt::format("What {} requires does not hold.", picture.id(ticket))
                        : fmt::format("{} does not pass its {}.", picture.id(ticket),
                                      was_stopped_by_checkpoint(record) ? "checkpoints" : "gates");
  if (!record.detail.empty()) finding.evidence.push_back(record.detail);
  finding.evidence.push_back(fmt::format("So ended its attempt {}, on {}; there will be another.",
                                         record.attempts, picture.agent(ticket)));
  if (!before) finding.cost = record.elapsed;
  finding.consequence = before ? "Its command is not run before it holds."
                               : "Each such failure costs a whole attempt.";
  finding.tickets = {picture.id(ticket)};
  finding.worker = picture.worker_name(record.worker);
  finding.command = picture.logs_command(ticket);
  telling.add(std::move(finding));
}

void find_failing_attempts(const Picture& picture, Telling& telling) {
  std::size_t told = 0;
  for (const Picture::Ready& waiting : picture.ready) {
    const TicketRecord& record = picture.record(waiting.ticket);
    const bool by_check =
        record.outcome == Outcome::kRequirement || record.outcome == Outcome::kGate;
    if (!by_check || record.retries_used == 0 || telling.is_told(waiting.ticket)) continue;
    if (told++ == kMostToldAlike) return;
    tell_failing_attempts(picture, waiting.ticket, telling);
  }
}

}  // namespace

void find_plan_gates(const Picture& picture, Telling& telling) {
  for (std::uint32_t number = 1; number <= picture.run.plan_gates.size(); ++number) {
    if (picture.run.plan_gates[number - 1].failing) tell_plan_gate(picture, number, telling);
  }
}

void find_failing_gates(const Picture& picture, Telling& telling) {
  std::size_t told = 0;
  for (const auto& [ticket, validation] : picture.run.validations) {
    for (const auto& [number, failures] : validation.failures) {
      if (failures == 0 || validation.passed.contains(number)) continue;
      if (told++ == kMostToldAlike) return;
      tell_failing_gate(picture, ticket, number, failures, telling);
    }
  }
  find_failing_attempts(picture, telling);
}

void find_flaky_gates(const Picture& picture, Telling& telling) {
  std::size_t told = 0;
  for (const auto& [gate, failures] : picture.around.flaky_gates) {
    const Ticket& ticket = picture.run.ticket(gate.first);
    if (gate.second < 1 || gate.second > ticket.gates.size()) continue;
    if (told++ == kMostToldAlike) return;
    Finding finding;
    finding.kind = FindingKind::kFlakyGate;
    finding.severity = FindingSeverity::kNote;
    finding.what = fmt::format("{} of {} passed after it had failed.",
                               gate_words(ticket, gate.second), ticket.id);
    finding.evidence.push_back(
        fmt::format("It failed {} within an attempt whose command was not run again meanwhile.",
                    counted(failures, "time")));
    finding.consequence = "What it says depends on something that the ticket does not change.";
    finding.tickets = {ticket.id};
    finding.command = picture.logs_command(gate.first);
    telling.add(std::move(finding));
  }
}

void find_unservable_checks(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  const std::vector<WorkerOffer> offers = picture.core->scheduler().offers();
  if (offers.empty()) return;  // said of the whole run
  std::size_t told = 0;
  for (const CheckRef& check : picture.run.due) {
    const AgentDemand demand = demand_of_check(picture.run, check);
    const auto suits = [&](const WorkerOffer& offer) { return matches(demand, offer); };
    if (std::ranges::any_of(offers, suits)) continue;
    if (told++ == kMostToldAlike) return;
    const bool of_ticket = check.kind != CheckKind::kPlanGate;
    const std::string words =
        check_words(picture.run, check, {}) +
        (check.kind == CheckKind::kGate ? " of " + picture.id(check.ticket) : "");
    Finding finding;
    finding.kind = FindingKind::kUnservable;
    finding.severity = FindingSeverity::kProblem;
    finding.what =
        fmt::format("No joined worker offers {}: {} cannot run.", asked_words(demand), words);
    if (of_ticket) {
      const std::uint32_t behind = picture.held_up_by(std::span(&check.ticket, 1));
      if (behind > 0) finding.evidence.push_back(behind_sentence(behind));
      finding.tickets = {picture.id(check.ticket)};
    }
    finding.consequence = "The run does not end until somebody offers it.";
    finding.command = picture.join_command() + offering_words(demand.requirement);
    telling.add(std::move(finding));
  }
}

}  // namespace headway::diagnosis
