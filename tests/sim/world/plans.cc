#include "tests/sim/world/plans.h"

#include <algorithm>
#include <array>

#include "common/base/check.h"
#include "tests/sim/checkers/meeting.h"
#include "tests/sim/world/plan_milestones.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

constexpr std::int64_t kThousandths = 1000;

void add_dependencies(Random& random, Plan& plan, Ticket& ticket) {
  if (plan.tickets.empty()) return;
  const auto earlier = [&] { return plan.tickets[random.below(plan.tickets.size())].id; };
  Dependencies& wanted = ticket.dependencies;
  if (random.one_in(3)) wanted.blocking.push_back(earlier());
  if (random.one_in(6)) {
    const std::string second = earlier();
    if (std::ranges::find(wanted.blocking, second) == wanted.blocking.end()) {
      wanted.blocking.push_back(second);
    }
  }
  if (random.one_in(6)) wanted.sequential.push_back(earlier());
  if (random.one_in(6)) wanted.soft.push_back(earlier());
  if (random.one_in(8)) wanted.file_conflicts.push_back(earlier());
  if (random.one_in(8)) wanted.resource_conflicts.push_back(earlier());
}

void add_needs(Random& random, Ticket& ticket, bool hungry) {
  const auto lock = [&](std::uint64_t rarely, const char* name, std::uint64_t most, LockMode mode) {
    if (!random.one_in(rarely)) return;
    ticket.locks.push_back({name + std::to_string(random.below(most)), mode});
  };
  lock(5, "l", 3, LockMode::kWrite);
  lock(5, "m", 2, LockMode::kRead);
  lock(8, "m", 2, LockMode::kWrite);
  if (random.one_in(4)) ticket.affected_files.emplace_back(sample_pattern(random.below(100)));
  if (random.one_in(8)) ticket.affected_files.emplace_back(sample_pattern(random.below(100)));
  const auto resource = [&](std::uint64_t rarely, const char* name, std::int64_t most) {
    if (!random.one_in(rarely)) return;
    const auto units =
        1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most)));
    ticket.resources.push_back({name, units * kThousandths});
  };
  resource(5, "license", kLicenses);
  resource(hungry ? 1 : 5, "cpus", kCpus);
  if (random.one_in(8)) ticket.agent.labels.emplace_back("gpu");
  if (random.one_in(10)) ticket.agent.type = "builder";
  if (random.one_in(10)) ticket.agent.excluded.emplace_back("w1");
}

