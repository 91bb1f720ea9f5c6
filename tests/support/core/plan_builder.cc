#include "tests/support/core/plan_builder.h"

#include <utility>

#include "common/base/check.h"

namespace headway {

namespace {

constexpr std::int64_t kThousandths = 1000;

void append(std::vector<std::string>& to, const std::vector<std::string>& ids) {
  to.insert(to.end(), ids.begin(), ids.end());
}

}  // namespace

TicketBuilder& TicketBuilder::after(std::vector<std::string> ids) {
  append(definition().dependencies.blocking, ids);
  return *this;
}
TicketBuilder& TicketBuilder::after_end_of(std::vector<std::string> ids) {
  append(definition().dependencies.sequential, ids);
  return *this;
}
TicketBuilder& TicketBuilder::rather_after(std::vector<std::string> ids) {
  append(definition().dependencies.soft, ids);
  return *this;
}
TicketBuilder& TicketBuilder::never_beside(std::vector<std::string> ids) {
  append(definition().dependencies.file_conflicts, ids);
  return *this;
}
TicketBuilder& TicketBuilder::writes(const std::string& lock) {
  definition().locks.push_back({lock, LockMode::kWrite});
  return *this;
}
TicketBuilder& TicketBuilder::reads(const std::string& lock) {
  definition().locks.push_back({lock, LockMode::kRead});
  return *this;
}
TicketBuilder& TicketBuilder::changes(const std::string& pattern) {
  definition().affected_files.push_back(pattern);
  return *this;
}
TicketBuilder& TicketBuilder::needs(const std::string& resource, std::int64_t units) {
  definition().resources.push_back({resource, units * kThousandths});
  return *this;
}
TicketBuilder& TicketBuilder::priority(Priority priority) {
  definition().priority = priority;
  return *this;
}
TicketBuilder& TicketBuilder::estimate(Duration estimate) {
  definition().estimate = estimate;
  return *this;
}

TicketBuilder& TicketBuilder::category(const std::string& category) {
  definition().category = category;
  return *this;
}
TicketBuilder& TicketBuilder::retry(std::int32_t max, Duration backoff, double factor) {
  definition().retry.max = max;
  definition().retry.backoff = backoff;
  definition().retry.factor = factor;
  return *this;
}
TicketBuilder& TicketBuilder::retry_when(std::vector<RetryCause> causes) {
  definition().retry.when = std::move(causes);
  return *this;
}
TicketBuilder& TicketBuilder::may_fail() {
  definition().allow_failure = true;
  return *this;
}
TicketBuilder& TicketBuilder::isolated() {
  definition().isolation = Isolation::kIsolated;
  return *this;
}
TicketBuilder& TicketBuilder::sequential() {
  definition().isolation = Isolation::kSequential;
  return *this;
}
TicketBuilder& TicketBuilder::of_type(const std::string& type) {
  definition().agent.type = type;
  return *this;
}
TicketBuilder& TicketBuilder::labelled(const std::string& label) {
  definition().agent.labels.push_back(label);
  return *this;
}
TicketBuilder& TicketBuilder::not_on(const std::string& worker) {
  definition().agent.excluded.push_back(worker);
  return *this;
}
TicketBuilder& TicketBuilder::only_on_proof() {
  definition().reassign = Reassign::kOnProof;
  definition().on_disconnect = OnDisconnect::kFinish;
  return *this;
}

TicketBuilder& TicketBuilder::requires_that(const std::string& name) {
  definition().require.push_back({name, {"true", {}}, {}});
  return *this;
}
TicketBuilder& TicketBuilder::gate(const std::string& name, std::vector<std::string> labels,
                                   std::int32_t retries, Duration backoff) {
  Gate gate;
  gate.name = name;
  gate.command.shell_line = "true";
  gate.labels = std::move(labels);
  gate.retry.max = retries;
  gate.retry.backoff = backoff;
  definition().gates.push_back(std::move(gate));
  return *this;
}
TicketBuilder& TicketBuilder::parallel_gate(const std::string& name,
                                            std::vector<std::string> labels) {
  gate(name, std::move(labels));
  definition().gates.back().parallel = true;
  return *this;
}
TicketBuilder& TicketBuilder::approval(const std::string& name, std::optional<Duration> timeout,
                                       OnReviewTimeout on_timeout) {
  Gate gate;
  gate.name = name;
  gate.approval = true;
  gate.timeout = timeout;
  gate.on_timeout = on_timeout;
  definition().gates.push_back(std::move(gate));
  return *this;
}
TicketBuilder& TicketBuilder::rolls_back(RollbackScope scope) {
  definition().rollback = Rollback{{"true", {}}, scope, {}};
  return *this;
}

PlanBuilder& PlanBuilder::gate(const std::string& name, PlanGateSchedule every,
                               OnPlanGateFail on_fail) {
  plan.plan_gates.push_back({name, {"true", {}}, every, {}, on_fail});
  return *this;
}

TicketBuilder PlanBuilder::add(const std::string& id) {
  Ticket ticket;
  ticket.id = id;
  ticket.command.shell_line = "true";
  plan.tickets.push_back(std::move(ticket));
  return {plan, plan.tickets.size() - 1};
}

void PlanBuilder::add_many(const std::string& prefix, std::size_t count) {
  for (std::size_t i = 1; i <= count; ++i) add(prefix + std::to_string(i));
}

PlanBuilder& PlanBuilder::max_parallel(std::int32_t most) {
  plan.max_parallel = most;
  return *this;
}
PlanBuilder& PlanBuilder::barriers() {
  plan.barriers = true;
  return *this;
}
PlanBuilder& PlanBuilder::fail_fast() {
  plan.on_failure = OnFailure::kFailFast;
  return *this;
}
PlanBuilder& PlanBuilder::resource(const std::string& name, std::int64_t units) {
  plan.resources.push_back({name, units * kThousandths});
  return *this;
}

std::shared_ptr<const RunPlan> run_plan(Plan plan, RunOptions options) {
  auto source = std::make_shared<RunPlan>();
  auto graph = PlanGraph::build(plan);
  HW_CHECK(graph.ok(), "a test's plan is invalid: " + (graph.ok() ? "" : graph.error().message));
  source->name = plan.name;
  source->graph = *graph;
  source->plan = std::move(plan);
  source->options = std::move(options);
  return source;
}

}  // namespace headway
