// How long a coordinator takes from its start to the first ticket that it hands out, with many
// facts in its registry. Makes registries, starts the real `headway-coordinator` on each, joins it
// as a worker, and waits for an assign. Not a test; run it by hand:
//   bench_restart FOLDER [TICKETS OWN OTHER]
// FOLDER: on the disk to measure. An unfinished run of TICKETS tickets with OWN facts, behind
// finished runs with OTHER facts. Without numbers: the two cases that the design names.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/system/files.h"
#include "common/system/state_paths.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"
#include "coordinator/control/run_source.h"
#include "tests/support/large_plan.h"

namespace headway {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "bench_restart: {}\n", why);
  std::exit(1);
}

template <class T>
T required(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(result).value();
}

/// Writes runs and facts as a coordinator would have.
class Writer {
 public:
  explicit Writer(Registry& registry) : registry_(registry) {
    Fact joined;
    joined.kind = FactKind::kWorkerJoined;
    joined.worker = WorkerId{1};
    joined.number = 64;
    joined.detail = "bench";
    joined.digest = "1";
    Fact epoch;
    epoch.kind = FactKind::kEpochStarted;
    add(epoch);
    add(joined);
  }

  /// A run with `facts` facts beside those of the run itself: four a ticket, in plan order.
  void add_run(std::size_t tickets, std::size_t facts, bool finished) {
    StoredRun run;
    run.id = RunId{++last_run_};
    run.plan_text = test::large_plan_text(tickets);
    run.plan_sha256 = sha256_hex(run.plan_text);
    run.options.plan_folder = "/srv/project";
    run.options.plan_file = "plan.yaml";
    const RunPlan source = required(make_run_plan(run.plan_text, run.options));
    run.name = source.name;
    run.compiled = compile_run_plan(source, run.plan_sha256);
    run.tickets = stored_tickets(source);
    commit_.runs.push_back(std::move(run));
    Fact submitted;
    submitted.kind = FactKind::kRunSubmitted;
    submitted.run = RunId{last_run_};
    submitted.number = static_cast<std::int64_t>(tickets);
    submitted.detail = source.name;
    add(submitted);
    for (std::size_t i = 0; i < tickets && 4 * i < facts; ++i) add_attempt(i);
    if (finished) {
      Fact ended;
      ended.kind = FactKind::kRunEnded;
      ended.run = RunId{last_run_};
      ended.run_state = RunState::kSucceeded;
      add(ended);
    }
    flush();
  }

  [[nodiscard]] std::uint64_t facts() const { return sequence_; }

