#include "worker/process/oom_counter.h"

#include <charconv>
#include <fcntl.h>
#include <unistd.h>

#include "common/system/files.h"

namespace headway::worker {

namespace {

constexpr Duration kMarkEvery = std::chrono::seconds{1};

UniqueFd open_counter(const std::string& path) {
  UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  char block[16U << 10U];
  if (!file) return file;
  const ssize_t got = ::pread(file.get(), block, sizeof block, 0);
  if (got <= 0 || !oom_kills_in({block, static_cast<std::size_t>(got)})) return UniqueFd{};
  return file;
}

}  // namespace

std::optional<std::uint64_t> oom_kills_in(std::string_view text) {
  constexpr std::string_view kWord = "oom_kill ";
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.starts_with(kWord)) {
      line.remove_prefix(kWord.size());
      std::uint64_t number = 0;
      const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (error == std::errc{} && stop == line.data() + line.size()) return number;
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::string> memory_cgroup_in(std::string_view text) {
  std::optional<std::string> unified;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    // number:controllers:path
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second != std::string_view::npos) {
      const std::string_view controllers = line.substr(first + 1, second - first - 1);
      const std::string path{line.substr(second + 1)};
      if (controllers == "memory") return "memory" + path;
      if (controllers.empty() && path.size() > 1) unified = path.substr(1);
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return unified;
}

OomCounter::OomCounter() {
  const std::string base = "/sys/fs/cgroup/";
  if (const Result<std::string> own = read_file("/proc/self/cgroup", 1U << 20U)) {
    if (const std::optional<std::string> group = memory_cgroup_in(own.value())) {
      file_ = open_counter(base + *group + "/memory.events");
      if (!file_) file_ = open_counter(base + *group + "/memory.oom_control");
    }
  }
  // In a container the own group is often mounted as the root of the tree.
  if (!file_) file_ = open_counter(base + "memory.events");
  if (!file_) file_ = open_counter(base + "memory/memory.oom_control");
  if (!file_) file_ = open_counter("/proc/vmstat");
  marked_ = read();
}

std::optional<std::uint64_t> OomCounter::read() const {
  if (!file_) return std::nullopt;
  char block[16U << 10U];
  const ssize_t got = ::pread(file_.get(), block, sizeof block, 0);
  if (got <= 0) return std::nullopt;
  return oom_kills_in({block, static_cast<std::size_t>(got)});
}

void OomCounter::mark(Instant now) {
  if (marked_at_ && now - *marked_at_ < kMarkEvery) return;
  marked_ = read();
  marked_at_ = now;
}

bool OomCounter::has_moved() {
  const std::optional<std::uint64_t> now = read();
  const bool moved = now && marked_ && *now > *marked_;
  // Counted once: the next attempt that is killed is judged by what happens from here on.
  marked_ = now;
  return moved;
}

}  // namespace headway::worker
