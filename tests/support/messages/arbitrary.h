#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/bytes.h"

namespace headway {

/// Fills any message with random values, through the same `fields` that the codec uses. Small and
/// extreme numbers are as likely as any other.
class Arbitrary {
 public:
  explicit Arbitrary(std::uint32_t seed) : random_(seed) {}

  /// For use as a visitor of `fields`.
  template <class T>
  void operator()(std::string_view /*name*/, T& value) {
    fill(value);
  }

  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
  }

  template <class T>
  T make() {
    T value{};
    fill(value);
    return value;
  }

  template <class T>
  void fill(T& value) {
    if constexpr (HasEnumText<T>) {
      value = EnumText<T>::kWords[below(EnumText<T>::kWords.size())].first;
    } else if constexpr (requires { value.fields(*this); }) {
      value.fields(*this);
    } else {
      fill_one(value);
    }
  }

 private:
  void fill_one(bool& value) { value = below(2) == 0; }
  void fill_one(double& value) { value = static_cast<double>(below(1'000'001)) / 1'000'000 - 0.25; }
  template <class Number>
  requires std::is_integral_v<Number>
  void fill_one(Number& value) {
    switch (below(4)) {
      case 0:
        value = std::numeric_limits<Number>::max();
        break;
      case 1:
        value = std::numeric_limits<Number>::min();
        break;
      case 2:
        value = static_cast<Number>(below(100));
        break;
      default:
        value = static_cast<Number>(random_() * std::uint64_t{0x9e3779b97f4a7c15});
        break;
    }
  }
  void fill_one(std::string& value) {
    value.clear();
    for (std::uint64_t left = below(4) == 0 ? below(300) : below(12); left > 0; --left) {
      value += static_cast<char>(below(256));
    }
  }
  void fill_one(Bytes& value) { fill_one(value.data); }
  void fill_one(Duration& value) {
    // Whole microseconds, within the ten years that the codec takes, of either sign.
    constexpr std::int64_t kTenYears = 10LL * 366 * 86'400 * 1'000'000;
    value = std::chrono::microseconds{static_cast<std::int64_t>(below(2 * kTenYears)) - kTenYears};
  }
  void fill_one(Instant& value) { value = Instant{make<Duration>()}; }
  void fill_one(WallTime& value) {
    value = wall_from_millis(static_cast<std::int64_t>(below(253'402'300'800'000)));
  }
  template <class Tag, class Number>
  void fill_one(Id<Tag, Number>& value) {
    value = Id<Tag, Number>{make<Number>()};
  }
  template <class T>
  void fill_one(std::optional<T>& value) {
    value.reset();
    if (below(2) == 0) fill(value.emplace());
  }
  template <class A, class B>
  void fill_one(std::pair<A, B>& value) {
    fill(value.first);
    fill(value.second);
  }
  template <class T>
  void fill_one(std::vector<T>& value) {
    value.clear();
    for (std::uint64_t left = below(5); left > 0; --left) fill(value.emplace_back());
  }

  std::mt19937 random_;
};

}  // namespace headway
