#include "coordinator/planner/model/problem.h"

#include "common/base/check.h"

namespace headway::planner {

void fill_successors(Problem& problem) {
  const std::uint32_t size = problem.size();
  Rows<std::uint32_t>& successors = problem.successors;
  successors.starts.assign(size + 1, 0);
  for (const std::uint32_t before : problem.predecessors.values) ++successors.starts[before + 1];
  for (std::uint32_t i = 0; i < size; ++i) successors.starts[i + 1] += successors.starts[i];
  successors.values.resize(problem.predecessors.values.size());
  std::vector<std::uint32_t> next(successors.starts.begin(), successors.starts.end() - 1);
  for (std::uint32_t i = 0; i < size; ++i) {
    for (const std::uint32_t before : problem.predecessors[i])
      successors.values[next[before]++] = i;
  }

  // Kahn 1962; the queue is the order itself.
  std::vector<std::uint32_t> waiting(size);
  problem.order.clear();
  problem.order.reserve(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    waiting[i] = static_cast<std::uint32_t>(problem.predecessors[i].size());
    if (waiting[i] == 0) problem.order.push_back(i);
  }
  for (std::size_t head = 0; head < problem.order.size(); ++head) {
    for (const std::uint32_t after : problem.successors[problem.order[head]]) {
      if (--waiting[after] == 0) problem.order.push_back(after);
    }
  }
  HW_CHECK(problem.order.size() == size, "the activities of a problem wait for each other");
}

}  // namespace headway::planner
