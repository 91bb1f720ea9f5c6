#include "worker/shell/machine.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <sched.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/system/files.h"

extern char** environ;

namespace headway::worker {

std::uint32_t count_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&allowed)));
  }
  return static_cast<std::uint32_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

std::int64_t total_memory_bytes() {
  return static_cast<std::int64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES))) *
         std::max(0L, ::sysconf(_SC_PAGESIZE));
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  return name.data();
}

std::string boot_id() {
  const Result<std::string> text = read_file("/proc/sys/kernel/random/boot_id", 100);
  if (!text) return {};
  return text->substr(0, text->find('\n'));
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  while (number == 0) {
    const ssize_t got = ::getrandom(&number, sizeof number, 0);
    HW_CHECK(got == static_cast<ssize_t>(sizeof number), "the kernel gives no random numbers");
  }
  return number;
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string entry = *each;
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace headway::worker
