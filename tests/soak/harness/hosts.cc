#include "tests/soak/harness/hosts.h"

#include <fmt/format.h>

namespace headway::soak {

namespace {

constexpr int kWorkerPort = 7420;

}  // namespace

std::string Hosts::endpoint() const {
  return fmt::format("tcp://{}:{}", coordinator_.address(), kWorkerPort);
}

Hosts::HostId Hosts::add_worker() {
  workers_.push_back({&network_.add_host()});
  return workers_.size() - 1;
}

void Hosts::pull(HostId host) {
  if (workers_[host].pulled) return;
  workers_[host].host->cut();
  workers_[host].pulled = true;
}

void Hosts::lose(HostId host, unsigned percent) {
  workers_[host].host->lose(percent);
  workers_[host].lost_percent = percent;
}

void Hosts::heal(HostId host) {
  if (workers_[host].pulled) workers_[host].host->heal();
  workers_[host].pulled = false;
  if (workers_[host].lost_percent > 0) lose(host, 0);
}

}  // namespace headway::soak
