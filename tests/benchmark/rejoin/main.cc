// How long it takes until many workers are back after their coordinator was killed. Starts the real
// `headway-coordinator`, joins it with real worker cores on real sockets, each of which runs one
// ticket (their slots are made up), kills the coordinator with SIGKILL and starts it again. Not a
// test; run it by hand:
//   bench_rejoin FOLDER [WORKERS [TIMES]]
// FOLDER: for the state directory; 1,000 workers and 5 times unless told. All of it shares this
// machine's processors, so that what is measured is an upper bound.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/open_files.h"
#include "common/system/state_paths.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"
#include "worker/core/worker_core.h"

namespace headway {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "bench_rejoin: {}\n", why);
  std::exit(1);
}

template <class T>
T required(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(result).value();
}

/// A worker's core on a socket, with slots in which a command runs for ever.
class SlotlessWorker {
 public:
  SlotlessWorker(zmq::context_t& context, std::string endpoint, std::uint32_t number)
      : context_(context), endpoint_(std::move(endpoint)), core_(identity(number)) {
    connect();
    step(worker::Tick{});
  }

  [[nodiscard]] void* handle() { return socket_->handle(); }
  [[nodiscard]] short events() const {
    return static_cast<short>(ZMQ_POLLIN | (awaits_connection_ ? ZMQ_POLLOUT : 0));
  }
  [[nodiscard]] std::uint64_t welcomes() const { return welcomes_; }
  [[nodiscard]] bool runs() const { return core_.busy_slots() > 0; }

  void take(short happened) {
    if ((happened & ZMQ_POLLOUT) != 0 && awaits_connection_) {
      awaits_connection_ = false;
      step(worker::Connected{});
    }
    if ((happened & ZMQ_POLLIN) == 0) return;
    while (std::optional<std::string> frame = socket_->receive())
      step(required(decode_from_coordinator(*frame)));
  }

  void tick() {
    const std::optional<Instant> next = core_.next_deadline();
    if (next && *next <= read_clocks().steady) step(worker::Tick{});
  }

 private:
  static worker::WorkerIdentity identity(std::uint32_t number) {
    worker::WorkerIdentity identity;
    identity.name = fmt::format("bench-{}", number);
    identity.incarnation = number;
    identity.host = "here";
    identity.boot_id = "bench";
    identity.every_type = true;
    return identity;
  }

  void connect() {
    socket_.emplace(required(DealerSocket::connect(context_, endpoint_)));
    awaits_connection_ = true;
  }

  void step(worker::Input input) {
    waiting_.push_back(std::move(input));
    while (!waiting_.empty()) {
      worker::Input next = std::move(waiting_.front());
      waiting_.pop_front();
      for (worker::Effect& effect : core_.step(std::move(next), read_clocks())) perform(effect);
    }
  }

  void perform(worker::Effect& effect) {
    if (const auto* send = std::get_if<worker::SendMessage>(&effect)) {
      // As in a real worker: whatever matters is sent again.
      (void)socket_->send(encode(send->message));
    } else if (const auto* command = std::get_if<worker::CommandSlot>(&effect)) {
      const auto* start = std::get_if<worker::StartSlot>(&command->command);
      if (start == nullptr) return;
      waiting_.emplace_back(std::in_place_type<worker::SlotEvent>,
                            std::in_place_type<worker::SlotStarted>,
                            worker::SlotStarted{start->slot, start->token, 1000});
    } else if (std::holds_alternative<worker::ReconnectSocket>(effect)) {
      connect();
    } else if (std::holds_alternative<worker::Joined>(effect)) {
      ++welcomes_;
    } else if (const auto* exit = std::get_if<worker::Exit>(&effect)) {
      fail("a worker left: " + exit->reason);
    }
  }

  zmq::context_t& context_;
  std::string endpoint_;
  worker::WorkerCore core_;
  std::optional<DealerSocket> socket_;
  bool awaits_connection_ = false;
  std::uint64_t welcomes_ = 0;
  std::deque<worker::Input> waiting_;
};

/// All workers, on this thread.
class Workers {
 public:
  Workers(zmq::context_t& context, const std::string& endpoint, std::uint32_t count) {
    for (std::uint32_t i = 1; i <= count; ++i)
      all_.push_back(std::make_unique<SlotlessWorker>(context, endpoint, i));
  }

