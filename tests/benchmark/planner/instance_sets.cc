#include "instance_sets.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/result.h"
#include "coordinator/import/import_imopse.h"
#include "coordinator/import/import_psplib.h"
#include "coordinator/import/import_stg.h"
#include "coordinator/import/import_wfcommons.h"

namespace headway::bench {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& message) {
  fmt::print(stderr, "bench_planner: {}\n", message);
  std::exit(1);
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  if (!file) give_up(fmt::format("cannot read {}", path.string()));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The archives' content, removed when the program ends.
class Unpacked {
 public:
  explicit Unpacked(const fs::path& archive) {
    folder_ = fs::temp_directory_path() / fmt::format("bench_planner.{}", ::getpid());
    fs::create_directories(folder_);
    const std::string command =
        fmt::format("tar -xJf '{}' -C '{}'", archive.string(), folder_.string());
    if (std::system(command.c_str()) != 0)
      give_up(fmt::format("cannot unpack {}", archive.string()));
  }
  ~Unpacked() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;

  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

/// Files below a folder by their names without extension.
std::map<std::string, fs::path> files_below(const fs::path& folder, const std::string& extension) {
  std::map<std::string, fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::recursive_directory_iterator(folder, missing)) {
    if (entry.path().extension() == extension) files[entry.path().stem().string()] = entry.path();
  }
  if (files.empty()) {
    give_up(fmt::format("no {} files below {}", extension, folder.string()));
  }
  return files;
}

using Row = std::map<std::string, std::string>;

std::vector<Row> table(const fs::path& path) {
  std::istringstream lines(text_of(path));
  const auto cells = [](const std::string& line) {
    std::vector<std::string> result;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) result.push_back(cell);
    return result;
  };
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i)
      row[names[i]] = values[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t number(const Row& row, const std::string& name) {
  const auto cell = row.find(name);
  if (cell == row.end()) give_up(fmt::format("a table has no column {}", name));
  return std::strtoll(cell->second.c_str(), nullptr, 10);
}

template <class T>
T valid(Result<T> result, const std::string& name) {
  if (!result) give_up(fmt::format("{}: {}", name, result.error().message));
  return std::move(*result);
}

template <class Fill>
void each(const std::vector<Row>& rows, std::size_t every, std::size_t first, Fill fill) {
  for (std::size_t i = first; i < rows.size(); i += every) fill(rows[i]);
}

std::vector<Instance> load_workflows(const fs::path& folder, std::size_t every, std::size_t first) {
  std::vector<Instance> instances;
  std::size_t at = 0;
  for (const auto& [name, path] : files_below(folder, ".json")) {
    if (at++ % every != first) continue;
    ImportOptions options;
    options.time_scale = 1;
    const Plan plan = valid(import_wfcommons(text_of(path), name, options), name);
    for (const std::uint32_t agents : {4U, 16U}) {
      instances.push_back({fmt::format("{}@{}", name, agents), plan, planner::agents_alike(agents),
                           std::chrono::milliseconds{1}, 0, 0});
    }
  }
  return instances;
}

}  // namespace

std::vector<Instance> load_set(const std::string& set, const fs::path& data,
                               const fs::path& unpacked, std::size_t every, std::size_t first) {
  if (set == "workflows") return load_workflows(data / "wfinstances", every, first);
  const bool is_psplib = set == "j30" || set == "j60";
  if (!is_psplib && set != "d36" && set != "stg") {
    give_up(fmt::format("there is no set {}: j30, j60, d36, stg, workflows", set));
  }
  const fs::path home = data / (is_psplib ? "psplib" : set == "stg" ? "stg" : "imopse");
  const fs::path archive = home / (is_psplib      ? set + ".sm.tar.xz"
                                   : set == "stg" ? std::string("stg_50.tar.xz")
                                                  : std::string("d36.tar.xz"));
  std::vector<Row> rows = table(home / (is_psplib      ? "bounds.csv"
                                        : set == "stg" ? "optima.csv"
                                                       : "reference.csv"));
  if (is_psplib) std::erase_if(rows, [&](const Row& row) { return row.at("set") != set; });

  std::optional<Unpacked> own;
  if (unpacked.empty()) own.emplace(archive);
  const auto files = files_below(own ? own->folder() : unpacked, is_psplib      ? ".sm"
                                                                 : set == "stg" ? ".stg"
                                                                                : ".def");
  std::vector<Instance> instances;
  each(rows, every, first, [&](const Row& row) {
    Instance made;
    made.name = row.at("instance");
    const auto file = files.find(made.name);
    if (file == files.end()) give_up(fmt::format("there is no file for {}", made.name));
    const std::string text = text_of(file->second);
    made.unit = std::chrono::minutes{1};
    if (is_psplib) {
      made.plan = valid(import_psplib(text, made.name), made.name);
      // As many as there are tickets: only the resources limit.
      made.agents = planner::agents_alike(static_cast<std::uint32_t>(made.plan.tickets.size()));
      made.best_known = number(row, "best_makespan");
      made.reference = number(row, "critical_path");
    } else if (set == "stg") {
      made.plan = valid(import_stg(text, made.name), made.name);
      made.agents = planner::agents_alike(static_cast<std::uint32_t>(number(row, "processors")));
      made.best_known = made.reference = number(row, "optimal_makespan");
      made.name += fmt::format("@{}", row.at("processors"));
    } else {
      ImportedPlan imported = valid(import_imopse(text, made.name), made.name);
      made.plan = std::move(imported.plan);
      made.agents = std::move(imported.agents);
      made.unit = std::chrono::hours{1};
      made.best_known = number(row, "reference_best");
      made.reference = number(row, "lb");
    }
    instances.push_back(std::move(made));
  });
  return instances;
}

}  // namespace headway::bench
