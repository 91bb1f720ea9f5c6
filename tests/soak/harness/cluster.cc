#include "tests/soak/harness/cluster.h"

#include <algorithm>
#include <csignal>
#include <poll.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/system/clock.h"

namespace headway::soak {

namespace {

constexpr Duration kMostEnding = std::chrono::seconds{15};
constexpr Duration kFragile = std::chrono::seconds{2};
constexpr int kPollMillis = 10;

std::string describe(const Ended& child) {
  return child.exit_code ? fmt::format("with exit code {}", *child.exit_code)
                         : fmt::format("by signal {}", child.signal);
}

}  // namespace

Cluster::Cluster(const Options& options, std::string programs, Diary& diary)
    : options_(options),
      programs_(std::move(programs)),
      diary_(diary),
      worker_port_(free_port()),
      control_port_(free_port()),
      relay_(worker_port_) {}

std::string Cluster::control_address() const { return fmt::format("127.0.0.1:{}", control_port_); }

std::vector<std::pair<std::string, std::string>> Cluster::environment() const {
  return {{kMark, options_.folder}};
}

void Cluster::start_coordinator() {
  if (coordinator_ > 0) return;
  diary_.coordinator_started(started_before_ && is_well());
  if (started_before_) ++diary_.recoveries;
  started_before_ = true;
  coordinator_ =
      start_process({program("headway-coordinator"), "--state-dir", state_folder(), "--listen",
                     fmt::format("tcp://127.0.0.1:{}", worker_port_), "--control",
                     fmt::format("tcp://127.0.0.1:{}", control_port_), "--lease",
                     format_duration(kLease), "--heartbeat", format_duration(kHeartbeat)},
                    environment(), options_.folder + "/coordinator.log");
  diary_.note(fmt::format("coordinator started, process {}", coordinator_));
}

void Cluster::kill_child(pid_t& pid) {
  if (pid <= 0) return;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  pid = -1;
}

void Cluster::kill_coordinator() {
  if (coordinator_ <= 0) return;
  kill_child(coordinator_);
  coordinator_frozen_ = false;
  diary_.kill("coordinator", "");
}

void Cluster::freeze_coordinator(bool frozen) {
  if (coordinator_ <= 0 || coordinator_frozen_ == frozen) return;
  ::kill(coordinator_, frozen ? SIGSTOP : SIGCONT);
  coordinator_frozen_ = frozen;
}

Worker& Cluster::add_worker() {
  Worker worker;
  worker.name = fmt::format("w{}", workers_.size() + 1);
  worker.link = relay_.add_link();
  worker.subreaper = workers_.size() % 2 == 1;
  workers_.push_back(std::move(worker));
  return workers_.back();
}

Worker* Cluster::find_worker(const std::string& name) {
  const auto found = std::ranges::find(workers_, name, &Worker::name);
  return found == workers_.end() ? nullptr : &*found;
}

void Cluster::start_worker(Worker& worker) {
  if (worker.pid > 0 || worker.gone) return;
  auto env = environment();
  env.emplace_back("SOAK_WORKER", worker.name);
  worker.pid = start_process({program("headway-worker"), "--connect",
                              fmt::format("tcp://127.0.0.1:{}", relay_.port(worker.link)), "--name",
                              worker.name, "--slots", fmt::format("{}", options_.slots),
                              "--state-dir", options_.folder + "/" + worker.name, "--containment",
                              worker.subreaper ? "subreaper" : "auto"},
                             env, options_.folder + "/" + worker.name + ".log");
  diary_.note(fmt::format("worker {} started, process {}", worker.name, worker.pid));
}

void Cluster::kill_worker(Worker& worker) {
  if (worker.pid <= 0) return;
  kill_child(worker.pid);
  worker.frozen = false;
  diary_.kill("worker", worker.name);
}

void Cluster::freeze_worker(Worker& worker, bool frozen) {
  if (worker.pid <= 0 || worker.frozen == frozen) return;
  ::kill(worker.pid, frozen ? SIGSTOP : SIGCONT);
  worker.frozen = frozen;
}

bool Cluster::kill_supervisor(Worker& worker, std::uint64_t which) {
  if (worker.pid <= 0) return false;
  std::vector<Seen> supervisors = find_processes(std::string(kMark) + "=" + options_.folder);
  std::erase_if(supervisors, [&](const Seen& process) {
    return process.parent != worker.pid || process.name != "headway-slot";
  });
  if (supervisors.empty()) return false;
  const pid_t pid = supervisors[which % supervisors.size()].pid;
  ::kill(pid, SIGKILL);
  if (worker.subreaper) worker.fragile_until = read_clocks().steady + kFragile;
  diary_.kill("slot supervisor", fmt::format("{}, process {}", worker.name, pid));
  return true;
}

bool Cluster::ended(const Ended& child) {
  if (child.pid == coordinator_) {
    coordinator_ = -1;
    coordinator_frozen_ = false;
    diary_.violation("programs end only when they are told to",
                     fmt::format("the coordinator ended {}; see coordinator.log", describe(child)));
    start_coordinator();
    return true;
  }
  const auto worker = std::ranges::find(workers_, child.pid, &Worker::pid);
  if (worker == workers_.end()) return false;
  worker->pid = -1;
  worker->frozen = false;
  if (worker->may_leave && child.exit_code == 0) {
    worker->gone = true;
    diary_.note(fmt::format("worker {} has left", worker->name));
    start_worker(add_worker());
    return true;
  }
  diary_.violation(
      "programs end only when they are told to",
      fmt::format("worker {} ended {}; see {}.log", worker->name, describe(child), worker->name));
  start_worker(*worker);
  return true;
}

bool Cluster::is_well() const {
  return !coordinator_frozen_ && std::ranges::all_of(workers_, [this](const Worker& worker) {
    return worker.gone || (worker.pid > 0 && !worker.frozen && relay_.is_well(worker.link));
  });
}

bool Cluster::wait_for_ends(const std::vector<pid_t*>& pids, Duration most) {
  const Instant deadline = read_clocks().steady + most;
  while (true) {
    for (const Ended& child : reap_children()) {
      for (pid_t* pid : pids) {
        if (*pid == child.pid) *pid = -1;
      }
    }
    if (std::ranges::all_of(pids, [](const pid_t* pid) { return *pid <= 0; })) return true;
    if (read_clocks().steady > deadline) return false;
    relay_.turn(std::chrono::milliseconds{kPollMillis});
  }
}

void Cluster::shut_down() {
  std::vector<pid_t*> pids;
  for (Worker& worker : workers_) {
    if (worker.pid <= 0) continue;
    ::kill(worker.pid, SIGTERM);
    pids.push_back(&worker.pid);
  }
  if (!wait_for_ends(pids, kMostEnding)) {
    diary_.violation("programs end when they are told to",
                     "a worker did not end on SIGTERM in 15 s");
  }
  if (coordinator_ > 0) ::kill(coordinator_, SIGTERM);
  if (!wait_for_ends({&coordinator_}, kMostEnding)) {
    diary_.violation("programs end when they are told to",
                     "the coordinator did not end on SIGTERM in 15 s");
  }
  const Instant deadline = read_clocks().steady + kSurvivalAllowed;
  const std::string mark = std::string(kMark) + "=" + options_.folder;
  std::vector<Seen> left;
  do {
    reap_children();
    left = find_processes(mark);
    if (!left.empty()) ::poll(nullptr, 0, kPollMillis);
  } while (!left.empty() && read_clocks().steady < deadline);
  for (const Seen& process : left) {
    diary_.violation("no process is left at the end",
                     fmt::format("{} {}: {}", process.pid, process.name, process.command));
  }
}

}  // namespace headway::soak
