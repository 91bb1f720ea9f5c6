#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/network/network_namespace.h"
#include "tests/support/process.h"

namespace headway::test {

/// A machine as far as others can tell: a network of its own with one cable to a switch. Its files
/// and processes are those of this machine.
class Host {
 public:
  /// `10.77.0.N`, and `fd77::N`.
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& address6() const { return address6_; }

  std::unique_ptr<Process> start(std::vector<std::string> command) const;
  /// Runs a shell line there; throws what it says where it fails, which ends the test.
  void run(const std::string& line) const;
  [[nodiscard]] const NetworkNamespace& space() const { return space_; }

  /// Pulls the cable out, and puts it back.
  void cut() const;
  void heal() const;
  /// The cable stays in, but nothing comes through: what is further away has failed.
  void swallow() const { lose(100); }
  /// Of the packets that come and of those that go, so many in a hundred are lost; 0: none.
  void lose(unsigned percent) const;

 private:
  friend class Network;
  Host(const NetworkNamespace& hub, std::string port) : hub_(hub), port_(std::move(port)) {}

  NetworkNamespace space_;
  const NetworkNamespace& hub_;
  std::string port_;  ///< the other end of its cable
  std::string address_;
  std::string address6_;
};

/// Hosts on a switch. Nothing of it can be seen from outside, and nothing outside from it.
class Network {
 public:
  Network();

  Host& add_host();
  /// A host whose cable goes to `router`, which hides it behind its own address: others cannot
  /// reach it, it can dial out (nftables, masquerade).
  Host& add_host_behind(Host& router);
  /// Gives a host other addresses; the old ones are gone.
  void readdress(Host& host);

 private:
  NetworkNamespace hub_;
  std::deque<Host> hosts_;  ///< references stay
  int last_number_ = 0;     ///< of an address
  int last_port_ = 0;
};

}  // namespace headway::test
