#include <thread>

#include "common/system/clock.h"
#include "tests/network/fixture/cluster.h"

/// Machines whose clocks do not agree.

namespace headway::test {
namespace {

using std::chrono::seconds;

/// A machine that runs for ten days longer than this one (time_namespaces(7)), and whose wall clock
/// is wrong by so much, and then by twice as much, every other second.
std::vector<std::string> with_clocks(const std::string& wall_shift_seconds) {
  return {"unshare",
          "--fork",
          "--kill-child",
          "--time",
          "--monotonic",
          "864000",
          "--boottime",
          "864000",
          "env",
          "LD_PRELOAD=" HEADWAY_WALL_CLOCK,
          "WALL_CLOCK_SHIFT=" + wall_shift_seconds};
}

TEST_F(Cluster, ClocksThatDifferShiftNoDeadline) {
  Host& server = network_->add_host();
  Host& late = network_->add_host();
  Host& early = network_->add_host();
  start_coordinator(server);
  start_worker(late, "late", {endpoint(server.address())}, with_clocks("-86400"));
  wait_for_workers(1);
  submit(1, kLease + seconds{3});
  wait_for_running(1);
  start_worker(early, "early", {endpoint(server.address())}, with_clocks("31536000"));
  wait_for_workers(2);
  // Longer than a lease: the attempt lasts by what is renewed.
  std::this_thread::sleep_for(kLease + seconds{1});
  ASSERT_EQ(query("SELECT worker, state FROM attempt"), "late|running");
  const Instant cut = steady_now();
  late.cut();
  wait_for("SELECT group_concat(worker) FROM attempt", "late,early");
  const Duration took = steady_now() - cut;
  // Not before the lease that its last heartbeat renewed has ended there, nor long after it.
  EXPECT_GT(took, kLease - 2 * kHeartbeat);
  EXPECT_LT(took, kLease + seconds{4});
  wait_for_success();
  EXPECT_EQ(query("SELECT worker, outcome FROM attempt ORDER BY token"),
            "late|worker lost\nearly|succeeded");
}

}  // namespace
}  // namespace headway::test
