#include "worker/process/load_meter.h"

#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "common/system/unique_fd.h"
#include "worker/process/oom_counter.h"

namespace headway::worker {

namespace {

/// Files of /proc and /sys have no size to go by; one that cannot be read is empty.
std::string read_small(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  char block[16U << 10U];
  ssize_t got = 0;
  while (file && text.size() < (1U << 20U) && (got = ::read(file.get(), block, sizeof block)) > 0) {
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

void read_cgroup(const std::string& folder, LoadSample& sample) {
  read_cgroup_memory(read_small(folder + "/memory.max"), read_small(folder + "/memory.current"),
                     sample);
  read_cgroup_memory(read_small(folder + "/memory.limit_in_bytes"),
                     read_small(folder + "/memory.usage_in_bytes"), sample);
}

LoadSample read_sample() {
  LoadSample sample;
  read_stat(read_small("/proc/stat"), sample);
  read_meminfo(read_small("/proc/meminfo"), sample);
  read_diskstats(read_small("/proc/diskstats"), sample);
  read_net_dev(read_small("/proc/net/dev"), sample);
  for (auto& [name, interface] : sample.interfaces) {
    interface.speed = parse_speed(read_small("/sys/class/net/" + name + "/speed"));
  }
  // A container mostly sees its own group as the root of the tree.
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/memory"}) read_cgroup(root, sample);
  if (const auto group = memory_cgroup_in(read_small("/proc/self/cgroup"))) {
    read_cgroup("/sys/fs/cgroup/" + *group, sample);
  }
  return sample;
}

}  // namespace

LoadMeter::LoadMeter(Instant now) : last_(read_sample()), last_at_(now) {}

Load LoadMeter::measure(Instant now) {
  LoadSample sample = read_sample();
  const Load load = load_between(last_, sample, now - last_at_);
  last_ = std::move(sample);
  last_at_ = now;
  return load;
}

}  // namespace headway::worker
