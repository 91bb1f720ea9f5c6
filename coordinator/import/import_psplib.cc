#include "coordinator/import/import_psplib.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "coordinator/import/instance_text.h"

namespace headway {

namespace {

using Line = InstanceText::Line;

class PsplibReader {
 public:
  explicit PsplibReader(const std::string& text) : text_(text) {}

  std::vector<InstanceTask> read() {
    jobs_ = counted("jobs", 1, kMaxInstanceTasks);
    renewable_ = counted("- renewable", 0, 100);
    refuse_others("- nonrenewable");
    refuse_others("- doubly constrained");
    tasks_.resize(static_cast<std::size_t>(jobs_));
    read_precedence();
    read_requests();
    return std::move(tasks_);
  }

  std::vector<ResourceAmount> read_capacities() {
    text_.skip_past("RESOURCEAVAILABILITIES:");
    text_.take("the names of the resources");
    const Line line = text_.take("the capacities");
    std::vector<ResourceAmount> capacities;
    for (std::int64_t i = 0; i < renewable_; ++i) {
      const std::int64_t units =
          InstanceText::number(line, static_cast<std::size_t>(i),
                               fmt::format("the capacity of R{}", i + 1), 0, kMaxInstanceNumber);
      capacities.push_back({fmt::format("R{}", i + 1), units * 1000});
    }
    return capacities;
  }

 private:
  /// The number behind the colon of the line that begins with `words`.
  std::int64_t counted(std::string_view words, std::int64_t least, std::int64_t most) {
    const Line line = find(words);
    for (std::size_t at = 0; at < line.words.size(); ++at) {
      if (line.words[at].ends_with(':')) {
        return InstanceText::number(line, at + 1, fmt::format("the number of `{}`", words), least,
                                    most);
      }
    }
    InstanceText::refuse(line.number, fmt::format("`{}` should be followed by `:`", words));
  }

  const Line& find(std::string_view words) {
    while (true) {
      const Line& line = text_.take(fmt::format("a line `{} ... : number`", words));
      std::string joined;
      for (const std::string_view word : line.words) {
        joined += word;
        joined += ' ';
      }
      if (joined.starts_with(words)) return line;
    }
  }

  void refuse_others(std::string_view words) {
    if (counted(words, 0, kMaxInstanceNumber) == 0) return;
    InstanceText::refuse(1, fmt::format("there are resources `{}`: only renewable ones can be "
                                        "planned with",
                                        words.substr(2)));
  }

  std::size_t job(const Line& line, std::size_t at, std::string_view what) const {
    return static_cast<std::size_t>(InstanceText::number(line, at, what, 1, jobs_));
  }

  void read_precedence() {
    text_.skip_past("PRECEDENCE RELATIONS:");
    text_.take("the heading of the precedence relations");
    for (std::int64_t row = 0; row < jobs_; ++row) {
      const Line line = text_.take(fmt::format("the successors of {} jobs", jobs_));
      const std::size_t number = job(line, 0, "the job");
      if (InstanceText::number(line, 1, "the number of modes", 0, kMaxInstanceNumber) != 1) {
        InstanceText::refuse(line.number,
                             fmt::format("job {} has several modes: this reads single-mode "
                                         "instances (.sm)",
                                         number));
      }
      InstanceTask& task = tasks_[number - 1];
      if (task.number != 0) {
        InstanceText::refuse(line.number, fmt::format("job {} is listed twice", number));
      }
      task.number = static_cast<std::int64_t>(number);
      const std::int64_t count =
          InstanceText::number(line, 2, "the number of successors", 0, jobs_);
      if (line.words.size() != 3 + static_cast<std::size_t>(count)) {
        InstanceText::refuse(line.number, fmt::format("job {} should have {} successors and has {}",
                                                      number, count, line.words.size() - 3));
      }
      for (std::size_t at = 3; at < line.words.size(); ++at) {
        tasks_[job(line, at, "a successor") - 1].predecessors.push_back(task.number);
      }
    }
  }

  void read_requests() {
    text_.skip_past("REQUESTS/DURATIONS:");
    text_.take("the heading of the requests");
    text_.take("a line of dashes");
    std::vector<bool> is_read(tasks_.size(), false);
    for (std::int64_t row = 0; row < jobs_; ++row) {
      const Line line = text_.take(fmt::format("the requests of {} jobs", jobs_));
      const std::size_t number = job(line, 0, "the job");
      if (is_read[number - 1]) {
        InstanceText::refuse(line.number, fmt::format("job {} is listed twice", number));
      }
      is_read[number - 1] = true;
      InstanceTask& task = tasks_[number - 1];
      task.duration = InstanceText::number(line, 2, "the duration", 0, kMaxInstanceNumber);
      for (std::int64_t i = 0; i < renewable_; ++i) {
        const std::int64_t units =
            InstanceText::number(line, 3 + static_cast<std::size_t>(i),
                                 fmt::format("the request of R{}", i + 1), 0, kMaxInstanceNumber);
        if (units > 0) task.resources.push_back({fmt::format("R{}", i + 1), units * 1000});
      }
    }
  }

  InstanceText text_;
  std::int64_t jobs_ = 0;
  std::int64_t renewable_ = 0;
  std::vector<InstanceTask> tasks_;
};

}  // namespace

Result<Plan> import_psplib(const std::string& text, const std::string& name,
                           const InstanceOptions& options) {
  try {
    PsplibReader reader(text);
    const std::vector<InstanceTask> tasks = reader.read();
    std::vector<ResourceAmount> capacities = reader.read_capacities();
    Result<Plan> plan = plan_of_tasks(name, tasks, std::chrono::minutes{1}, options);
    if (plan) plan->resources = std::move(capacities);
    return plan;
  } catch (const InstanceText::Refusal& refusal) {
    return refusal.error;
  }
}

}  // namespace headway
