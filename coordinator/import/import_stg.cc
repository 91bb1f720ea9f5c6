#include "coordinator/import/import_stg.h"

#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "coordinator/import/instance_text.h"

namespace headway {

namespace {

std::vector<InstanceTask> read_tasks(const std::string& text) {
  InstanceText lines(text, '#');
  const InstanceText::Line first = lines.take("the number of tasks");
  // Two dummies, the first and the last, are not counted.
  const std::int64_t count =
      InstanceText::number(first, 0, "the number of tasks", 0, kMaxInstanceTasks) + 2;
  std::vector<InstanceTask> tasks;
  for (std::int64_t number = 0; number < count; ++number) {
    const InstanceText::Line line = lines.take(fmt::format("task {} of {}", number, count - 1));
    InstanceTask task;
    task.number = InstanceText::number(line, 0, "the task's number", number, number);
    task.duration = InstanceText::number(line, 1, "the processing time", 0, kMaxInstanceNumber);
    const std::int64_t before =
        InstanceText::number(line, 2, "the number of predecessors", 0, count);
    if (line.words.size() != 3 + static_cast<std::size_t>(before)) {
      InstanceText::refuse(
          line.number, fmt::format("task {} should have {} predecessors and has {}", number, before,
                                   line.words.size() - 3));
    }
    for (std::size_t at = 3; at < line.words.size(); ++at) {
      task.predecessors.push_back(InstanceText::number(line, at, "a predecessor", 0, count - 1));
    }
    tasks.push_back(std::move(task));
  }
  if (!lines.at_end()) {
    InstanceText::refuse(lines.peek().number, fmt::format("there are more than {} tasks", count));
  }
  return tasks;
}

}  // namespace

Result<Plan> import_stg(const std::string& text, const std::string& name,
                        const InstanceOptions& options) {
  try {
    return plan_of_tasks(name, read_tasks(text), std::chrono::minutes{1}, options);
  } catch (const InstanceText::Refusal& refusal) {
    return refusal.error;
  }
}

}  // namespace headway