  void turn() {
    std::vector<zmq::pollitem_t> items;
    items.reserve(all_.size());
    for (const auto& each : all_) items.push_back({each->handle(), 0, each->events(), 0});
    zmq::poll(items, std::chrono::milliseconds{20});
    for (std::size_t i = 0; i < all_.size(); ++i) {
      all_[i]->take(items[i].revents);
      all_[i]->tick();
    }
  }

  /// Turns until `enough` holds of so many workers; fails after a minute.
  template <class Enough>
  void until(std::size_t count, Enough enough) {
    const Clock::time_point begin = Clock::now();
    const auto having = [&] {
      return static_cast<std::size_t>(
          std::count_if(all_.begin(), all_.end(), [&](const auto& each) { return enough(*each); }));
    };
    while (having() < count) {
      turn();
      if (seconds_since(begin) > 60) fail(fmt::format("only {} of {}", having(), count));
    }
  }

  [[nodiscard]] std::vector<std::uint64_t> welcomes() const {
    std::vector<std::uint64_t> counts;
    for (const auto& each : all_) counts.push_back(each->welcomes());
    return counts;
  }
  [[nodiscard]] std::size_t back_since(const std::vector<std::uint64_t>& before) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < all_.size(); ++i)
      count += all_[i]->welcomes() > before[i] ? 1U : 0U;
    return count;
  }
  [[nodiscard]] std::size_t running() const {
    return static_cast<std::size_t>(
        std::count_if(all_.begin(), all_.end(), [](const auto& each) { return each->runs(); }));
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  std::vector<std::unique_ptr<SlotlessWorker>> all_;
};

pid_t spawn(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  if (posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
    fail("cannot start " + words[0]);
  return pid;
}

pid_t start_coordinator(const std::string& folder) {
  return spawn({std::string(HEADWAY_BIN_DIR) + "/headway-coordinator", "--state-dir", folder,
                "--log-file", folder + "/coordinator.log", "--embedded"});
}

void submit(const std::string& folder, std::size_t tickets) {
  std::string plan = "version: 1\ntickets:\n";
  for (std::size_t i = 0; i < tickets; ++i) plan += fmt::format("  - {{id: T-{}, run: x}}\n", i);
  const std::string file = folder + "/plan.yaml";
  if (const Result<void> written = write_file_atomically(file, plan); !written)
    fail(written.error().message);
  const pid_t command = spawn({std::string(HEADWAY_BIN_DIR) + "/headway", "run", file, "--detach",
                               "--quiet", "--state-dir", folder});
  int status = 0;
  ::waitpid(command, &status, 0);
  if (status != 0) fail("the plan was not submitted");
}

void run(const std::string& base, std::uint32_t count, int times) {
  const std::string folder = base + "/bench_rejoin";
  if (const Result<void> made = make_directories(folder); !made) fail(made.error().message);
  const StatePaths paths = required(find_state_paths(folder));
  pid_t coordinator = start_coordinator(folder);
  zmq::context_t context;
  // A socket, and two that tell how its connections are lost.
  context.set(zmq::ctxopt::max_sockets, 3 * static_cast<int>(count) + 16);
  Workers workers(context, paths.worker_endpoint(), count);
  workers.until(count, [](const SlotlessWorker& each) { return each.welcomes() > 0; });
  submit(folder, count);
  workers.until(count, [](const SlotlessWorker& each) { return each.runs(); });
  fmt::print("{} workers, each with a ticket\n", count);
  for (int i = 0; i < times; ++i) {
    const std::vector<std::uint64_t> before = workers.welcomes();
    ::kill(coordinator, SIGKILL);
    ::waitpid(coordinator, nullptr, 0);
    coordinator = start_coordinator(folder);
    const Clock::time_point begin = Clock::now();
    double half = 0;
    while (workers.back_since(before) < workers.size()) {
      workers.turn();
      if (half == 0 && 2 * workers.back_since(before) >= workers.size())
        half = seconds_since(begin);
      if (seconds_since(begin) > 60)
        fail(fmt::format("only {} came back", workers.back_since(before)));
    }
    fmt::print(
        "  half of them back after {:.2f} s, all after {:.2f} s; {} still run their ticket\n", half,
        seconds_since(begin), workers.running());
  }
  ::kill(coordinator, SIGKILL);
  ::waitpid(coordinator, nullptr, 0);
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  headway::allow_open_files();
  const auto number = [&](int at, long usual) {
    return count > at ? std::strtol(words[at], nullptr, 10) : usual;
  };
  headway::run(count > 1 ? words[1] : ".", static_cast<std::uint32_t>(number(2, 1000)),
               static_cast<int>(number(3, 5)));
  return 0;
}
