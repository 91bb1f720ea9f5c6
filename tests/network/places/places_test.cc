#include <fstream>

#include "tests/network/fixture/cluster.h"

/// Where machines are, and that they do not stay there.

namespace headway::test {
namespace {

using std::chrono::seconds;

class Places : public Cluster {
 protected:
  void SetUp() override {
    Cluster::SetUp();
    if (network_ == nullptr) return;
    server_ = &network_->add_host();
    machine_ = &network_->add_host();
    start_coordinator(*server_);
  }
  /// Begins a ticket that lasts for long enough to see what a move does to it.
  void begin() {
    wait_for_workers(1);
    submit(1, seconds{8});
    wait_for_running(1);
  }
  void expect_one_attempt() {
    wait_for_success();
    EXPECT_EQ(query("SELECT count(*) FROM attempt"), "1");
  }

  Host* server_ = nullptr;
  Host* machine_ = nullptr;
};

TEST_F(Places, AWorkerMayBeOnIPv6) {
  start_worker(*machine_, "w", {endpoint(server_->address6())});
  wait_for_workers(1);
  submit_chain(2, seconds{1});
  wait_for_success();
}

TEST_F(Places, AWorkerMayGetAnotherAddress) {
  start_worker(*machine_, "w", {endpoint(server_->address())});
  begin();
  network_->readdress(*machine_);
  expect_one_attempt();
}

TEST_F(Places, AWorkerMayBeHiddenBehindAnAddressThatChanges) {
  Host& hidden = network_->add_host_behind(*machine_);
  start_worker(hidden, "w", {endpoint(server_->address())});
  begin();
  // The router forgets who spoke to whom, as after a restart.
  network_->readdress(*machine_);
  expect_one_attempt();
}

TEST_F(Places, ACoordinatorMayComeBackAtAnotherAddressThatWorkersKnow) {
  Host& other = network_->add_host();
  start_worker(*machine_, "w", {endpoint(server_->address()), endpoint(other.address())});
  begin();
  kill_coordinator();
  server_->cut();
  start_coordinator(other);
  expect_one_attempt();
}

TEST_F(Places, ACoordinatorMayComeBackAtAnotherAddressOfItsName) {
  Host& other = network_->add_host();
  const std::string names = folder_.write("hosts", server_->address() + " coordinator.test\n");
  // A machine's own /etc/hosts stands for a name server.
  start_worker(*machine_, "w", {endpoint("coordinator.test")},
               {"unshare", "--mount", "sh", "-ec",
                "mount --bind " + names + " /etc/hosts; exec \"$@\"", "sh"});
  begin();
  kill_coordinator();
  server_->cut();
  std::ofstream(names) << other.address() << " coordinator.test\n";
  start_coordinator(other);
  expect_one_attempt();
}

}  // namespace
}  // namespace headway::test
