#include "tests/support/network/network_namespace.h"

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "tests/support/process.h"

namespace headway::test {

namespace {

UniqueFd current_namespace() {
  UniqueFd space{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
  HW_CHECK(static_cast<bool>(space), "this thread has no network namespace");
  return space;
}

void enter(const UniqueFd& space) {
  HW_CHECK(::setns(space.get(), CLONE_NEWNET) == 0, "cannot enter a network namespace");
}

bool write_to(const char* path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

/// Root of a user namespace of this process's own: what happens there is nobody else's.
bool become_root() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  return ::unshare(CLONE_NEWUSER) == 0 && write_to("/proc/self/setgroups", "deny") &&
         write_to("/proc/self/uid_map", fmt::format("0 {} 1", user)) &&
         write_to("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

std::string try_all() {
  if (::geteuid() != 0 && !become_root()) {
    return "neither root nor allowed to make a user namespace";
  }
  const UniqueFd home = current_namespace();
  if (::unshare(CLONE_NEWNET) != 0) {
    return fmt::format("no network namespace can be made: {}", std::strerror(errno));
  }
  const Finished tried = run_process(
      {"sh", "-c",
       "ip link add switch type bridge && ip link add one type veth peer name other && "
       "nft add table inet t && nft 'add chain inet t c { type filter hook input priority 0; }' && "
       "nft 'add rule inet t c numgen random mod 100 < 1 drop'"});
  enter(home);
  return tried.exit_code == 0 ? "" : "ip (iproute2) or nft (nftables) cannot: " + tried.err;
}

}  // namespace

NetworkNamespace::NetworkNamespace() {
  const UniqueFd home = current_namespace();
  HW_CHECK(::unshare(CLONE_NEWNET) == 0, "cannot make a network namespace");
  space_ = current_namespace();
  enter(home);
}

std::string NetworkNamespace::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), space_.get());
}

NetworkNamespace::Inside::Inside(const NetworkNamespace& space) : before_(current_namespace()) {
  enter(space.space_);
}

NetworkNamespace::Inside::~Inside() { enter(before_); }

std::string why_no_network() {
  static const std::string kWhy = try_all();
  return kWhy;
}

}  // namespace headway::test
