#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/plan/marks.h"
#include "common/plan/ticket.h"
#include "common/plan_file/reading.h"

namespace headway {

/// What was written of a ticket, or of the plan's `defaults`: one bit for each thing that defaults
/// can fill in, and for words that exclude each other.
namespace written {
enum : std::uint32_t {
  kId = 1U << 0U,
  kEstimate = 1U << 1U,
  kCommand = 1U << 2U,
  kBlocking = 1U << 3U,
  kCategory = 1U << 4U,
  kPriority = 1U << 5U,
  kAgentType = 1U << 6U,
  kAgentLabels = 1U << 7U,
  kAgentNot = 1U << 8U,
  kDir = 1U << 9U,
  kSecrets = 1U << 10U,
  kTimeout = 1U << 11U,
  kKillGrace = 1U << 12U,
  kRetryMax = 1U << 13U,
  kRetryBackoff = 1U << 14U,
  kRetryFactor = 1U << 15U,
  kRetryWhen = 1U << 16U,
  kOnDisconnect = 1U << 17U,
  kReassign = 1U << 18U,
  kAllowFailure = 1U << 19U,
  kIsolation = 1U << 20U,
  kRequire = 1U << 21U,
  kCheckpoints = 1U << 22U,
  kGates = 1U << 23U,
  kRollback = 1U << 24U,
  kLocks = 1U << 25U,
};
}  // namespace written

/// A ticket as it was written, before the plan's defaults are filled in.
struct TicketDraft {
  Ticket ticket;
  TicketMarks marks;
  std::uint32_t written = 0;
};

/// The keys that a ticket may have.
const std::vector<std::string_view>& ticket_field_names();

/// `node` is a map.
TicketDraft read_ticket(Reading& reading, const YamlNode& node);
/// The plan's `defaults`: the fields of a ticket that make sense for many.
TicketDraft read_defaults(Reading& reading, const YamlNode& node);
/// Fills in what the ticket does not say itself. Maps (`retry`, `agent`, `env`, `resources`) are
/// filled in key by key.
void apply_defaults(const TicketDraft& defaults, TicketDraft& draft);

/// `call` and `args`: a function that a worker calls, and what it is given.
void read_function(Reading& reading, const Entry& entry, Command& out);
void read_arguments(Reading& reading, const Entry& entry, Command& out);
/// A ticket with `call` wants an agent that can call functions: adds the label that says so.
void want_caller(Ticket& ticket);

void read_retry(Reading& reading, const Entry& entry, RetryPolicy& out, std::uint32_t& written);
void read_requirements(Reading& reading, const Entry& entry, std::vector<Requirement>& out);
void read_checkpoints(Reading& reading, const Entry& entry, std::vector<Checkpoint>& out);
void read_gates(Reading& reading, const Entry& entry, std::vector<Gate>& out);
void read_rollback(Reading& reading, const Entry& entry, std::optional<Rollback>& out);

}  // namespace headway
