#include "coordinator/core/fingerprint.h"

#include <string_view>
#include <type_traits>

#include "common/base/time.h"

namespace headway {

namespace {

class Hash {
 public:
  template <class Number>
  void add(Number number) {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    auto rest = static_cast<std::uint64_t>(number);
    for (int i = 0; i < 8; ++i, rest >>= 8U) add_byte(static_cast<std::uint8_t>(rest));
  }
  void add_text(std::string_view text) {
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
    add(text.size());
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void add_byte(std::uint8_t byte) {
    value_ ^= byte;
    value_ *= 0x100000001b3U;
  }
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

void add_ticket(Hash& hash, const TicketRecord& ticket) {
  hash.add(ticket.state);
  hash.add(ticket.unmet);
  hash.add(ticket.generation);
  hash.add(ticket.cancelling);
  hash.add(ticket.attempts);
  hash.add(ticket.retries_used);
  hash.add(ticket.workers_lost);
  hash.add(ticket.checkpoints);
  hash.add(ticket.token.number());
  hash.add(ticket.worker.number());
  hash.add(ticket.slot.number());
  hash.add(ticket.outcome ? static_cast<int>(*ticket.outcome) + 1 : 0);
  hash.add(ticket.exit_code.value_or(-1));
  hash.add(to_millis(ticket.started_at));
  hash.add(to_millis(ticket.ended_at));
  hash.add(ticket.elapsed.count());
  hash.add(ticket.retry_delay.count());
  hash.add(to_millis(ticket.lock_wait_since));
  hash.add(ticket.slot_gates);
  hash.add(ticket.touched);
  hash.add(ticket.rollback);
  hash.add(ticket.settled.number());
  hash.add_text(ticket.checkpoint);
  hash.add_text(ticket.detail);
}

void add_validation(Hash& hash, TicketIndex ticket, const ValidationRecord& validation) {
  hash.add(ticket.number());
  for (const std::uint32_t gate : validation.passed) hash.add(gate);
  for (const auto& [gate, failures] : validation.failures) hash.add(failures);
  for (const Token token : validation.handed) hash.add(token.number());
  hash.add(validation.review.value_or(0));
  hash.add(to_millis(validation.review_ends));
  hash.add_text(validation.failure);
}

}  // namespace

std::uint64_t fingerprint(const Run& run) {
  Hash hash;
  hash.add(run.id.number());
  hash.add(run.state);
  hash.add(run.preserve);
  hash.add(run.force);
  hash.add(run.failing);
  hash.add(run.source->version);
  hash.add(to_millis(run.submitted_at));
  hash.add(to_millis(run.finished_at));
  hash.add(run.open_groups);
  for (const std::uint32_t count : run.totals.in_state) hash.add(count);
  for (const TicketRecord& ticket : run.tickets) add_ticket(hash, ticket);
  for (const auto& [ticket, validation] : run.validations) add_validation(hash, ticket, validation);
  for (const CheckRef& check : run.due) {
    hash.add(check.kind);
    hash.add(check.ticket.number());
    hash.add(check.number);
  }
  hash.add(run.handed_checks);
  for (const TicketIndex ticket : run.rollbacks) hash.add(ticket.number());
  hash.add(run.rolling_back.number());
  hash.add(run.rollback_begun);
  for (const PlanGateRecord& gate : run.plan_gates) {
    hash.add(gate.seen);
    hash.add(gate.handed.number());
    hash.add(gate.passed);
    hash.add(gate.failed);
    hash.add(gate.failing);
  }
  return hash.value();
}

}  // namespace headway
