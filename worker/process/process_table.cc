#include "worker/process/process_table.h"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

#include "common/system/files.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

namespace {

/// A process's environment or stat is cut there; the kernel allows more of the former, but the mark
/// is put in front.
constexpr std::size_t kMostText = 4U << 20U;

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

Directory open_directory(const std::string& path) { return {::opendir(path.c_str()), &::closedir}; }

/// Files of /proc have no size, and processes end while they are read: nothing is an error.
std::string read_text(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  if (!file) return text;
  char block[4096];
  ssize_t got = 0;
  while (text.size() < kMostText && (got = ::read(file.get(), block, sizeof block)) > 0) {
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Word `index` (from 0) after the process's name, which is in parentheses and may hold any
/// character.
std::string_view field_after_name(std::string_view stat, int index) {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > stat.size()) return {};
  stat.remove_prefix(name_end + 2);
  for (; index > 0; --index) {
    const std::size_t space = stat.find(' ');
    if (space == std::string_view::npos) return {};
    stat.remove_prefix(space + 1);
  }
  return stat.substr(0, stat.find_first_of(" \n"));
}

std::string proc(pid_t process, std::string_view file) {
  return "/proc/" + std::to_string(process) + "/" + std::string(file);
}

/// Calls `visit` with each process number in a folder of /proc.
template <class Visit>
void for_each_number(const std::string& path, Visit visit) {
  const Directory directory = open_directory(path);
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (const std::optional<pid_t> number = number_of<pid_t>(entry->d_name)) visit(*number);
  }
}

void add_numbers(std::string_view text, std::vector<pid_t>& to) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    if (const auto number = number_of<pid_t>(text.substr(0, space))) to.push_back(*number);
    if (space == std::string_view::npos) return;
    text.remove_prefix(space + 1);
  }
}

/// Whether this kernel lists children (CONFIG_PROC_CHILDREN).
bool lists_children() {
  static const bool kLists = ::access("/proc/thread-self/children", R_OK) == 0;
  return kLists;
}

}  // namespace

Result<std::string> read_boot_id() {
  Result<std::string> text = read_file("/proc/sys/kernel/random/boot_id", 4096);
  if (!text) return text.error();
  std::string id = text.value();
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::optional<std::uint64_t> start_ticks_of(std::string_view stat) {
  return number_of<std::uint64_t>(field_after_name(stat, 19));
}

std::optional<ProcessIdentity> identify(pid_t process) {
  const std::optional<std::uint64_t> start = start_ticks_of(read_text(proc(process, "stat")));
  if (!start) return std::nullopt;
  return ProcessIdentity{process, *start};
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  if (lists_children()) {
    const std::string tasks = proc(process, "task");
    for_each_number(tasks, [&](pid_t task) {
      add_numbers(read_text(tasks + "/" + std::to_string(task) + "/children"), children);
    });
    return children;
  }
  for_each_number("/proc", [&](pid_t other) {
    const std::string stat = read_text(proc(other, "stat"));
    if (number_of<pid_t>(field_after_name(stat, 1)) == process) children.push_back(other);
  });
  return children;
}

std::vector<pid_t> descendants_of(pid_t process) {
  std::vector<pid_t> found = children_of(process);
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const pid_t child : children_of(found[at])) found.push_back(child);
  }
  return found;
}

bool has_assignment(std::string_view environment, std::string_view assignment) {
  while (!environment.empty()) {
    const std::size_t end = environment.find('\0');
    if (environment.substr(0, end) == assignment) return true;
    if (end == std::string_view::npos) return false;
    environment.remove_prefix(end + 1);
  }
  return false;
}

std::vector<pid_t> processes_with(const std::vector<std::string>& assignments) {
  std::vector<pid_t> found;
  for_each_number("/proc", [&](pid_t process) {
    if (process == ::getpid()) return;
    const std::string environment = read_text(proc(process, "environ"));
    for (const std::string& assignment : assignments) {
      if (!has_assignment(environment, assignment)) continue;
      found.push_back(process);
      return;
    }
  });
  return found;
}

}  // namespace headway::worker
