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
      relay_(worker_port_),
      hosts_(options.hosts ? std::make_unique<Hosts>() : nullptr) {}

std::string Cluster::control_address() const {
  // Commands are typed on this machine, whose disk the hosts share.
  return hosts_ ? fmt::format("ipc://{}/control.sock", state_folder())
                : fmt::format("127.0.0.1:{}", control_port_);
}

pid_t Cluster::start_program(const std::vector<std::string>& words, const std::string& mark,
                             const std::string& log, const test::Host* host) const {
  auto env = environment();
  if (!mark.empty()) env.emplace_back("SOAK_WORKER", mark);
  if (host == nullptr) return start_process(words, env, log);
  const test::NetworkNamespace::Inside inside(host->space());
  return start_process(words, env, log);
}

std::vector<std::pair<std::string, std::string>> Cluster::environment() const {
  return {{kMark, options_.folder}};
}

void Cluster::start_coordinator() {
  if (coordinator_ > 0) return;
  diary_.coordinator_started(started_before_ && is_well());
  if (started_before_) ++diary_.recoveries;
  started_before_ = true;
  std::vector<std::string> words = {program("headway-coordinator"),
                                    "--state-dir",
                                    state_folder(),
                                    "--lease",
                                    format_duration(kLease),
                                    "--heartbeat",
                                    format_duration(kHeartbeat),
                                    "--listen"};
  if (hosts_) {
    words.insert(words.end(), {hosts_->endpoint(), "--insecure"});
  } else {
    words.insert(words.end(), {fmt::format("tcp://127.0.0.1:{}", worker_port_), "--control",
                               "tcp://" + control_address()});
  }
  coordinator_ = start_program(words, "", options_.folder + "/coordinator.log",
                               hosts_ ? &hosts_->coordinator() : nullptr);
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
  if (hosts_) {
    worker.host = hosts_->add_worker();
  } else {
    worker.link = relay_.add_link();
  }
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
  const std::string endpoint =
      hosts_ ? hosts_->endpoint() : fmt::format("tcp://127.0.0.1:{}", relay_.port(worker.link));
  worker.pid = start_program(
      {program("headway-worker"), "--connect", endpoint, "--name", worker.name, "--slots",
       fmt::format("{}", options_.slots), "--state-dir", options_.folder + "/" + worker.name,
       "--containment", worker.subreaper ? "subreaper" : "auto"},
      worker.name, options_.folder + "/" + worker.name + ".log",
      hosts_ ? &hosts_->worker(worker.host) : nullptr);
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

bool Cluster::is_reached(const Worker& worker) const {
  return hosts_ ? hosts_->is_well(worker.host) : relay_.is_well(worker.link);
}

bool Cluster::is_well() const {
  return !coordinator_frozen_ && std::ranges::all_of(workers_, [this](const Worker& worker) {
    return worker.gone || (worker.pid > 0 && !worker.frozen && is_reached(worker));
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
