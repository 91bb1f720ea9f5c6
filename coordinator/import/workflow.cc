#include "coordinator/import/workflow.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/base/text.h"

namespace headway {
namespace {

using nlohmann::json;

/// The only version of the format whose keys are known here.
constexpr std::string_view kSchemaVersion = "1.5";
/// A century. What is above it is a mistake, and would overflow further on.
constexpr double kMostSeconds = 100.0 * 366 * 86400;
/// 2^53: up to here every whole number of bytes is a double.
constexpr double kMostBytes = 9007199254740992.0;
/// What file systems allow a name (NAME_MAX of Linux).
constexpr std::size_t kLongestName = 255;

/// Unwinds the reader; never leaves this file.
struct Refusal {
  std::string message;
};

[[noreturn]] void refuse(std::string_view place, std::string_view what) {
  throw Refusal{fmt::format("{}: {}", place, printable(what))};
}

/// A value of the document together with where it stands, for errors.
class Node {
 public:
  Node(const json& value, std::string place) : value_(&value), place_(std::move(place)) {}

  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] bool has(const char* key) const { return object().contains(key); }

  [[nodiscard]] Node at(const char* key) const {
    const auto found = object().find(key);
    const std::string place = place_.empty() ? key : fmt::format("{}.{}", place_, key);
    if (found == object().end()) refuse(place, "this key is missing");
    return {*found, place};
  }

  [[nodiscard]] std::vector<Node> items() const {
    if (!value_->is_array()) refuse(place_, "a list is expected here");
    std::vector<Node> items;
    items.reserve(value_->size());
    for (const json& item : *value_) {
      items.emplace_back(item, fmt::format("{}[{}]", place_, items.size()));
    }
    return items;
  }

  [[nodiscard]] const std::string& text() const {
    if (!value_->is_string()) refuse(place_, "a text is expected here");
    const auto& text = value_->get_ref<const std::string&>();
    if (text.empty()) refuse(place_, "this is empty");
    return text;
  }

  [[nodiscard]] double number(double most) const {
    if (!value_->is_number()) refuse(place_, "a number is expected here");
    const auto number = value_->get<double>();
    if (!(number >= 0 && number <= most)) {
      refuse(place_, fmt::format("{} is not between 0 and {:.0f}", number, most));
    }
    return number;
  }

 private:
  [[nodiscard]] const json& object() const {
    if (!value_->is_object()) {
      refuse(place_.empty() ? "the document" : place_, "an object is expected here");
    }
    return *value_;
  }

  const json* value_;
  std::string place_;
};

/// Ids of one kind and their numbers.
class Numbering {
 public:
  explicit Numbering(std::string kind) : kind_(std::move(kind)) {}

  void add(const Node& id) {
    const auto number = numbers_.size();
    if (!numbers_.emplace(id.text(), number).second) {
      refuse(id.place(), fmt::format("there is another {} '{}'", kind_, id.text()));
    }
  }

  [[nodiscard]] std::size_t of(const Node& id) const {
    const auto found = numbers_.find(id.text());
    if (found == numbers_.end()) {
      refuse(id.place(), fmt::format("there is no {} '{}'", kind_, id.text()));
    }
    return found->second;
  }

