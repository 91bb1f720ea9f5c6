#include "tests/soak/harness/processes.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "common/system/unique_fd.h"

namespace headway::soak {

namespace {

constexpr Duration kMostSweeping = std::chrono::seconds{5};
constexpr int kSweepMillis = 20;
constexpr int kNotStarted = 127;

/// A file of /proc, whose size is known only once it is read; empty where it is gone.
std::string read_proc(const std::string& path) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  char block[4096];
  while (fd) {
    const ssize_t got = ::read(fd.get(), block, sizeof block);
    if (got <= 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& env) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("HEADWAY_")) entries.emplace_back(*entry);
  }
  entries.emplace_back("XDG_CONFIG_HOME=/nonexistent");
  for (const auto& [name, value] : env) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// State and parent from /proc/PID/stat, behind the name in brackets (proc(5)).
std::pair<char, pid_t> state_and_parent(const std::string& stat) {
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos || bracket + 4 >= stat.size()) return {'X', 0};
  return {stat[bracket + 2], static_cast<pid_t>(std::atoi(stat.c_str() + bracket + 4))};
}

}  // namespace

pid_t start_process(const std::vector<std::string>& words,
                    const std::vector<std::pair<std::string, std::string>>& env,
                    const std::string& output) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = environment_with(env);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(variables);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  HW_CHECK(pid >= 0, "no process can be started");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(kNotStarted);
  ::setpgid(0, 0);
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(kNotStarted);
}

std::vector<Ended> reap_children() {
  std::vector<Ended> ended;
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    Ended one{pid, std::nullopt, 0};
    if (WIFEXITED(status)) one.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) one.signal = WTERMSIG(status);
    ended.push_back(one);
  }
  return ended;
}

std::vector<Seen> find_processes(const std::string& mark) {
  std::vector<Seen> found;
  DIR* proc = ::opendir("/proc");
  HW_CHECK(proc != nullptr, "/proc cannot be read");
  while (const dirent* entry = ::readdir(proc)) {
    const pid_t pid = static_cast<pid_t>(std::atoi(entry->d_name));
    if (pid <= 1 || pid == ::getpid()) continue;
    const std::string folder = std::string("/proc/") + entry->d_name;
    std::string command = read_proc(folder + "/cmdline");
    if (command.find(mark) == std::string::npos &&
        read_proc(folder + "/environ").find(mark) == std::string::npos) {
      continue;
    }
    const auto [state, parent] = state_and_parent(read_proc(folder + "/stat"));
    if (state == 'Z' || state == 'X') continue;
    std::string name = read_proc(folder + "/comm");
    if (!name.empty()) name.pop_back();
    std::ranges::replace(command, '\0', ' ');
    found.push_back({pid, parent, std::move(name), std::move(command)});
  }
  ::closedir(proc);
  return found;
}

std::size_t kill_all_of(const std::string& folder) {
  const Instant deadline = read_clocks().steady + kMostSweeping;
  const std::string mark = std::string(kMark) + "=" + folder;
  std::size_t most = 0;
  while (true) {
    const std::vector<Seen> left = find_processes(mark);
    most = std::max(most, left.size());
    for (const Seen& process : left) ::kill(process.pid, SIGKILL);
    reap_children();
    if (left.empty() || read_clocks().steady > deadline) return most;
    ::poll(nullptr, 0, kSweepMillis);
  }
}

}  // namespace headway::soak
