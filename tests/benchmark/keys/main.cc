// How long it takes until many workers have joined over CURVE, each with a key of its own, and what
// their heartbeats cost their coordinator. Starts the real `headway-coordinator` on loopback with
// --require-keys; the workers speak the protocol on one thread of this process and run nothing. Not
// a test; run it by hand:
//   bench_keys FOLDER [WORKERS [SECONDS]]
// FOLDER: for the state directory; 1,000 workers, and heartbeats for 20 s, unless told. All of it
// shares this machine's processors, so that what is measured is an upper bound.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/open_files.h"
#include "common/wire/codec.h"
#include "common/wire/curve.h"
#include "common/wire/socket.h"
#include "coordinator/keys/key_store.h"

namespace headway {
namespace {

constexpr const char* kEndpoint = "tcp://127.0.0.1:27420";

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "bench_keys: {}\n", why);
  std::exit(1);
}

template <class T>
T required(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(result).value();
}

/// A worker with a key that joins, and sends its heartbeats.
class LightWorker {
 public:
  LightWorker(zmq::context_t& context, const KeyFile& key)
      : name_(key.name),
        socket_(required(
            DealerSocket::connect(context, kEndpoint, Credentials{key.keys, key.coordinator}))) {}

  [[nodiscard]] void* handle() { return socket_.handle(); }
  [[nodiscard]] short events() const {
    return static_cast<short>(ZMQ_POLLIN | (greeted_ ? 0 : ZMQ_POLLOUT));
  }
  [[nodiscard]] bool joined() const { return session_ != 0; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

  void take(short happened, Instant now) {
    if ((happened & ZMQ_POLLOUT) != 0 && !greeted_) {
      Hello hello;
      hello.worker = name_;
      hello.incarnation = 1;
      greeted_ = socket_.send(encode(FromWorker{0, hello})) == SendResult::kSent;
    }
    if ((happened & ZMQ_POLLIN) != 0) hear(now);
    if (!joined() || now < heartbeat_due_) return;
    Heartbeat heartbeat;
    heartbeat.number = ++heartbeats_;
    heartbeat_due_ += heartbeat_;
    static_cast<void>(socket_.send(encode(FromWorker{session_, heartbeat})));
  }

 private:
  void hear(Instant now) {
    while (const std::optional<std::string> frame = socket_.receive()) {
      const FromCoordinator message = required(decode_from_coordinator(*frame));
      if (const auto* welcome = std::get_if<Welcome>(&message.message)) {
        session_ = message.session;
        heartbeat_ = welcome->heartbeat;
        heartbeat_due_ = now;
      } else if (std::holds_alternative<HeartbeatAck>(message.message)) {
        ++acknowledged_;
      } else if (const auto* refused = std::get_if<Refused>(&message.message)) {
        fail("a worker was refused: " + refused->reason);
      }
    }
  }

  std::string name_;
  DealerSocket socket_;
  bool greeted_ = false;
  std::uint64_t session_ = 0;
  std::uint64_t heartbeats_ = 0;
  std::uint64_t acknowledged_ = 0;
  Duration heartbeat_{};
  Instant heartbeat_due_{};
};

std::vector<KeyFile> make_keys(const std::string& folder, std::uint32_t count) {
  KeyStore store = required(KeyStore::open(folder));
  std::vector<KeyFile> keys;
  const Result<void> kept = store.change(
      [&](KnownKeys& known) -> Result<void> {
        for (std::uint32_t i = 0; i < count; ++i) {
          keys.push_back({KeyRole::kWorker,
                          fmt::format("bench-{}", i),
                          make_key_pair(),
                          store.own().keys.open,
                          {},
                          {}});
          KnownKey key;
          key.key = keys.back().keys.open;
          key.name = keys.back().name;
          if (Result<void> added = known.add(key); !added) return added;
        }
        return {};
      },
      std::chrono::seconds{5});
  if (!kept) fail(kept.error().message);
  return keys;
}

pid_t start_coordinator(const std::string& folder) {
  std::vector<std::string> words = {std::string(HEADWAY_BIN_DIR) + "/headway-coordinator",
                                    "--state-dir",
                                    folder,
                                    "--log-file",
                                    folder + "/coordinator.log",
                                    "--listen",
                                    kEndpoint,
                                    "--require-keys",
                                    "--join-uses",
                                    "0"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  if (posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
    fail("cannot start " + words[0]);
  return pid;
}

/// Processor time of a process, user and system, in seconds (proc(5)).
double processor_seconds(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  constexpr std::size_t kUser = 11, kSystem = 12;  // counted from the field after the name
  if (words.size() <= kSystem) fail("the coordinator is gone");
  return static_cast<double>(std::stol(words[kUser]) + std::stol(words[kSystem])) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Turns until `done`, or until the time is up; gives how long it took, in seconds.
template <class Done>
double turn_until(std::vector<std::unique_ptr<LightWorker>>& workers, Duration most, Done done) {
  const Instant begin = steady_now();
  while (!done() && steady_now() < begin + most) {
    std::vector<zmq::pollitem_t> items;
    items.reserve(workers.size());
    for (const auto& each : workers) items.push_back({each->handle(), 0, each->events(), 0});
    zmq::poll(items, std::chrono::milliseconds{20});
    const Instant now = steady_now();
    for (std::size_t i = 0; i < workers.size(); ++i) workers[i]->take(items[i].revents, now);
  }
  return to_seconds(steady_now() - begin);
}

void run(const std::string& base, std::uint32_t count, long seconds) {
  const std::string folder = base + "/bench_keys";
  if (const Result<void> made = make_directories(folder); !made) fail(made.error().message);
  const std::vector<KeyFile> keys = make_keys(folder, count);
  const pid_t coordinator = start_coordinator(folder);
  zmq::context_t context;
  // A socket, and two that tell how its connections are lost.
  context.set(zmq::ctxopt::max_sockets, 3 * static_cast<int>(count) + 16);
  std::vector<std::unique_ptr<LightWorker>> workers;
  const Instant begin = steady_now();
  for (const KeyFile& key : keys) workers.push_back(std::make_unique<LightWorker>(context, key));
  const auto joined = [&] {
    return std::ranges::all_of(workers, [](const auto& each) { return each->joined(); });
  };
  turn_until(workers, std::chrono::minutes{1}, joined);
  if (!joined()) fail("not all have joined within a minute");
  fmt::print("{} workers joined over CURVE in {:.2f} s, {:.2f} s of the coordinator's processor\n",
             count, to_seconds(steady_now() - begin), processor_seconds(coordinator));
  turn_until(workers, std::chrono::seconds{4}, [] { return false; });  // their loads settle
  const double before = processor_seconds(coordinator);
  const double elapsed = turn_until(workers, std::chrono::seconds{seconds}, [] { return false; });
  const double spent = processor_seconds(coordinator) - before;
  std::uint64_t acknowledged = 0;
  for (const auto& each : workers) acknowledged += each->acknowledged();
  fmt::print("their heartbeats, {:.0f} s: {:.1f} % of one core; {} acknowledged in all\n", elapsed,
             100 * spent / elapsed, acknowledged);
  ::kill(coordinator, SIGTERM);
  ::waitpid(coordinator, nullptr, 0);
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  headway::allow_open_files();
  if (count < 2) {
    fmt::print(stderr, "usage: bench_keys FOLDER [WORKERS [SECONDS]]\n");
    return 2;
  }
  constexpr long kWorkers = 1'000, kSeconds = 20;
  const auto number = [&](int at, long usual) {
    return count > at ? std::strtol(words[at], nullptr, 10) : usual;
  };
  headway::run(words[1], static_cast<std::uint32_t>(number(2, kWorkers)), number(3, kSeconds));
  return 0;
}
