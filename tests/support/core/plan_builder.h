#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/core/state.h"

namespace headway {

/// Describes one ticket of a `PlanBuilder`, a property a call.
class TicketBuilder {
 public:
  TicketBuilder(Plan& plan, std::size_t index) : plan_(plan), index_(index) {}

  TicketBuilder& after(std::vector<std::string> ids);  ///< blocking
  TicketBuilder& after_end_of(std::vector<std::string> ids);
  TicketBuilder& rather_after(std::vector<std::string> ids);
  TicketBuilder& never_beside(std::vector<std::string> ids);  ///< declared conflicts
  TicketBuilder& writes(const std::string& lock);
  TicketBuilder& reads(const std::string& lock);
  TicketBuilder& changes(const std::string& pattern);
  TicketBuilder& needs(const std::string& resource, std::int64_t units);
  TicketBuilder& priority(Priority priority);
  TicketBuilder& estimate(Duration estimate);
  TicketBuilder& category(const std::string& category);
  TicketBuilder& retry(std::int32_t max, Duration backoff = {}, double factor = 2);
  TicketBuilder& retry_when(std::vector<RetryCause> causes);
  TicketBuilder& may_fail();
  TicketBuilder& isolated();
  TicketBuilder& sequential();
  TicketBuilder& of_type(const std::string& type);
  TicketBuilder& labelled(const std::string& label);
  TicketBuilder& not_on(const std::string& worker);
  TicketBuilder& only_on_proof();
  TicketBuilder& requires_that(const std::string& name);
  TicketBuilder& gate(const std::string& name, std::vector<std::string> labels = {},
                      std::int32_t retries = 0, Duration backoff = {});
  /// Beside the gate before it, should that be `parallel` as well.
  TicketBuilder& parallel_gate(const std::string& name, std::vector<std::string> labels = {});
  TicketBuilder& approval(const std::string& name, std::optional<Duration> timeout = {},
                          OnReviewTimeout on_timeout = OnReviewTimeout::kReject);
  TicketBuilder& rolls_back(RollbackScope scope = RollbackScope::kTicket);

  [[nodiscard]] Ticket& definition() { return plan_.tickets[index_]; }

 private:
  Plan& plan_;
  std::size_t index_;
};

/// A plan for a test, ticket by ticket. Each ticket's command is `true`.
class PlanBuilder {
 public:
  TicketBuilder add(const std::string& id);
  /// `count` tickets `<prefix>1`...
  void add_many(const std::string& prefix, std::size_t count);
  PlanBuilder& max_parallel(std::int32_t most);
  PlanBuilder& barriers();
  PlanBuilder& fail_fast();
  PlanBuilder& resource(const std::string& name, std::int64_t units);
  PlanBuilder& gate(const std::string& name, PlanGateSchedule every,
                    OnPlanGateFail on_fail = OnPlanGateFail::kWarn);

  Plan plan;
};

/// Aborts when the plan is invalid: a test's plan must not be.
std::shared_ptr<const RunPlan> run_plan(Plan plan, RunOptions options = {});

}  // namespace headway
