/// How long a forecast takes: bench_forecast [TICKETS [AGENTS]]; 1,000, 10,000 and 100,000 tickets
/// on 200 agents unless told. A tenth of the tickets has a lock, each has up to two dependencies.

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/base/random_numbers.h"
#include "common/system/clock.h"
#include "coordinator/forecast/forecast.h"
#include "tests/support/core/plan_builder.h"

namespace headway {
namespace {

Situation large_situation(std::uint32_t tickets, std::uint32_t agents) {
  RandomNumbers random(1);
  PlanBuilder builder;
  for (std::uint32_t i = 0; i < tickets; ++i) {
    TicketBuilder ticket = builder.add("T" + std::to_string(i));
    ticket.category("kind " + std::to_string(random.below(20)));
    ticket.estimate(std::chrono::seconds{10 + random.below(600)});
    std::vector<std::string> after;
    if (i >= 1000) {
      for (std::uint32_t k = random.below(3); k > 0; --k) {
        after.push_back("T" + std::to_string(i - 1 - random.below(1000) / 3 * 3 - (k - 1)));
      }
    }
    ticket.after(after);
    if (random.below(10) == 0) ticket.changes("src/" + std::to_string(random.below(500)) + "/**");
  }
  const auto source = run_plan(builder.plan);
  Situation situation;
  situation.plan = std::shared_ptr<const Plan>(source, &source->plan);
  situation.graph = source->graph;
  situation.tickets.resize(tickets);
  situation.workforce.able = agents;
  return situation;
}

void measure(std::uint32_t tickets, std::uint32_t agents) {
  const Situation situation = large_situation(tickets, agents);
  const Instant begun = read_clocks().steady;
  const Situation copy = situation;
  const Instant copied = read_clocks().steady;
  const Forecast forecast = make_forecast(copy);
  const Instant made = read_clocks().steady;
  std::cout << fmt::format(
      "{:6} tickets, {} agents: {:3} samples in {:.3f} s, {:.2f} us for each ticket of each; "
      "copied in {:.1f} ms; P50 {:.0f} s, P90 {:.0f} s\n",
      tickets, agents, forecast.samples, to_seconds(made - copied),
      1e6 * to_seconds(made - copied) / forecast.samples / tickets,
      1e3 * to_seconds(copied - begun), to_seconds(forecast.left->middle),
      to_seconds(forecast.left->late));
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  const auto number = [&](int place, unsigned long otherwise) {
    return static_cast<std::uint32_t>(count > place ? std::strtoul(words[place], nullptr, 10)
                                                    : otherwise);
  };
  const std::uint32_t agents = number(2, 200);
  if (count > 1) {
    headway::measure(number(1, 0), agents);
  } else {
    for (const std::uint32_t tickets : {1'000U, 10'000U, 100'000U}) {
      headway::measure(tickets, agents);
    }
  }
  return 0;
}
