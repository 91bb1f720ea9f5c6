#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/base/time.h"

namespace headway::sim {

/// A broken promise, and which: the number is that of architecture, section 7.
struct Problem {
  int invariant = 0;
  Instant at{};
  std::string what;
};

/// What all checkers of a world have found so far.
class Problems {
 public:
  static constexpr std::size_t kMost = 20;

  explicit Problems(const Instant& now) : now_(now) {}

  template <class... Value>
  void add(int invariant, fmt::format_string<Value...> text, Value&&... values) {
    if (found_.size() >= kMost) return;
    found_.push_back({invariant, now_, fmt::format(text, std::forward<Value>(values)...)});
  }
  [[nodiscard]] const std::vector<Problem>& found() const { return found_; }
  [[nodiscard]] bool any() const { return !found_.empty(); }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  const Instant& now_;
  std::vector<Problem> found_;
};

}  // namespace headway::sim
