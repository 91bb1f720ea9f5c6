#include "worker/process/launch.h"

#include <cerrno>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "common/base/text.h"
#include "worker/process/plain_line.h"
#include "worker/process/problem.h"

namespace headway::worker {

namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::string_view kOwnPrefix = "HEADWAY_";
/// execvp(3) without PATH, and without the current directory.
constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

std::string reason(int error) { return std::generic_category().message(error); }

Result<void> check_directory(const std::string& root, const std::string& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    const int error = errno;
    if (directory != root && ::stat(root.c_str(), &status) != 0) {
      return problem("the plan's folder " + printable(root) +
                     " cannot be used on this worker: " + reason(errno));
    }
    return problem("the directory " + printable(directory) +
                   " cannot be used on this worker: " + reason(error));
  }
  if (!S_ISDIR(status.st_mode)) return problem(printable(directory) + " is not a directory");
  if (::access(directory.c_str(), X_OK) != 0) {
    return problem("the directory " + printable(directory) +
                   " cannot be entered: " + reason(errno));
  }
  return {};
}

Result<void> add_variables(const StartSlot& start, Environment& environment) {
  for (const auto& [name, value] : start.spec.env) {
    if (name.empty() || name.find('=') != std::string::npos || has_nul(name) || has_nul(value)) {
      return problem("the environment variable '" + printable(name) +
                     "' cannot be set: its name is empty or has a '=', or there is a NUL byte");
    }
    environment[name] = value;
  }
  return {};
}

Result<void> add_secrets(const StartSlot& start, const LaunchSettings& settings,
                         Environment& environment, std::vector<std::string>& values) {
  for (const std::string& name : start.spec.secrets) {
    std::string value;
    if (const auto known = settings.secrets.find(name); known != settings.secrets.end()) {
      value = known->second;
    } else {
      // Only the worker's own: a plan cannot declare a value of its own a secret by naming it.
      bool found = false;
      for (const auto& [own_name, own_value] : settings.environment) {
        if (own_name != name) continue;
        value = own_value;
        found = true;
      }
      if (!found) {
        return problem("the secret " + printable(name) +
                       " is not known to this worker: put it into the worker's environment or its "
                       "secrets file");
      }
    }
    if (name.find('=') != std::string::npos || has_nul(name) || has_nul(value)) {
      return problem("the secret " + printable(name) + " cannot be an environment variable");
    }
    environment[name] = value;
    values.push_back(value);
  }
  return {};
}

bool is_program(const std::string& directory, const std::string& path) {
  const std::string at = path.starts_with('/') ? path : directory + "/" + path;
  struct stat status {};
  return ::stat(at.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(at.c_str(), X_OK) == 0;
}

std::optional<std::pair<std::string, std::vector<std::string>>> without_shell(
    const std::string& line, const Surroundings& surroundings) {
  std::optional<std::vector<std::string>> words = words_of_plain_line(line);
  if (!words) return std::nullopt;
  const Result<std::string> program = find_program(words->front(), surroundings);
  if (!program) return std::nullopt;
  return std::pair{program.value(), std::move(*words)};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ticket_environment(char* const* environment) {
  std::vector<std::pair<std::string, std::string>> kept;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::size_t equals = entry.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals);
    const bool wanted = !name.starts_with(kOwnPrefix) || name == "HEADWAY_COORDINATOR" ||
                        name == "HEADWAY_STATE_DIR" || name.starts_with("HEADWAY_MARK_");
    if (wanted) kept.emplace_back(name, entry.substr(equals + 1));
  }
  return kept;
}

