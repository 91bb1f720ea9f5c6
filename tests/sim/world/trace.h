#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "common/base/time.h"

namespace headway::sim {

/// What happened in a world, as one number: two plays of one seed must agree in it. Told line by
/// line as well where somebody wants to read it.
class Trace {
 public:
  explicit Trace(bool told) : told_(told) {}

  /// `who` and `what` are literals; the numbers say the rest.
  template <class... Number>
  void note(Instant at, std::string_view who, std::string_view what, Number... numbers) {
    mix(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    for (const char letter : what) mix(static_cast<unsigned char>(letter));
    (mix(static_cast<std::uint64_t>(numbers)), ...);
    if (!told_) return;
    std::string line =
        fmt::format("{:12.6f} {:<8} {}", to_seconds(at.time_since_epoch()), who, what);
    ((line += fmt::format(" {}", numbers)), ...);
    std::puts(line.c_str());
  }
  void mix(std::string_view bytes) {
    for (const char letter : bytes) mix(static_cast<unsigned char>(letter));
  }
  [[nodiscard]] bool told() const { return told_; }
  void tell(Instant at, std::string_view who, const std::string& text) const {
    if (!told_) return;
    fmt::print("{:12.6f} {:<8} {}\n", to_seconds(at.time_since_epoch()), who, text);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void mix(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001b3U; }

  bool told_;
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

}  // namespace headway::sim
