#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "common/messages/heartbeat_messages.h"

/// The arithmetic of LoadMeter, without the files: what the texts of /proc say (proc(5)), and what
/// happened between two of them. Texts that cannot be read give zeros: a load is for display.

namespace headway::worker {

/// Counters at one moment. All but memory only grow.
struct LoadSample {
  std::uint64_t cpu_busy = 0;      ///< ticks, all processors
  std::uint64_t cpu_total = 0;     ///< ticks, all processors
  std::uint64_t memory_used = 0;   ///< bytes
  std::uint64_t memory_total = 0;  ///< bytes
  struct Disk {
    std::uint64_t bytes = 0;        ///< read and written
    std::uint64_t busy_millis = 0;  ///< doing anything at all
    friend bool operator==(const Disk&, const Disk&) = default;
  };
  std::map<std::string, Disk> disks;  ///< whole disks
  struct Interface {
    std::uint64_t bytes = 0;  ///< received and sent
    std::uint64_t speed = 0;  ///< bytes a second; 0: not known
    friend bool operator==(const Interface&, const Interface&) = default;
  };
  std::map<std::string, Interface> interfaces;  ///< but for loopback
};

/// The first line of /proc/stat. Waiting for disks counts as idle, guests are in the user's time.
void read_stat(std::string_view text, LoadSample& sample);
/// /proc/meminfo: used is what is not available.
void read_meminfo(std::string_view text, LoadSample& sample);
/// /proc/diskstats: whole disks; partitions, loops and RAM disks are left out.
void read_diskstats(std::string_view text, LoadSample& sample);
/// /proc/net/dev.
void read_net_dev(std::string_view text, LoadSample& sample);
/// The text of /sys/class/net/<name>/speed (megabits a second) in bytes a second; 0: not known.
std::uint64_t parse_speed(std::string_view text);
/// A cgroup's limit and usage in bytes: replaces the machine's where the limit is lower. `max` and
/// texts that are no numbers mean no limit.
void read_cgroup_memory(std::string_view limit, std::string_view usage, LoadSample& sample);

/// What happened from one sample to a later one. Shares are within 0..1 whatever the counters say.
Load load_between(const LoadSample& from, const LoadSample& to, Duration elapsed);

}  // namespace headway::worker
