#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "tests/support/network/network.h"

namespace headway::soak {

/// Machines for a soak: one for the coordinator and one for each worker, each with a cable to the
/// same switch, which fails by itself. One thread.
class Hosts {
 public:
  using HostId = std::size_t;

  Hosts() : coordinator_(network_.add_host()) {}

  [[nodiscard]] const test::Host& coordinator() const { return coordinator_; }
  /// Where workers find the coordinator.
  [[nodiscard]] std::string endpoint() const;

  HostId add_worker();
  [[nodiscard]] const test::Host& worker(HostId host) const { return *workers_[host].host; }

  /// Pulls a worker's cable out.
  void pull(HostId host);
  /// So many packets in a hundred are lost, in each direction; 100: all, and no cable tells.
  void lose(HostId host, unsigned percent);
  void heal(HostId host);
  [[nodiscard]] bool is_well(HostId host) const {
    return !workers_[host].pulled && workers_[host].lost_percent == 0;
  }

 private:
  struct Worker {
    const test::Host* host;
    bool pulled = false;
    unsigned lost_percent = 0;
  };

  test::Network network_;
  const test::Host& coordinator_;
  std::deque<Worker> workers_;
};

}  // namespace headway::soak
