#include "besieged.h"

#include <fstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/sanitizer.h"
#include "common/system/clock.h"
#include "raw_connection.h"

namespace headway::test {

namespace {

constexpr Duration kPatience = std::chrono::seconds{30};
constexpr std::size_t kMostGrowth = 64U << 20U;

std::string program(const std::string& name) { return std::string(HEADWAY_BIN_DIR) + "/" + name; }

template <class Condition>
bool comes_true(Condition condition) {
  const Instant until = steady_now() + kPatience;
  while (!condition()) {
    if (steady_now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace

void Besieged::SetUp() {
  coordinator_ = std::make_unique<Process>(std::vector<std::string>{
      program("headway-coordinator"), "--state-dir", folder_ / "state", "--listen",
      "tcp://127.0.0.1:0", "--control", "tcp://127.0.0.1:0", "--metrics", "127.0.0.1:0"});
  worker_port_ = port_after("listening for workers on tcp://127.0.0.1:");
  metrics_port_ = port_after("metrics at http://127.0.0.1:");
  const std::string plan =
      folder_.write("plan.yaml", "version: 1\ntickets:\n  - {id: T, run: 'until [ -e " +
                                     (folder_ / "end") + " ]; do sleep 0.05; done'}\n");
  const Finished submitted =
      run_process({program("headway"), "run", plan, "--detach", "--state-dir", folder_ / "state"});
  ASSERT_EQ(submitted.exit_code, 0) << submitted.err;
  worker_ = std::make_unique<Process>(
      std::vector<std::string>{program("headway-worker"), "--connect", worker_endpoint(), "--name",
                               "honest", "--slots", "1", "--state-dir", folder_ / "worker"});
  ASSERT_TRUE(comes_true([&] { return query("SELECT state FROM attempt") == "running"; }));
  memory_before_ = memory_bytes();
}

void Besieged::TearDown() {
  // The sanitizer keeps what was freed.
  if (!kAddressSanitizer) {
    EXPECT_LT(memory_bytes(), memory_before_ + kMostGrowth);
  }
  folder_.write("end", "");
  EXPECT_TRUE(comes_true([&] { return query("SELECT state FROM run") == "succeeded"; }));
  EXPECT_EQ(query("SELECT worker, outcome FROM attempt"), "honest|succeeded");
}

std::string Besieged::worker_endpoint() const {
  return fmt::format("tcp://127.0.0.1:{}", worker_port_);
}

std::uint16_t Besieged::port_after(const std::string& words) {
  HW_CHECK(coordinator_->wait_for(words, kPatience), "the coordinator did not say " + words);
  const std::string& log = coordinator_->err();
  return static_cast<std::uint16_t>(std::stoi(log.substr(log.find(words) + words.size())));
}

double Besieged::metric(const std::string& name) const {
  const RawConnection connection(metrics_port_);
  connection.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = connection.read_to_end(kPatience);
  const std::size_t at = answer.find("\n" + name + " ");
  if (at == std::string::npos) return -1;
  return std::stod(answer.substr(at + name.size() + 2));
}

double Besieged::dropped(const std::string& reason) const {
  return metric("headway_dropped_total{reason=\"" + reason + "\"}");
}

void Besieged::wait_for_dropped(const std::string& reason, double at_least) const {
  EXPECT_TRUE(comes_true([&] { return dropped(reason) >= at_least; }))
      << reason << ": " << dropped(reason) << " and not " << at_least;
}

std::size_t Besieged::memory_bytes() const {
  std::ifstream file(fmt::format("/proc/{}/statm", coordinator_->pid()));
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string Besieged::query(const std::string& sql) const {
  Finished done = run_process({"sqlite3", "-readonly", folder_ / "state/registry.db", sql});
  if (done.out.ends_with('\n')) done.out.pop_back();
  return done.out;
}

void Peer::send(const std::string& frame) {
  EXPECT_TRUE(comes_true([&] { return socket_.send(frame) == SendResult::kSent; }));
}

std::optional<FromCoordinator> Peer::next() {
  const Instant until = steady_now() + kPatience;
  while (steady_now() < until) {
    if (const std::optional<std::string> frame = socket_.receive()) {
      return decode_from_coordinator(*frame).value();
    }
    zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds{100});
  }
  return std::nullopt;
}

Hello Peer::hello(const std::string& name) const {
  Hello hello;
  hello.worker = name;
  hello.incarnation = 4711;
  hello.number = 1;
  hello.slots = 1;
  // It offers nothing that anybody could want.
  hello.labels = {"hostile"};
  return hello;
}

std::uint64_t Peer::join(const std::string& name) {
  send(0, hello(name));
  const std::optional<Welcome> welcome = receive<Welcome>();
  EXPECT_TRUE(welcome) << name << " was not welcomed";
  return welcome ? welcome->session : 0;
}

}  // namespace headway::test
