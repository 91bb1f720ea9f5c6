#include "worker/process/load_sample.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using std::chrono::seconds;

TEST(LoadSample, ReadsTheTextsOfTheKernel) {
  LoadSample sample;
  read_stat("cpu  100 5 50 800 40 1 4 0 7 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nctxt 1\n", sample);
  EXPECT_EQ(sample.cpu_busy, 160U);
  EXPECT_EQ(sample.cpu_total, 1000U);
  read_meminfo("MemTotal:       1000 kB\nMemFree:    10 kB\nMemAvailable:   400 kB\n", sample);
  EXPECT_EQ(sample.memory_total, 1'024'000U);
  EXPECT_EQ(sample.memory_used, 614'400U);
  read_diskstats(
      "   8       0 sda 10 0 100 5 20 0 300 9 0 70 80 0 0 0 0\n"
      "   8       1 sda1 10 0 100 5 20 0 300 9 0 70 80\n"
      "   7       0 loop0 10 0 100 5 20 0 300 9 0 70 80\n"
      " 259       0 nvme0n1 1 0 2 5 2 0 4 9 0 7 8\n"
      " 259       1 nvme0n1p1 1 0 2 5 2 0 4 9 0 7 8\n",
      sample);
  ASSERT_EQ(sample.disks.size(), 2U);
  EXPECT_EQ(sample.disks["sda"], (LoadSample::Disk{400 * 512, 70}));
  read_net_dev(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
      "    lo: 99 1 0 0 0 0 0 0 99 1 0 0 0 0 0 0\n"
      "  eth0: 1000 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0\n",
      sample);
  ASSERT_EQ(sample.interfaces.size(), 1U);
  EXPECT_EQ(sample.interfaces["eth0"].bytes, 1500U);
  EXPECT_EQ(parse_speed("1000\n"), 125'000'000U);
  EXPECT_EQ(parse_speed("-1\n"), 0U);
}

TEST(LoadSample, TakesTheLowerLimitOfACgroup) {
  LoadSample sample;
  sample.memory_total = 1000;
  sample.memory_used = 900;
  read_cgroup_memory("max\n", "5\n", sample);
  read_cgroup_memory("9223372036854771712\n", "5\n", sample);
  read_cgroup_memory("", "", sample);
  EXPECT_EQ(sample.memory_total, 1000U);
  read_cgroup_memory("500\n", "100\n", sample);
  EXPECT_EQ(sample.memory_total, 500U);
  EXPECT_EQ(sample.memory_used, 100U);
}

TEST(LoadSample, GivesWhatHappenedBetweenTwo) {
  LoadSample from;
  from.cpu_total = 1000;
  from.disks["sda"] = {1000, 100};
  from.interfaces["eth0"] = {1000, 1000};
  LoadSample to = from;
  to.cpu_total = 1200;
  to.cpu_busy = 50;
  to.memory_total = 400;
  to.memory_used = 100;
  to.disks["sda"] = {5000, 1100};
  to.disks["sdb"] = {1'000'000, 9};
  to.interfaces["eth0"] = {2000, 1000};
  const Load load = load_between(from, to, seconds{2});
  EXPECT_DOUBLE_EQ(load.cpu, 0.25);
  EXPECT_DOUBLE_EQ(load.memory, 0.25);
  EXPECT_EQ(load.memory_bytes, 100U);
  EXPECT_DOUBLE_EQ(load.disk_busy, 0.5);
  EXPECT_EQ(load.disk_rate, 2000U) << "a disk that has just come has no rate yet";
  EXPECT_EQ(load.network_rate, 500U);
  EXPECT_DOUBLE_EQ(load.network, 0.5);
}

TEST(LoadSample, OfNonsenseIsZero) {
  LoadSample sample;
  read_stat("cpu x y", sample);
  read_meminfo("MemTotal: -\n:", sample);
  read_diskstats("\n\n sda", sample);
  read_net_dev("a:b:c\n:", sample);
  EXPECT_EQ(load_between(sample, sample, Duration::zero()), Load{});
  LoadSample later;
  later.cpu_total = 5;
  EXPECT_EQ(load_between(later, sample, seconds{1}).cpu, 0) << "counters that went back";
}

}  // namespace
}  // namespace headway::worker
