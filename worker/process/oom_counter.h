#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// Whether the kernel killed something for want of memory lately: the `oom_kill` counter of this
/// process's memory cgroup (v2: memory.events, v1: memory.oom_control), else of the whole machine
/// (/proc/vmstat). Where none can be read it never says so. A counter does not tell whom it hit:
/// two attempts killed within a moment, one by the kernel and one by a person's `kill -9`, both
/// count.
class OomCounter {
 public:
  OomCounter();

  /// Takes note of where the counter stands, at most once a second.
  void mark(Instant now);
  /// Whether it has moved since the last mark.
  bool has_moved();

 private:
  std::optional<std::uint64_t> read() const;

  UniqueFd file_;
  std::optional<std::uint64_t> marked_;
  std::optional<Instant> marked_at_;
};

/// The number after `oom_kill` in such a text.
std::optional<std::uint64_t> oom_kills_in(std::string_view text);
/// The folder of the memory cgroup below /sys/fs/cgroup that a /proc/<pid>/cgroup names:
/// `memory/a/b` (v1) or `a/b` (v2); v1 where both are there, since the controller is in one of them
/// only.
std::optional<std::string> memory_cgroup_in(std::string_view text);

}  // namespace headway::worker
