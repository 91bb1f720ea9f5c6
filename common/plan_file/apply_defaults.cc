#include <algorithm>

#include "common/plan_file/ticket_fields.h"

namespace headway {

namespace {

/// Fills members in where the ticket did not write them and the defaults did.
class Filler {
 public:
  Filler(const TicketDraft& defaults, TicketDraft& draft)
      : from_(defaults.ticket), to_(draft.ticket), missing_(defaults.written & ~draft.written) {}

  template <class Value>
  void fill(std::uint32_t bit, Value Ticket::*member) {
    if ((missing_ & bit) != 0) to_.*member = from_.*member;
  }
  template <class Part, class Value>
  void fill(std::uint32_t bit, Part Ticket::*part, Value Part::*member) {
    if ((missing_ & bit) != 0) to_.*part.*member = from_.*part.*member;
  }

 private:
  const Ticket& from_;
  Ticket& to_;
  std::uint32_t missing_;
};

}  // namespace

void apply_defaults(const TicketDraft& defaults, TicketDraft& draft) {
  Filler filler(defaults, draft);
  const std::string arguments = draft.ticket.command.arguments;
  filler.fill(written::kEstimate, &Ticket::estimate);
  filler.fill(written::kCommand, &Ticket::command);
  filler.fill(written::kCategory, &Ticket::category);
  filler.fill(written::kPriority, &Ticket::priority);
  filler.fill(written::kAgentType, &Ticket::agent, &AgentRequirement::type);
  filler.fill(written::kAgentLabels, &Ticket::agent, &AgentRequirement::labels);
  filler.fill(written::kAgentNot, &Ticket::agent, &AgentRequirement::excluded);
  filler.fill(written::kDir, &Ticket::dir);
  filler.fill(written::kSecrets, &Ticket::secrets);
  filler.fill(written::kTimeout, &Ticket::timeout);
  filler.fill(written::kKillGrace, &Ticket::kill_grace);
  filler.fill(written::kRetryMax, &Ticket::retry, &RetryPolicy::max);
  filler.fill(written::kRetryBackoff, &Ticket::retry, &RetryPolicy::backoff);
  filler.fill(written::kRetryFactor, &Ticket::retry, &RetryPolicy::factor);
  filler.fill(written::kRetryWhen, &Ticket::retry, &RetryPolicy::when);
  filler.fill(written::kOnDisconnect, &Ticket::on_disconnect);
  filler.fill(written::kReassign, &Ticket::reassign);
  filler.fill(written::kAllowFailure, &Ticket::allow_failure);
  filler.fill(written::kIsolation, &Ticket::isolation);
  filler.fill(written::kRequire, &Ticket::require);
  filler.fill(written::kCheckpoints, &Ticket::checkpoints);
  filler.fill(written::kGates, &Ticket::gates);
  filler.fill(written::kRollback, &Ticket::rollback);
  filler.fill(written::kLocks, &Ticket::locks);

  Ticket& ticket = draft.ticket;
  ticket.command.arguments = arguments;  // always its own, also for a function that many call
  for (const auto& variable : defaults.ticket.env) {
    const auto same = [&](const auto& own) { return own.first == variable.first; };
    if (std::none_of(ticket.env.begin(), ticket.env.end(), same)) ticket.env.push_back(variable);
  }
  for (const ResourceAmount& amount : defaults.ticket.resources) {
    const auto same = [&](const ResourceAmount& own) { return own.name == amount.name; };
    if (std::none_of(ticket.resources.begin(), ticket.resources.end(), same))
      ticket.resources.push_back(amount);
  }
  want_caller(ticket);
  draft.written |= defaults.written;
}

}  // namespace headway
