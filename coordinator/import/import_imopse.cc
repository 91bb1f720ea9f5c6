#include "coordinator/import/import_imopse.h"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/import/instance_text.h"

namespace headway {

namespace {

using Line = InstanceText::Line;

constexpr std::int64_t kMostLevels = 100;
constexpr std::int64_t kMostWorkers = 10'000;

std::string label(std::string_view skill, std::int64_t level) {
  return fmt::format("{}-{}", skill, level);
}

class ImopseReader {
 public:
  explicit ImopseReader(const std::string& text) : text_(text) {}

  void read() {
    const std::int64_t task_count = counted("Tasks:", kMaxInstanceTasks);
    const std::int64_t workers = counted("Resources:", kMostWorkers);
    text_.skip_past("ResourceID");
    for (std::int64_t i = 0; i < workers; ++i) {
      read_worker(text_.take(fmt::format("{} workers", workers)));
    }
    text_.skip_past("TaskID");
    for (std::int64_t i = 0; i < task_count; ++i) {
      read_task(text_.take(fmt::format("{} tasks", task_count)));
    }
    check_predecessors();
  }

  std::vector<InstanceTask> tasks;
  std::vector<planner::PlanAgent> agents;

 private:
  std::int64_t counted(std::string_view word, std::int64_t most) {
    while (true) {
      const Line& line = text_.take(fmt::format("a line `{} number`", word));
      if (line.words.front() == word) {
        return InstanceText::number(line, 1, fmt::format("the number behind `{}`", word), 0, most);
      }
    }
  }

  /// `Q4:` and `2` from word `at` on.
  static std::pair<std::string_view, std::int64_t> skill(const Line& line, std::size_t at) {
    if (at >= line.words.size() || !line.words[at].ends_with(':') || line.words[at].size() < 2) {
      InstanceText::refuse(
          line.number, fmt::format("a skill and its level should be here, as in `Q1: 2`, not `{}`",
                                   at < line.words.size() ? printable(line.words[at]) : "nothing"));
    }
    std::string_view name = line.words[at];
    name.remove_suffix(1);
    return {name, InstanceText::number(line, at + 1, fmt::format("the level of {}", name), 0,
                                       kMostLevels)};
  }

  void read_worker(const Line& line) {
    planner::PlanAgent agent;
    agent.name = fmt::format(
        "worker-{}", InstanceText::number(line, 0, "the worker's number", 0, kMaxInstanceNumber));
    for (const planner::PlanAgent& other : agents) {
      if (other.name == agent.name) {
        InstanceText::refuse(line.number, fmt::format("{} is listed twice", agent.name));
      }
    }
    agent.worker = agent.name;
    // The second word is the salary.
    for (std::size_t at = 2; at < line.words.size(); at += 2) {
      const auto [name, level] = skill(line, at);
      for (std::int64_t reached = 0; reached <= level; ++reached) {
        agent.labels.push_back(label(name, reached));
      }
    }
    agents.push_back(std::move(agent));
  }

  void read_task(const Line& line) {
    InstanceTask task;
    task.number = InstanceText::number(line, 0, "the task's number", 0, kMaxInstanceNumber);
    if (!line_of_.emplace(task.number, line.number).second) {
      InstanceText::refuse(line.number, fmt::format("task {} is listed twice", task.number));
    }
    task.duration = InstanceText::number(line, 1, "the duration", 0, kMaxInstanceNumber);
    const auto [name, level] = skill(line, 2);
    task.labels = {label(name, level)};
    std::set<std::int64_t> before;
    for (std::size_t at = 4; at < line.words.size(); ++at) {
      before.insert(InstanceText::number(line, at, "a predecessor", 0, kMaxInstanceNumber));
    }
    task.predecessors.assign(before.begin(), before.end());
    tasks.push_back(std::move(task));
  }

  void check_predecessors() const {
    for (const InstanceTask& task : tasks) {
      for (const std::int64_t before : task.predecessors) {
        if (line_of_.contains(before)) continue;
        InstanceText::refuse(
            line_of_.at(task.number),
            fmt::format("task {} waits for {}, which is not there", task.number, before));
      }
    }
  }

  InstanceText text_;
  std::map<std::int64_t, std::size_t> line_of_;  ///< of each task
};

}  // namespace

Result<ImportedPlan> import_imopse(const std::string& text, const std::string& name,
                                   const InstanceOptions& options) {
  try {
    ImopseReader reader(text);
    reader.read();
    Result<Plan> plan = plan_of_tasks(name, reader.tasks, std::chrono::hours{1}, options);
    if (!plan) return plan.error();
    return ImportedPlan{std::move(*plan), std::move(reader.agents)};
  } catch (const InstanceText::Refusal& refusal) {
    return refusal.error;
  }
}

}  // namespace headway
