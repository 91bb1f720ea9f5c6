#include "random_plan.h"

#include <array>

#include "tests/support/core/plan_builder.h"

namespace headway {

namespace {

using std::chrono_literals::operator""s;

constexpr std::array kPatterns = {"docs/**", "docs/a.md", "docs/*.md", "src/api/x.c", "src/api/**",
                                  "src",     "**/x.c",    "src/*/x.c", "docs/[ab].md"};

void add_dependencies(Random& random, TicketBuilder ticket, std::size_t index) {
  const auto earlier = [&] { return "t" + std::to_string(below(random, index)); };
  if (index == 0) return;
  if (one_in(random, 3)) ticket.after({earlier()});
  if (one_in(random, 6)) ticket.after_end_of({earlier()});
  if (one_in(random, 6)) ticket.rather_after({earlier()});
  if (one_in(random, 8)) ticket.never_beside({earlier()});
}

void add_needs(Random& random, TicketBuilder ticket) {
  const std::string lock = "l" + std::to_string(below(random, 3));
  if (one_in(random, 5)) ticket.writes(lock);
  if (one_in(random, 5)) ticket.reads("m" + std::to_string(below(random, 2)));
  if (one_in(random, 8)) ticket.writes("m" + std::to_string(below(random, 2)));
  if (one_in(random, 4)) ticket.changes(kPatterns[below(random, kPatterns.size())]);
  if (one_in(random, 8)) ticket.changes(kPatterns[below(random, kPatterns.size())]);
  if (one_in(random, 5)) {
    ticket.needs("license", 1 + static_cast<std::int64_t>(below(random, kLicenses)));
  }
  if (one_in(random, 5)) ticket.needs("cpus", 1 + static_cast<std::int64_t>(below(random, kCpus)));
  if (one_in(random, 8)) ticket.labelled("gpu");
  if (one_in(random, 10)) ticket.not_on("w1");
}

void add_manners(Random& random, TicketBuilder ticket, bool with_proof) {
  ticket.priority(static_cast<Priority>(below(random, 5)));
  if (one_in(random, 2)) ticket.estimate(std::chrono::seconds{1 + below(random, 60)});
  if (one_in(random, 3)) ticket.retry(2, std::chrono::seconds{below(random, 20)});
  if (one_in(random, 6)) ticket.may_fail();
  if (with_proof && one_in(random, 5)) ticket.only_on_proof();
}

}  // namespace

std::shared_ptr<const RunPlan> random_plan(Random& random, bool with_proof) {
  PlanBuilder plan;
  plan.resource("license", kLicenses);
  if (one_in(random, 4)) plan.barriers();
  if (one_in(random, 6)) plan.fail_fast();
  if (one_in(random, 4)) plan.max_parallel(1 + static_cast<std::int32_t>(below(random, 4)));
  const std::size_t count = below(random, 18);
  const bool with_isolation = one_in(random, 4);
  for (std::size_t i = 0; i < count; ++i) {
    TicketBuilder ticket = plan.add("t" + std::to_string(i));
    add_dependencies(random, ticket, i);
    if (one_in(random, 2)) add_needs(random, ticket);
    add_manners(random, ticket, with_proof);
    if (with_isolation && one_in(random, 6)) ticket.isolated();
    if (one_in(random, 12)) ticket.sequential();
  }
  RunOptions options;
  options.plan_folder = "/plan";
  return run_plan(std::move(plan.plan), options);
}

}  // namespace headway
