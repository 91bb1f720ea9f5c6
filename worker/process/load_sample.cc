#include "worker/process/load_sample.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace headway::worker {

namespace {

constexpr std::uint64_t kSectorBytes = 512;  // of /proc/diskstats, whatever the disk's own

std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlank = " \t\n";
  std::size_t at = line.find_first_not_of(kBlank);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlank, end);
  }
  return words;
}

/// Field `index` of a line as a number; 0 when there is none.
std::uint64_t field(const std::vector<std::string_view>& words, std::size_t index) {
  return index < words.size() ? number_of(words[index]).value_or(0) : 0;
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    visit(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

/// sda but not sda1, nvme0n1 but not nvme0n1p2, mmcblk0 but not mmcblk0p1; no loops, RAM disks, CD
/// drives; nothing that is made of other disks (dm, md), which would count twice.
bool is_whole_disk(std::string_view name) {
  const bool ends_in_digit = !name.empty() && name.back() >= '0' && name.back() <= '9';
  for (const std::string_view kind : {"sd", "hd", "vd", "xvd"}) {
    if (name.starts_with(kind)) return !ends_in_digit;
  }
  for (const std::string_view kind : {"nvme", "mmcblk"}) {
    if (name.starts_with(kind)) return name.find('p', kind.size()) == std::string_view::npos;
  }
  return false;
}

std::uint64_t grown(std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; }

double share(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0.0;
}

}  // namespace

void read_stat(std::string_view text, LoadSample& sample) {
  for_each_line(text, [&](std::string_view line) {
    if (!line.starts_with("cpu ")) return;
    const std::vector<std::string_view> words = words_of(line);
    // user nice system idle iowait irq softirq steal; guests follow and are in user already.
    constexpr std::size_t kIdle = 4;
    constexpr std::size_t kWaiting = 5;
    constexpr std::size_t kLast = 8;
    sample.cpu_busy = 0;
    sample.cpu_total = 0;
    for (std::size_t i = 1; i <= kLast; ++i) {
      sample.cpu_total += field(words, i);
      if (i != kIdle && i != kWaiting) sample.cpu_busy += field(words, i);
    }
  });
}

void read_meminfo(std::string_view text, LoadSample& sample) {
  std::uint64_t available = 0;
  for_each_line(text, [&](std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    if (line.starts_with("MemTotal:")) sample.memory_total = field(words, 1) * 1024;
    if (line.starts_with("MemAvailable:")) available = field(words, 1) * 1024;
  });
  sample.memory_used = grown(available, sample.memory_total);
}

void read_diskstats(std::string_view text, LoadSample& sample) {
  for_each_line(text, [&](std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    // 2 name, 5 sectors read, 9 sectors written, 12 milliseconds busy (iostats.txt of the kernel).
    if (words.size() < 13 || !is_whole_disk(words[2])) return;
    sample.disks[std::string(words[2])] = {(field(words, 5) + field(words, 9)) * kSectorBytes,
                                           field(words, 12)};
  });
}

void read_net_dev(std::string_view text, LoadSample& sample) {
  for_each_line(text, [&](std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::vector<std::string_view> name = words_of(line.substr(0, colon));
    const std::vector<std::string_view> words = words_of(line.substr(colon + 1));
    if (name.size() != 1 || name[0] == "lo" || words.size() < 9) return;
    sample.interfaces[std::string(name[0])].bytes = field(words, 0) + field(words, 8);
  });
}

std::uint64_t parse_speed(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  constexpr std::uint64_t kBytesPerMegabit = 1'000'000 / 8;
  // Virtual interfaces say -1, which is no number here.
  return field(words, 0) * kBytesPerMegabit;
}

void read_cgroup_memory(std::string_view limit, std::string_view usage, LoadSample& sample) {
  const std::vector<std::string_view> limits = words_of(limit);
  const std::vector<std::string_view> usages = words_of(usage);
  if (limits.empty() || usages.empty()) return;
  const std::optional<std::uint64_t> most = number_of(limits[0]);
  const std::optional<std::uint64_t> used = number_of(usages[0]);
  if (!most || !used || *most >= sample.memory_total) return;
  sample.memory_total = *most;
  sample.memory_used = std::min(*used, *most);
}

Load load_between(const LoadSample& from, const LoadSample& to, Duration elapsed) {
  Load load;
  const double seconds = to_seconds(elapsed);
  load.cpu = share(static_cast<double>(grown(from.cpu_busy, to.cpu_busy)),
                   static_cast<double>(grown(from.cpu_total, to.cpu_total)));
  load.memory = share(static_cast<double>(to.memory_used), static_cast<double>(to.memory_total));
  load.memory_bytes = to.memory_used;
  if (seconds <= 0) return load;

  const auto rate = [&](std::uint64_t bytes) {
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds);
  };
  std::uint64_t disk_bytes = 0;
  for (const auto& [name, disk] : to.disks) {
    const auto before = from.disks.find(name);
    if (before == from.disks.end()) continue;
    disk_bytes += grown(before->second.bytes, disk.bytes);
    const auto busy = grown(before->second.busy_millis, disk.busy_millis);
    load.disk_busy = std::max(load.disk_busy, share(static_cast<double>(busy), seconds * 1000));
  }
  load.disk_rate = rate(disk_bytes);

  std::uint64_t network_bytes = 0;
  std::uint64_t fastest = 0;
  for (const auto& [name, interface] : to.interfaces) {
    fastest = std::max(fastest, interface.speed);
    const auto before = from.interfaces.find(name);
    if (before != from.interfaces.end()) {
      network_bytes += grown(before->second.bytes, interface.bytes);
    }
  }
  load.network_rate = rate(network_bytes);
  load.network = share(static_cast<double>(load.network_rate), static_cast<double>(fastest));
  return load;
}

}  // namespace headway::worker
