#include "coordinator/import/import_wfcommons.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/plan/graph.h"
#include "coordinator/import/workflow.h"
#include "coordinator/import/workflow_script.h"

namespace headway {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

/// The plan's name as that of a folder: no slashes, nothing hidden, nothing to quote.
std::string folder_name(const std::string& name) {
  std::string folder;
  for (const char c : name) folder += is_plain(c) ? c : '-';
  if (folder.empty() || folder.front() == '.' || folder.front() == '-') folder.insert(0, 1, '_');
  return folder;
}

/// A path as a pattern that matches it and nothing else.
std::string as_pattern(const std::string& path) {
  std::string pattern;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      pattern += {'[', c, ']'};
    } else {
      pattern += c;
    }
  }
  return pattern;
}

/// Makes the tickets of one workflow.
class TicketMaker {
 public:
  TicketMaker(const Workflow& workflow, const std::string& name, const ImportOptions& options)
      : workflow_(workflow),
        options_(options),
        folder_("data/" + folder_name(name)),
        sizes_(scaled_sizes()) {}

  std::vector<Ticket> make() const {
    std::vector<Ticket> tickets = {make_inputs()};
    for (const WorkflowTask& task : workflow_.tasks) {
      tickets.push_back(make_ticket(task, tickets.front().id));
    }
    return tickets;
  }

 private:
  std::vector<std::int64_t> scaled_sizes() const {
    double total = 0;
    for (const WorkflowFile& file : workflow_.files) total += file.size_bytes;
    const double fitting = total > 0 ? static_cast<double>(options_.most_bytes) / total : 1;
    const double scale = std::min(options_.size_scale, fitting);
    std::vector<std::int64_t> sizes;
    for (const WorkflowFile& file : workflow_.files) {
      sizes.push_back(
          std::max<std::int64_t>(1, static_cast<std::int64_t>(file.size_bytes * scale)));
    }
    return sizes;
  }

  void add_files(std::vector<std::string>& words, const std::vector<std::size_t>& files) const {
    for (const std::size_t file : files) {
      words.push_back(std::to_string(sizes_[file]));
      words.push_back(workflow_.files[file].path);
    }
  }

  void add_outputs(Ticket& ticket, const std::vector<std::size_t>& files) const {
    ticket.command.words.emplace_back("writes");
    add_files(ticket.command.words, files);
    for (const std::size_t file : files) {
      ticket.artifacts.push_back(folder_ + "/" + as_pattern(workflow_.files[file].path));
    }
  }

  /// The ticket before all others: `inputs`, or `inputs-0` where a task is called that, and so on.
  Ticket make_inputs() const {
    Ticket ticket;
    ticket.id = "inputs";
    const auto is_taken = [&](const WorkflowTask& task) { return task.id == ticket.id; };
    while (std::ranges::any_of(workflow_.tasks, is_taken)) ticket.id += "-0";
    ticket.title = "Make the files that no task writes";
    ticket.category = "inputs";
    ticket.estimate = std::chrono::seconds{1};
    const std::string script = folder_ + ".sh";
    ticket.command.words = {
        "sh",
        "-c",
        fmt::format("set -e\nmkdir -p {0}\ncat >{1} <<'END'\n{2}END\nexec sh {1} \"$@\"\n", folder_,
                    script, kTaskScript),
        ticket.id,
        "reads",
        "takes",
        "0"};
    std::vector<bool> is_written(workflow_.files.size(), false);
    for (const WorkflowTask& task : workflow_.tasks) {
      for (const std::size_t file : task.writes) is_written[file] = true;
    }
    std::vector<std::size_t> files;
    for (std::size_t file = 0; file < is_written.size(); ++file) {
      if (!is_written[file]) files.push_back(file);
    }
    add_outputs(ticket, files);
    ticket.artifacts.insert(ticket.artifacts.begin(), script);
    return ticket;
  }

  Ticket make_ticket(const WorkflowTask& task, const std::string& inputs) const {
    Ticket ticket;
    ticket.id = task.id;
    ticket.title = task.name;
    ticket.category = task.program;
    // To the millisecond, which is what a plan can say.
    const auto millis =
        std::chrono::milliseconds{std::llround(task.runtime_seconds * options_.time_scale * 1000)};
    ticket.estimate = std::max(millis, std::chrono::milliseconds{1});
    for (const std::size_t parent : task.parents) {
      ticket.dependencies.blocking.push_back(workflow_.tasks[parent].id);
    }
    if (task.parents.empty()) ticket.dependencies.blocking.push_back(inputs);
    ticket.command.words = {"sh", folder_ + ".sh", "reads"};
    add_files(ticket.command.words, task.reads);
    ticket.command.words.emplace_back("takes");
    ticket.command.words.push_back(
        fmt::format("{}.{:03}", millis.count() / 1000, millis.count() % 1000));
    add_outputs(ticket, task.writes);
    return ticket;
  }

  const Workflow& workflow_;
  const ImportOptions& options_;
  std::string folder_;
  std::vector<std::int64_t> sizes_;
};

Result<void> check_options(const ImportOptions& options) {
  const auto is_share = [](double scale) { return scale >= 0 && scale <= 1000; };
  if (!is_share(options.time_scale)) {
    return Error{ErrorKind::kUsage, fmt::format("the time scale must be between 0 and 1000, not {}",
                                                options.time_scale)};
  }
  if (!is_share(options.size_scale)) {
    return Error{ErrorKind::kUsage, fmt::format("the size scale must be between 0 and 1000, not {}",
                                                options.size_scale)};
  }
  if (options.most_bytes < 0) {
    return Error{ErrorKind::kUsage, "the size of all files together cannot be negative"};
  }
  return {};
}

}  // namespace

Result<Plan> import_wfcommons(const std::string& text, const std::string& name,
                              const ImportOptions& options) {
  if (auto checked = check_options(options); !checked) return checked.error();
  auto workflow = read_wfcommons(text);
  if (!workflow) return workflow.error();

  Plan plan;
  plan.name = name;
  plan.tickets = TicketMaker(*workflow, name, options).make();
  const std::vector<TicketIndex> cycle = find_cycle(plan);
  if (!cycle.empty()) {
    std::string story;
    for (const TicketIndex ticket : cycle) story += plan.tickets[ticket.index()].id + " waits for ";
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("workflow.specification.tasks: the tasks wait for each other in a "
                             "circle: {}{}",
                             story, plan.tickets[cycle.front().index()].id)};
  }
  return plan;
}

}  // namespace headway
