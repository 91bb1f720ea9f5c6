#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "common/base/check.h"

namespace headway::worker {

/// The addresses at which a coordinator may be, of which the worker uses one at a time: two
/// connections at once would be two peers. Where it was welcomed it looks first, then at each other
/// in turn.
class Addresses {
 public:
  explicit Addresses(std::vector<std::string> all) : all_(std::move(all)) {
    HW_CHECK(!all_.empty(), "a worker knows where to look for its coordinator");
  }

  [[nodiscard]] bool several() const { return all_.size() > 1; }
  [[nodiscard]] const std::string& current() const { return all_[at_]; }

  /// The current one led to a welcome.
  void confirm() { confirmed_ = true; }
  /// The connection is to be made anew: at the current one, if it was confirmed since it was last
  /// tried, else at the next.
  void turn() {
    if (!confirmed_) at_ = (at_ + 1) % all_.size();
    confirmed_ = false;
  }

 private:
  std::vector<std::string> all_;
  std::size_t at_ = 0;
  bool confirmed_ = false;
};

}  // namespace headway::worker
