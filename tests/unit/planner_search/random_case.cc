#include "random_case.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

namespace headway::planner {

namespace {

class Maker {
 public:
  Maker(std::uint64_t seed, const CaseShape& shape) : engine_(seed), shape_(shape) {}

  Case make() {
    Case made;
    for (std::uint32_t i = 0; i < shape_.agents; ++i) made.agents.push_back(agent(i));
    made.plan.barriers = shape_.barriers;
    if (shape_.resources) made.plan.resources = {{"license", 3000}, {"room", 10'000}};
    if (chance(6)) made.plan.max_parallel = 2;
    for (std::uint32_t i = 0; i < shape_.tickets; ++i) made.plan.tickets.push_back(ticket_of(i));
    finish(made);
    return made;
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  bool chance(std::uint32_t of) { return below(of) == 0; }

  PlanAgent agent(std::uint32_t i) {
    PlanAgent made;
    made.name = "agent " + std::to_string(i);
    made.worker = i % 2 == 0 ? "even" : "odd";
    if (i == 0) {
      made.labels = {"a", "b", "c"};
    } else {
      for (const char* label : {"a", "b", "c"}) {
        if (chance(2)) made.labels.emplace_back(label);
      }
      if (chance(4)) made.types = {"builder"};
    }
    return made;
  }

  Ticket ticket_of(std::uint32_t i) {
    Ticket made = ticket("t" + std::to_string(i), static_cast<int>(below(shape_.longest + 1)));
    for (std::uint32_t k = below(3); k > 0 && i > 0; --k) {
      auto& list = chance(3) ? made.dependencies.sequential : made.dependencies.blocking;
      const std::string other = "t" + std::to_string(below(i));
      const auto& all = made.dependencies;
      const auto has = [&](const auto& ids) { return std::ranges::count(ids, other) > 0; };
      if (!has(all.blocking) && !has(all.sequential)) list.push_back(other);
    }
    if (shape_.labels) {
      for (const char* label : {"a", "b", "c"}) {
        if (chance(4)) made.agent.labels.emplace_back(label);
      }
      if (chance(8)) made.agent.type = "builder";
      if (chance(10)) made.agent.excluded = {"odd"};
    }
    if (shape_.resources) {
      if (chance(2)) made.resources.push_back({"license", 1000 * (1 + below(3))});
      if (chance(2)) made.resources.push_back({"room", 1 + below(10'000)});
    }
    if (shape_.locks) add_locks(made, i);
    return made;
  }

  void add_locks(Ticket& made, std::uint32_t i) {
    if (chance(4)) made.locks.push_back({"one", chance(2) ? LockMode::kRead : LockMode::kWrite});
    if (chance(6)) made.locks.push_back({"two", LockMode::kWrite});
    static const char* const kPaths[] = {"docs/**", "docs/a.md", "docs/b.md", "src/x.cc", "src/*"};
    if (chance(4)) made.affected_files.emplace_back(kPaths[below(5)]);
    if (chance(8) && i > 0) made.dependencies.file_conflicts = {"t" + std::to_string(below(i))};
    if (chance(20)) made.isolation = Isolation::kIsolated;
    if (chance(12)) made.isolation = Isolation::kSequential;
  }

  std::mt19937_64 engine_;
  CaseShape shape_;
};

}  // namespace

void finish(Case& made) {
  auto graph = PlanGraph::build(made.plan);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  made.graph = *graph;
  auto problem = problem_from_plan(made.plan, *made.graph, made.agents);
  ASSERT_TRUE(problem.ok()) << problem.error().message;
  made.problem = std::move(*problem);
}

Case random_case(std::uint64_t seed, const CaseShape& shape) { return Maker(seed, shape).make(); }

Ticket ticket(std::string id, int minutes, std::vector<std::string> blocking) {
  Ticket made;
  made.id = std::move(id);
  made.estimate = std::chrono::minutes{minutes};
  made.dependencies.blocking = std::move(blocking);
  return made;
}

}  // namespace headway::planner
