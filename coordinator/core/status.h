#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/messages/control_messages.h"
#include "coordinator/core/core.h"
#include "coordinator/core/expectation.h"
#include "coordinator/core/state.h"

namespace headway {

/// Answers what people ask about the state: pure arithmetic over it. With a living core also what
/// only that knows: who is connected, how far a ticket is, what hinders it. Without one (a registry
/// read by itself) everything durable is answered the same.
class Status {
 public:
  /// Both must outlive it. `core` may be null.
  Status(const State& state, const Core* core, Now now) : state_(state), core_(core), now_(now) {}

  /// Without its ETA, which takes a forecast (coordinator/forecast).
  [[nodiscard]] RunSummary summary(const Run& run) const;
  [[nodiscard]] RunMetrics metrics(const Run& run) const;
  [[nodiscard]] TicketView ticket(const Run& run, TicketIndex index) const;
  [[nodiscard]] StatusAnswer status(const Run& run, const StatusRequest& request) const;
  [[nodiscard]] AgentsAnswer agents(const AgentsRequest& request) const;
  [[nodiscard]] AgentView agent(WorkerId worker, SlotId slot) const;
  /// Attempts and checks that the worker has; without a core, those that the registry has open.
  [[nodiscard]] const std::set<Token>& held(WorkerId worker) const;
  /// Agents of the workers that are connected, each in the state that `agents` shows; idle and
  /// running ones also where there are none.
  [[nodiscard]] std::map<AgentState, std::uint32_t> agents_by_state() const;
  /// Puts what an idle agent is to do next, where a schedule says that, in place of its last
  /// ticket.
  void show_next(AgentView& view, std::optional<AttemptRef> next) const;
  /// Without its history, which is the registry's.
  [[nodiscard]] ExplainAnswer explain(const Run& run, TicketIndex index) const;
  /// A fact of a run in the state, or of none.
  [[nodiscard]] EventView event(const Fact& fact) const;

 private:
  /// What is left of a ticket that runs; none of any other, and where that may be dead.
  [[nodiscard]] std::optional<Duration> ticket_eta(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::uint32_t agent_count() const;
  [[nodiscard]] std::vector<std::string> waiting_for(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::vector<TicketIndex> unmet(const Run& run, TicketIndex index) const;
  void show_link(AgentView& view, WorkerId worker) const;
  /// Of a worker's agents that run nothing.
  [[nodiscard]] AgentState state_of_idle(WorkerId worker, const Link& link) const;
  void show_running(AgentView& view, WorkerId worker, SlotId slot) const;
  void show_held(AgentView& view, Token token) const;
  void show_held(AgentView& view, const HandedCheck& held) const;
  [[nodiscard]] std::string step(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::uint32_t gates_passed(const Run& run, TicketIndex index) const;
  [[nodiscard]] bool has_waiting_gate(const Run& run, TicketIndex index) const;
  void show_validation(const Run& run, TicketIndex index, TicketView& view) const;
  [[nodiscard]] std::vector<std::string> validation_reasons(const Run& run,
                                                            TicketIndex index) const;
  [[nodiscard]] std::vector<std::string> rollback_reasons(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::string why_not_put_back(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::string why_no_agent(const Run& run, const CheckRef& check,
                                         const std::string& what) const;
  [[nodiscard]] std::string lock_holders(const Run& run, TicketIndex waiter) const;
  [[nodiscard]] std::string lock_besides(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::string why_short(const Run& run, TicketIndex index,
                                      const std::string& resource) const;
  [[nodiscard]] std::vector<std::string> reasons(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::string agents_record(const Run& run, TicketIndex index) const;
  [[nodiscard]] std::string why_ready(const Run& run, TicketIndex index) const;
  [[nodiscard]] const AttemptNote* note(Token token) const {
    return core_ == nullptr ? nullptr : core_->note(token);
  }

  const State& state_;
  const Core* core_;
  Now now_;
  /// Made when a ticket of the run is first asked for: each takes a pass over its tickets.
  mutable std::map<RunId, Expectation> expectations_;
  /// By the state alone. Made when it is first asked for, too.
  mutable std::optional<std::map<WorkerId, std::set<Token>>> held_;
};

/// `r1`.
std::string run_name(RunId run);

}  // namespace headway
