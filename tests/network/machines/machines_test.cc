#include <set>
#include <thread>

#include "common/base/units.h"
#include "common/system/clock.h"
#include "tests/network/fixture/cluster.h"
#include "tests/soak/harness/relay.h"

/// Machines and cables that fail.

namespace headway::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What a busy machine may add to the bound of a lost worker's ticket.
constexpr Duration kSlack = seconds{2};

class Machines : public Cluster {
 protected:
  void SetUp() override {
    Cluster::SetUp();
    if (network_ == nullptr) return;
    server_ = &network_->add_host();
    first_ = &network_->add_host();
    start_coordinator(*server_);
    start_worker(*first_, "first", {endpoint(server_->address())});
    wait_for_workers(1);
  }
  /// A second worker, once the first one has its ticket.
  Host& add_second() {
    Host& second = network_->add_host();
    start_worker(second, "second", {endpoint(server_->address())});
    wait_for_workers(2);
    return second;
  }

  static std::string sockets_of(const Host& host, const char* option, const char* state) {
    const NetworkNamespace::Inside inside(host.space());
    return run_process({"ss", "-tn", option, "state", state}).out;
  }

  Host* server_ = nullptr;
  Host* first_ = nullptr;
};

TEST_F(Machines, ALostOnesTicketIsElsewhereWithinItsLeaseAndTwoSeconds) {
  submit(1, seconds{2});
  wait_for_running(1);
  add_second();
  const Instant cut = steady_now();
  first_->cut();
  wait_for("SELECT group_concat(worker) FROM attempt", "first,second");
  const Duration took = steady_now() - cut;
  RecordProperty("milliseconds", static_cast<int>(took / milliseconds{1}));
  EXPECT_LT(took, kLease + seconds{2} + kSlack);
  wait_for_success();
  EXPECT_EQ(query("SELECT outcome FROM attempt ORDER BY token"), "worker lost\nsucceeded");
}

TEST_F(Machines, ACutThatIsHealedBeforeTheLeaseEndsChangesNothing) {
  submit(1, seconds{7});
  wait_for_running(1);
  add_second();
  first_->cut();
  std::this_thread::sleep_for(kLease / 2);  // the fault itself takes this long
  first_->heal();
  wait_for_success();
  EXPECT_EQ(query("SELECT worker, outcome FROM attempt"), "first|succeeded");
}

TEST_F(Machines, NeitherDoesOneFurtherAwayThatNoCableTells) {
  submit(1, seconds{7});
  wait_for_running(1);
  add_second();
  first_->swallow();
  std::this_thread::sleep_for(kLease / 2);
  first_->lose(0);
  wait_for_success();
  EXPECT_EQ(query("SELECT worker, outcome FROM attempt"), "first|succeeded");
}

TEST_F(Machines, AHealedOneJoinsAgainAndGetsWork) {
  first_->swallow();
  wait_for("SELECT state FROM worker", "lost");
  first_->lose(0);
  wait_for("SELECT state FROM worker", "joined");
  submit(1, seconds{1});
  wait_for_success();
}

TEST_F(Machines, ARunEndsRightThoughPacketsAreLost) {
  submit_chain(6, milliseconds{300});
  Host& second = add_second();
  first_->lose(10);
  second.lose(30);
  wait_for_success();
}

TEST_F(Machines, ARunEndsRightOverALinkThatIsLate) {
  Host& far = network_->add_host();
  soak::Relay relay(static_cast<std::uint16_t>(std::stoi(kWorkerPort)), server_->address());
  const soak::Relay::LinkId link = [&] {
    const NetworkNamespace::Inside inside(far.space());
    return relay.add_link();
  }();
  relay.delay(link, milliseconds{400});
  far.lose(5);
  std::jthread carries([&](const std::stop_token& stop) {
    const NetworkNamespace::Inside inside(far.space());
    while (!stop.stop_requested()) relay.turn(milliseconds{20});
  });
  start_worker(far, "far", {"tcp://127.0.0.1:" + std::to_string(relay.port(link))});
  wait_for_workers(2);
  submit(8, milliseconds{300});
  wait_for_success();
  EXPECT_NE(query("SELECT count(*) FROM attempt WHERE worker = 'far'"), "0");
}

TEST_F(Machines, TheConnectionOfALostOneDoesNotStayForEver) {
  // How soon it goes is the kernel's to count: that it counts is seen at once.
  const Instant until = steady_now() + seconds{5};
  std::string sockets;
  do {  // a packet that waits for its answer hides the probes' clock
    sockets = sockets_of(*server_, "-o", "established");
  } while (sockets.find("timer:(keepalive") == std::string::npos && steady_now() < until);
  EXPECT_NE(sockets.find("timer:(keepalive"), std::string::npos) << sockets;
}

TEST_F(Machines, AConnectionThatNobodyAnswersIsSoonTriedAnew) {
  first_->swallow();
  // Else the kernel would ask again after 1, 2, 4 and 8 seconds, and a lease be over meanwhile.
  std::set<std::string> tries;
  const Instant until = steady_now() + seconds{8};
  while (tries.size() < 2 && steady_now() < until) {
    const std::string one = sockets_of(*first_, "-H", "syn-sent");
    if (!one.empty()) tries.insert(one);
  }
  EXPECT_EQ(tries.size(), 2U);
}

}  // namespace
}  // namespace headway::test
