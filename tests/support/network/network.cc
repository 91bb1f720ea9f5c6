#include "tests/support/network/network.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace headway::test {

namespace {

void run_in(const NetworkNamespace& space, const std::string& line) {
  const NetworkNamespace::Inside inside(space);
  const Finished done = run_process({"sh", "-ec", line});
  // Not the end of the program: a test must still end what it started.
  if (done.exit_code != 0) throw std::runtime_error(line + ": " + done.err);
}

}  // namespace

std::unique_ptr<Process> Host::start(std::vector<std::string> command) const {
  const NetworkNamespace::Inside inside(space_);
  return std::make_unique<Process>(std::move(command));
}

void Host::run(const std::string& line) const { run_in(space_, line); }

void Host::cut() const { run_in(hub_, "ip link set " + port_ + " down"); }
void Host::heal() const { run_in(hub_, "ip link set " + port_ + " up"); }

void Host::lose(unsigned percent) const {
  std::string line = "nft add table inet loss; nft delete table inet loss";
  const std::pair<const char*, const char*> hooks[] = {
      {"input", "iifname != lo"}, {"output", "oifname != lo"}, {"forward", ""}};
  if (percent > 0) line += "; nft add table inet loss";
  for (const auto& [hook, where] : hooks) {
    if (percent == 0) break;
    line += fmt::format(
        "; nft 'add chain inet loss {0} {{ type filter hook {0} priority 0; }}'"
        "; nft 'add rule inet loss {0} {1} numgen random mod 100 <= {2} drop'",
        hook, where, percent - 1);
  }
  run(line);
}

Network::Network() { run_in(hub_, "ip link add switch type bridge; ip link set switch up"); }

Host& Network::add_host() {
  Host& host = hosts_.emplace_back(Host(hub_, fmt::format("port{}", ++last_port_)));
  run_in(hub_, fmt::format("ip link add {0} type veth peer name eth0 netns {1};"
                           "ip link set {0} master switch up",
                           host.port_, host.space_.path()));
  host.run("ip link set lo up; ip link set eth0 up");
  readdress(host);
  return host;
}

Host& Network::add_host_behind(Host& router) {
  Host& host = hosts_.emplace_back(Host(router.space_, fmt::format("port{}", ++last_port_)));
  const int net = last_port_;
  run_in(router.space_,
         fmt::format("ip link add {0} type veth peer name eth0 netns {1}; ip link set {0} up;"
                     "ip addr add 192.168.{2}.1/24 dev {0};"
                     "echo 1 > /proc/sys/net/ipv4/ip_forward; nft add table ip nat;"
                     "nft 'add chain ip nat out {{ type nat hook postrouting priority 100; }}';"
                     "nft add rule ip nat out oifname eth0 masquerade",
                     host.port_, host.space_.path(), net));
  host.address_ = fmt::format("192.168.{}.2", net);
  host.run(
      fmt::format("ip link set lo up; ip link set eth0 up; ip addr add {}/24 dev eth0;"
                  "ip route add default via 192.168.{}.1",
                  host.address_, net));
  return host;
}

void Network::readdress(Host& host) {
  ++last_number_;
  host.address_ = fmt::format("10.77.0.{}", last_number_);
  host.address6_ = fmt::format("fd77::{}", last_number_);
  // Without `nodad` an IPv6 address may not be used for a second.
  host.run(
      fmt::format("ip addr flush dev eth0; ip addr add {}/24 dev eth0;"
                  "ip -6 addr add {}/64 dev eth0 nodad",
                  host.address_, host.address6_));
}

}  // namespace headway::test