 private:
  std::string kind_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

/// `/nf-core//./reads.gz` becomes `nf-core/reads.gz`.
std::string relative_path(const Node& id) {
  const std::string& text = id.text();
  std::string path;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") refuse(id.place(), fmt::format("'{}' leaves the folder of the data", text));
    if (part.size() > kLongestName) {
      refuse(id.place(), fmt::format("'{}' is too long for the name of a file", part));
    }
    if (!path.empty()) path += '/';
    path += part;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (path.empty() || std::ranges::any_of(path, is_control)) {
    refuse(id.place(), fmt::format("'{}' cannot be the name of a file", text));
  }
  return path;
}

/// Two ids may mean one path, and a path may be a folder on the way to another one.
void check_paths(const std::vector<WorkflowFile>& files) {
  std::map<std::string_view, std::size_t> by_path;
  for (std::size_t index = 0; index < files.size(); ++index) {
    const auto [other, is_new] = by_path.emplace(files[index].path, index);
    if (!is_new) {
      refuse(fmt::format("workflow.specification.files[{}].id", index),
             fmt::format("'{}' and '{}' would be the same file", files[index].id,
                         files[other->second].id));
    }
  }
  for (const auto& [path, index] : by_path) {
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
      if (by_path.contains(path.substr(0, slash))) {
        refuse(fmt::format("workflow.specification.files[{}].id", index),
               fmt::format("'{}' is a file and a folder at once", path.substr(0, slash)));
      }
    }
  }
}

void sort_once(std::vector<std::size_t>& numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

void read_files(const Node& specification, Numbering& numbering, Workflow& workflow) {
  for (const Node& file : specification.at("files").items()) {
    const Node id = file.at("id");
    numbering.add(id);
    workflow.files.push_back({.id = id.text(),
                              .path = relative_path(id),
                              .size_bytes = file.at("sizeInBytes").number(kMostBytes)});
  }
  check_paths(workflow.files);
}

std::vector<std::size_t> read_references(const Node& task, const char* key,
                                         const Numbering& numbering) {
  std::vector<std::size_t> numbers;
  if (!task.has(key)) return numbers;
  for (const Node& id : task.at(key).items()) numbers.push_back(numbering.of(id));
  return numbers;
}

void read_tasks(const Node& specification, const Numbering& file_numbers, Numbering& numbering,
                Workflow& workflow) {
  const std::vector<Node> tasks = specification.at("tasks").items();
  if (tasks.empty()) refuse("workflow.specification.tasks", "there is no task");
  for (const Node& task : tasks) {
    const Node id = task.at("id");
    numbering.add(id);
    WorkflowTask read;
    read.id = id.text();
    read.name = task.has("name") ? task.at("name").text() : read.id;
    read.reads = read_references(task, "inputFiles", file_numbers);
    read.writes = read_references(task, "outputFiles", file_numbers);
    workflow.tasks.push_back(std::move(read));
  }
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    // Both directions are in the format; what either of them says is taken.
    for (const Node& parent : tasks[index].at("parents").items()) {
      if (numbering.of(parent) == index) refuse(parent.place(), "the task is its own parent");
      workflow.tasks[index].parents.push_back(numbering.of(parent));
    }
    for (const std::size_t child : read_references(tasks[index], "children", numbering)) {
      workflow.tasks[child].parents.push_back(index);
    }
  }
}

void read_execution(const Node& execution, const Numbering& task_numbers, Workflow& workflow) {
  std::vector<bool> seen(workflow.tasks.size(), false);
  for (const Node& task : execution.at("tasks").items()) {
    const std::size_t number = task_numbers.of(task.at("id"));
    workflow.tasks[number].runtime_seconds = task.at("runtimeInSeconds").number(kMostSeconds);
    seen[number] = true;
    if (task.has("command") && task.at("command").has("program")) {
      workflow.tasks[number].program = task.at("command").at("program").text();
    }
  }
  const auto missing = std::ranges::find(seen, false);
  if (missing != seen.end()) {
    const auto& task = workflow.tasks[static_cast<std::size_t>(missing - seen.begin())];
    refuse(execution.place() + ".tasks",
           fmt::format("task '{}' has no recorded execution, so its runtime is unknown", task.id));
  }
}

/// Who reads a file waits for who writes it, whether or not it is named as a parent.
void follow_files(Workflow& workflow) {
  std::vector<const WorkflowTask*> writers(workflow.files.size(), nullptr);
  for (const WorkflowTask& task : workflow.tasks) {
    for (const std::size_t file : task.writes) {
      if (writers[file] != nullptr && writers[file] != &task) {
        refuse("workflow.specification.tasks",
               fmt::format("file '{}' is written by both '{}' and '{}'", workflow.files[file].id,
                           writers[file]->id, task.id));
      }
      writers[file] = &task;
    }
  }
  for (WorkflowTask& task : workflow.tasks) {
    std::erase_if(task.reads, [&](std::size_t file) { return writers[file] == &task; });
    for (const std::size_t file : task.reads) {
      if (writers[file] == nullptr) continue;
      task.parents.push_back(static_cast<std::size_t>(writers[file] - workflow.tasks.data()));
    }
    sort_once(task.parents);
    sort_once(task.reads);
    sort_once(task.writes);
  }
}

Workflow read_document(const json& document) {
  const Node top(document, "");
  const std::string& version = top.at("schemaVersion").text();
  if (version != kSchemaVersion) {
    refuse("schemaVersion",
           fmt::format("'{}' is not known: this reads WfFormat {}", version, kSchemaVersion));
  }
  const Node specification = top.at("workflow").at("specification");
  Workflow workflow;
  Numbering files("file");
  Numbering tasks("task");
  read_files(specification, files, workflow);
  read_tasks(specification, files, tasks, workflow);
  read_execution(top.at("workflow").at("execution"), tasks, workflow);
  follow_files(workflow);
  return workflow;
}

}  // namespace

Result<Workflow> read_wfcommons(const std::string& text) {
  try {
    return read_document(json::parse(text));
  } catch (const Refusal& refusal) {
    return Error{ErrorKind::kInvalidPlan, refusal.message};
  } catch (const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string_view what = error.what();
    const auto bracket = what.find("] ");
    return Error{ErrorKind::kInvalidPlan,
                 "not JSON: " + printable(bracket == what.npos ? what : what.substr(bracket + 2))};
  }
}

}  // namespace headway