Result<std::string> directory_below(const std::string& root, std::string_view dir) {
  if (!root.starts_with('/') || has_nul(root)) {
    return problem("the plan's folder '" + printable(root) + "' is not an absolute path");
  }
  if (has_nul(dir)) return problem("the directory has a NUL byte in its name");
  if (dir.starts_with('/')) {
    return problem("the directory " + printable(dir) +
                   " is absolute: write it relative to the plan's folder");
  }
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  while (from <= dir.size()) {
    const std::size_t slash = dir.find('/', from);
    const std::string_view part = dir.substr(from, slash - from);
    if (part == "..") {
      if (parts.empty()) {
        return problem("the directory " + printable(dir) + " leads out of the plan's folder");
      }
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    from = slash + 1;
  }
  std::string path = root;
  for (const std::string_view part : parts) path.append("/").append(part);
  return path;
}

Result<Surroundings> prepare_surroundings(const StartSlot& start, const LaunchSettings& settings) {
  const AttemptSpec& spec = start.spec;
  Surroundings surroundings;
  Result<std::string> directory = directory_below(start.root, spec.dir);
  if (!directory) return directory.error();
  surroundings.directory = directory.value();
  if (Result<void> usable = check_directory(start.root, surroundings.directory); !usable) {
    return usable.error();
  }
  Environment& environment = surroundings.environment;
  for (const auto& [name, value] : settings.environment) {
    if (!settings.secrets.contains(name)) environment[name] = value;
  }
  environment["PWD"] = surroundings.directory;
  if (Result<void> added = add_variables(start, environment); !added) return added.error();
  Result<void> added = add_secrets(start, settings, environment, surroundings.secrets);
  if (!added) return added.error();
  if (has_nul(spec.ticket) || has_nul(spec.run) || has_nul(spec.last_checkpoint)) {
    return problem("the ticket's, the run's or the last checkpoint's name has a NUL byte");
  }
  environment["HEADWAY_ID"] = spec.ticket;
  environment["HEADWAY_TICKET"] = spec.ticket;
  environment["HEADWAY_RUN"] = spec.run;
  environment["HEADWAY_ATTEMPT"] = std::to_string(spec.attempt);
  environment["HEADWAY_SLOT"] = std::to_string(settings.slot.number());
  environment["HEADWAY_CHECKPOINT"] = spec.last_checkpoint;
  if (spec.last_checkpoint.empty()) environment.erase("HEADWAY_CHECKPOINT");
  // Each is one process's own, should it have one.
  environment.erase("HEADWAY_PROGRESS");
  environment.erase("HEADWAY_CHECK");
  return surroundings;
}

Result<std::string> find_program(const std::string& word, const Surroundings& surroundings) {
  if (word.empty()) return problem("the command's first word is empty: it names no program");
  // One with a slash is left to the system, which tells best what is wrong with it.
  if (word.find('/') != std::string::npos) return word;
  const auto set = surroundings.environment.find("PATH");
  const std::string_view path = set == surroundings.environment.end() ? kDefaultPath : set->second;
  std::size_t from = 0;
  while (from <= path.size()) {
    const std::size_t colon = path.find(':', from);
    const std::string_view part = path.substr(from, colon - from);
    const std::string candidate = (part.empty() ? "." : std::string(part)) + "/" + word;
    if (is_program(surroundings.directory, candidate)) return candidate;
    if (colon == std::string_view::npos) break;
    from = colon + 1;
  }
  return problem("the program " + printable(word) + " is not found on this worker; its PATH is " +
                 printable(path));
}

Result<Launch> prepare_launch(const Surroundings& surroundings,
                              const std::vector<std::string>& words,
                              const std::vector<std::pair<std::string, std::string>>& variables) {
  if (words.empty()) return problem("the command has no words: it names no program");
  for (const std::string& word : words) {
    if (has_nul(word)) return problem("the command has a NUL byte in one of its words");
  }
  Result<std::string> program = find_program(words.front(), surroundings);
  if (!program) return program.error();
  Launch launch;
  launch.directory = surroundings.directory;
  launch.program = program.value();
  launch.words = words;
  launch.environment.reserve(surroundings.environment.size() + variables.size());
  const auto add = [&](const std::string& name, const std::string& value) {
    launch.environment.emplace_back(name).append("=").append(value);
  };
  for (const auto& [name, value] : surroundings.environment) add(name, value);
  for (const auto& [name, value] : variables) {
    if (has_nul(value)) return problem("the value of " + name + " has a NUL byte");
    add(name, value);
  }
  if (words.size() == 3 && words[0] == "/bin/sh" && words[1] == "-c") {
    launch.without_shell = without_shell(words[2], surroundings);
  }
  return launch;
}

}  // namespace headway::worker