 private:
  void add_attempt(std::size_t ticket) {
    Fact fact;
    fact.run = RunId{last_run_};
    fact.ticket = TicketIndex{static_cast<std::uint32_t>(ticket)};
    fact.token = Token{++token_};
    fact.worker = WorkerId{1};
    fact.kind = FactKind::kTicketAssigned;
    add(fact);
    fact.kind = FactKind::kAttemptStarted;
    fact.slot = SlotId{1 + static_cast<std::uint32_t>(ticket % 64)};
    fact.number = 1000 + static_cast<std::int64_t>(ticket);
    add(fact);
    Fact artifact = fact;
    artifact.kind = FactKind::kArtifact;
    artifact.detail = fmt::format("out/part-{}.json", ticket);
    artifact.digest = std::string(64, 'a');
    add(artifact);
    fact.number.reset();
    fact.kind = FactKind::kAttemptEnded;
    fact.outcome = Outcome::kSucceeded;
    fact.ticket_state = TicketState::kSucceeded;
    fact.exit_code = 0;
    fact.elapsed = std::chrono::microseconds{1'234'567};
    fact.cpu = std::chrono::microseconds{234'567};
    fact.max_memory = 12'345'678;
    add(fact);
  }

  void add(Fact fact) {
    fact.sequence = Sequence{++sequence_};
    fact.at = wall_from_millis(1'700'000'000'000 + static_cast<std::int64_t>(sequence_));
    commit_.facts.push_back(std::move(fact));
    constexpr std::size_t kCommit = 20'000;
    if (commit_.facts.size() >= kCommit) flush();
  }

  void flush() {
    const Result<void> done = registry_.commit(commit_);
    if (!done) fail(done.error().message);
    commit_ = {};
  }

  Registry& registry_;
  Commit commit_;
  std::uint64_t sequence_ = 0, token_ = 0, last_run_ = 0;
};

class Coordinator {
 public:
  explicit Coordinator(const std::string& folder) : started_(Clock::now()) {
    const std::string program = std::string(HEADWAY_BIN_DIR) + "/headway-coordinator";
    std::vector<std::string> words = {program,      "--state-dir", folder,
                                      "--embedded", "--log-file",  folder + "/coordinator.log"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (posix_spawn(&pid_, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
      fail("cannot start " + program);
    }
  }
  ~Coordinator() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  [[nodiscard]] double age() const { return seconds_since(started_); }
  [[nodiscard]] bool alive() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

  /// `VmHWM` of proc(5).
  [[nodiscard]] std::string peak_memory() const {
    std::ifstream status(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:"))
        return fmt::format("{} MiB", std::atol(line.c_str() + 6) / 1024);
    }
    return "?";
  }

 private:
  Clock::time_point started_;
  pid_t pid_ = -1;
};

/// Joins and waits for an assign.
void measure(const std::string& folder) {
  const StatePaths paths = required(find_state_paths(folder));
  ::unlink(paths.worker_socket.c_str());
  const Coordinator coordinator(folder);
  while (!socket_is_alive(paths.worker_socket)) {
    if (!coordinator.alive()) fail("the coordinator ended: see " + folder + "/coordinator.log");
    ::usleep(1000);
  }
  const double listening = coordinator.age();
  zmq::context_t context;
  DealerSocket socket = required(DealerSocket::connect(context, paths.worker_endpoint()));
  Hello hello;
  hello.worker = "bench";
  hello.incarnation = 2;
  hello.number = 1;
  hello.formers = {1};
  hello.host = "here";
  hello.slots = 64;
  hello.every_type = true;
  while (socket.send(encode(FromWorker{0, hello})) != SendResult::kSent) ::usleep(1000);
  while (true) {
    if (!coordinator.alive()) fail("the coordinator ended: see " + folder + "/coordinator.log");
    std::vector<zmq::pollitem_t> items = {{socket.handle(), 0, ZMQ_POLLIN, 0}};
    zmq::poll(items, std::chrono::milliseconds{100});
    while (std::optional<std::string> frame = socket.receive()) {
      const FromCoordinator message = required(decode_from_coordinator(*frame));
      if (!std::holds_alternative<Assign>(message.message)) continue;
      fmt::print("  listening after {:.2f} s, first assign after {:.2f} s, peak memory {}\n",
                 listening, coordinator.age(), coordinator.peak_memory());
      return;
    }
  }
}

void run_case(const std::string& folder, std::size_t tickets, std::size_t own, std::size_t other) {
  const std::string place = folder + "/bench_restart";
  if (const Result<void> made = make_directories(place); !made) fail(made.error().message);
  const StatePaths paths = required(find_state_paths(place));
  const auto remove = [&] {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
      ::unlink((paths.registry + suffix).c_str());
    }
  };
  remove();
  {
    Registry registry = required(Registry::open_owner(paths.registry));
    Writer writer(registry);
    constexpr std::size_t kFinishedTickets = 2500;
    for (std::size_t made = 0; made < other; made += 4 * kFinishedTickets) {
      writer.add_run(kFinishedTickets, 4 * kFinishedTickets, true);
    }
    writer.add_run(tickets, own, false);
    struct stat status {};
    ::stat(paths.registry.c_str(), &status);
    fmt::print("{} facts; unfinished: {} tickets with {} facts; registry of {} MB\n",
               writer.facts(), tickets, own, status.st_size / 1'000'000);
  }
  constexpr int kTimes = 3;
  for (int i = 0; i < kTimes; ++i) measure(place);
  remove();
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  const std::string folder = count > 1 ? words[1] : ".";
  if (count > 4) {
    headway::run_case(folder, std::strtoull(words[2], nullptr, 10),
                      std::strtoull(words[3], nullptr, 10), std::strtoull(words[4], nullptr, 10));
    return 0;
  }
  headway::run_case(folder, 100'000, 360'000, 640'000);
  headway::run_case(folder, 250'000, 996'000, 0);
  return 0;
}