void add_manners(Random& random, Ticket& ticket, bool with_proof) {
  ticket.priority = static_cast<Priority>(random.below(5));
  if (random.one_in(2)) ticket.estimate = std::chrono::seconds{1 + random.below(60)};
  if (random.one_in(3)) {
    ticket.retry.max = 1 + static_cast<std::int32_t>(random.below(2));
    ticket.retry.backoff = std::chrono::milliseconds{random.below(20'000)};
    if (random.one_in(4)) ticket.retry.when = {RetryCause::kExit, RetryCause::kCouldNotStart};
  }
  if (random.one_in(2)) ticket.timeout = random.between(1s, 20s);
  ticket.kill_grace = random.one_in(3) ? Duration{} : random.up_to(10s);
  if (random.one_in(6)) ticket.allow_failure = true;
  const bool kills = ticket.command.shell_line == kKillerCommand;
  if (ticket.allow_failure && !kills && random.one_in(2)) {
    ticket.command.shell_line = kFailingCommand;
  }
  if (random.one_in(4)) ticket.artifacts.emplace_back("out/*");
  if (!with_proof || !random.one_in(2)) return;
  ticket.reassign = Reassign::kOnProof;
  if (random.one_in(2)) ticket.on_disconnect = OnDisconnect::kFinish;
}

/// Of one in three tickets none. Not drawn: what else a seed holds does not depend on it.
std::string category_of(std::uint64_t ticket) {
  constexpr std::array kCategories = {"", "code", "docs"};
  return kCategories[ticket % kCategories.size()];
}

}  // namespace

Plan draw_plan(Random& random, bool with_proof, bool crowded) {
  Plan plan;
  plan.name = "random";
  plan.resources.push_back({"license", kLicenses * kThousandths});
  plan.barriers = random.one_in(4);
  if (random.one_in(6)) plan.on_failure = OnFailure::kFailFast;
  if (random.one_in(4)) plan.max_parallel = 1 + static_cast<std::int32_t>(random.below(4));
  constexpr std::array<std::uint64_t, 6> kSizes = {3, 6, 6, 12, 12, 40};
  std::uint64_t count = random.one_in(40) ? 0 : 1 + random.below(random.pick(kSizes));
  if (crowded) count = 30 + random.below(30);
  const bool with_isolation = random.one_in(4);
  const bool with_milestones = random.one_in(2);
  if (with_milestones) plan.plan_gates = draw_plan_gates(random);
  // What each ticket needs of its worker is then scarcer than slots are.
  const bool hungry = random.one_in(8);
  const std::uint64_t killer = random.one_in(10) ? random.below(count + 1) : count;
  for (std::uint64_t i = 0; i < count; ++i) {
    Ticket ticket;
    ticket.id = "t" + std::to_string(i);
    ticket.category = category_of(i);
    ticket.command.shell_line = i == killer ? kKillerCommand : "true";
    if (!crowded || random.one_in(4)) add_dependencies(random, plan, ticket);
    if (hungry || random.one_in(crowded ? 6 : 2)) add_needs(random, ticket, hungry);
    if (crowded) {
      ticket.locks.push_back({"crowd", random.one_in(10) ? LockMode::kWrite : LockMode::kRead});
    }
    add_manners(random, ticket, with_proof);
    if (with_milestones) add_milestones(random, ticket);
    if (with_isolation && random.one_in(6)) ticket.isolation = Isolation::kIsolated;
    if (random.one_in(12)) ticket.isolation = Isolation::kSequential;
    plan.tickets.push_back(std::move(ticket));
  }
  return plan;
}

void drop_ticket(Plan& plan, std::size_t index) {
  const std::string id = plan.tickets[index].id;
  plan.tickets.erase(plan.tickets.begin() + static_cast<std::ptrdiff_t>(index));
  for (Ticket& ticket : plan.tickets) {
    for (auto* list :
         {&ticket.dependencies.blocking, &ticket.dependencies.sequential, &ticket.dependencies.soft,
          &ticket.dependencies.file_conflicts, &ticket.dependencies.resource_conflicts}) {
      std::erase(*list, id);
    }
  }
}

namespace {

/// Something of a ticket becomes what another one has.
void change_ticket(Random& random, Plan& plan, std::size_t index) {
  Ticket& ticket = plan.tickets[index];
  const Ticket& model = plan.tickets[random.below(plan.tickets.size())];
  switch (random.below(7)) {
    case 6:
      ticket.gates = model.gates;
      ticket.rollback = model.rollback;
      return;
    case 0:
      ticket.title += "'";
      return;
    case 1:
      ticket.env.emplace_back("CHANGED", "yes");
      return;
    case 2:
      ticket.locks = model.locks;
      ticket.affected_files = model.affected_files;
      return;
    case 3:
      ticket.retry = model.retry;
      ticket.allow_failure = model.allow_failure;
      ticket.isolation = model.isolation;
      return;
    case 4:
      ticket.dependencies = {};
      return;
    default:
      // Only on earlier ones, as everywhere: so there is no cycle.
      if (index > 0) ticket.dependencies.blocking = {plan.tickets[random.below(index)].id};
      ticket.dependencies.sequential.clear();
      return;
  }
}

}  // namespace

Plan redraw_plan(Random& random, const Plan& plan) {
  Plan drawn = plan;
  for (std::uint64_t left = random.below(3); left > 0 && !drawn.tickets.empty(); --left) {
    drop_ticket(drawn, random.below(drawn.tickets.size()));
  }
  for (std::uint64_t left = random.below(4); left > 0 && !drawn.tickets.empty(); --left) {
    change_ticket(random, drawn, random.below(drawn.tickets.size()));
  }
  for (std::uint64_t left = random.below(3); left > 0; --left) {
    Ticket added;
    if (!drawn.tickets.empty()) added = random.pick(drawn.tickets);
    added.id = "n" + std::to_string(random.below(1'000'000));
    added.command.shell_line = "true";
    added.dependencies = {};
    add_dependencies(random, drawn, added);
    drawn.tickets.push_back(std::move(added));
  }
  if (random.one_in(4)) drawn.barriers = !drawn.barriers;
  if (random.one_in(8)) drawn.plan_gates = draw_plan_gates(random);
  return drawn;
}

std::shared_ptr<const RunPlan> prepare(const Plan& plan) {
  auto source = std::make_shared<RunPlan>();
  auto graph = PlanGraph::build(plan);
  HW_CHECK(graph.ok(), "a random plan is invalid: " + (graph.ok() ? "" : graph.error().message));
  source->name = plan.name;
  source->plan = plan;
  source->graph = *graph;
  source->options.plan_folder = "/plan";
  return source;
}

}  // namespace headway::sim
