#include "common/plan_file/percent.h"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace headway {

namespace {
/// Shares are whole numbers of thousandths of a percent, so that reading and writing are exact.
constexpr double kPerOne = 100'000;
constexpr std::int64_t kPerPercent = 1000;
}  // namespace

std::optional<double> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  std::int64_t value = 0;
  int decimals = -1;  // none before the point
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && decimals < 0 && digits > 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 6) return std::nullopt;
    if (decimals >= 0) ++decimals;
    value = value * 10 + (c - '0');
  }
  if (digits == 0 || decimals == 0 || decimals > 3) return std::nullopt;
  for (int i = decimals < 0 ? 0 : decimals; i < 3; ++i) value *= 10;
  if (value > 100 * kPerPercent) return std::nullopt;
  return static_cast<double>(value) / kPerOne;
}

std::string format_percent(double share) {
  const auto value = static_cast<std::int64_t>(std::llround(share * kPerOne));
  std::string text = fmt::format("{}", value / kPerPercent);
  if (value % kPerPercent != 0) {
    text += fmt::format(".{:03}", value % kPerPercent);
    while (text.back() == '0') text.pop_back();
  }
  return text + "%";
}

}  // namespace headway
