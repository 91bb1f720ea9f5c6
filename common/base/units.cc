#include "common/base/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

namespace {

__extension__ using Wide = __int128;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

/// Nanoseconds; the largest first.
constexpr std::array kTimeUnits = {
    Unit{"d", 86'400'000'000'000}, Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},      Unit{"ms", 1'000'000},
};

/// Bytes; the largest first.
constexpr std::array kSizeUnits = {
    Unit{"TiB", std::int64_t{1} << 40},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GiB", std::int64_t{1} << 30},
    Unit{"GB", 1'000'000'000},
    Unit{"MiB", std::int64_t{1} << 20},
    Unit{"MB", 1'000'000},
    Unit{"KiB", std::int64_t{1} << 10},
    Unit{"kB", 1'000},
    Unit{"B", 1},
};

constexpr Duration kMaxDuration = std::chrono::hours{24} * 3653;  // ten years, leap days included
constexpr std::int64_t kMaxSize = std::int64_t{1} << 53;          // exact as a double as well
constexpr std::size_t kMaxIntegerDigits = 18;
constexpr std::size_t kMaxFractionDigits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// A number as written: `digits` divided by 10 to the power of `scale`.
struct Decimal {
  Wide digits = 0;
  std::size_t scale = 0;
};

/// Takes a number off the front of `text`; none when there is none, or it is too long to be meant.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) {
    if (at == kMaxIntegerDigits) return std::nullopt;
    number.digits = number.digits * 10 + (text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) {
      if (++number.scale > kMaxFractionDigits) return std::nullopt;
      number.digits = number.digits * 10 + (text[at++] - '0');
    }
  }
  text.remove_prefix(at);
  return number;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t at = 0;
  while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) ++at;
  const std::string_view letters = text.substr(0, at);
  text.remove_prefix(at);
  return letters;
}

/// `number * factor`, to the nearest whole.
Wide scaled(const Decimal& number, std::int64_t factor) {
  Wide divisor = 1;
  for (std::size_t i = 0; i < number.scale; ++i) divisor *= 10;
  return (number.digits * factor + divisor / 2) / divisor;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return fmt::format("`{}{}`", printable(text.substr(0, kShown)),
                     text.size() > kShown ? "..." : "");
}

Error bad_duration(std::string_view text, std::string_view why) {
  return Error{ErrorKind::kUsage, fmt::format("{} is not a duration: {}", quoted(text), why)};
}

Error bad_size(std::string_view text, std::string_view why) {
  return Error{ErrorKind::kUsage, fmt::format("{} is not a size: {}", quoted(text), why)};
}

/// A fraction without its trailing zeros: `.5` of 500 in 1000 parts; empty for 0.
std::string fraction(std::int64_t part, int digits) {
  if (part == 0) return {};
  std::string text = fmt::format(".{:0{}}", part, digits);
  while (text.back() == '0') text.pop_back();
  return text;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = trim(text);
  if (rest.empty()) return bad_duration(text, "it is empty; write for example `90s` or `1h 30m`");
  if (rest.front() == '-') return bad_duration(text, "it is negative");
  Wide total = 0;
  std::size_t next_unit = 0;  // parts come once each, the largest first
  while (!rest.empty()) {
    const std::optional<Decimal> number = take_decimal(rest);
    if (!number) {
      return bad_duration(text, "write numbers with units, for example `90s` or `1h 30m`");
    }
    rest = trim(rest);
    const std::string_view name = take_letters(rest);
    if (name.empty()) {
      return bad_duration(text,
                          "a unit is missing; write for example `90s` or `30m` (ms, s, m, h, d)");
    }
    std::size_t unit = 0;
    while (unit < kTimeUnits.size() && kTimeUnits[unit].name != name) ++unit;
    if (unit == kTimeUnits.size()) {
      return bad_duration(text,
                          fmt::format("unknown unit {}; there are ms, s, m, h, d", quoted(name)));
    }
    if (unit < next_unit) {
      return bad_duration(text, "each unit comes once, the largest first, as in `1h 30m`");
    }
    next_unit = unit + 1;
    total += scaled(*number, kTimeUnits[unit].factor);
    if (total > kMaxDuration.count()) return bad_duration(text, "it is longer than 10 years");
    rest = trim(rest);
  }
  return Duration{static_cast<std::int64_t>(total)};
}

std::string format_duration(Duration duration) {
  // Magnitude as unsigned, so that the most negative duration has one too.
  const bool negative = duration < Duration::zero();
  auto rest = static_cast<std::uint64_t>(duration.count());
  if (negative) rest = 0 - rest;
  std::string text;
  for (const Unit& unit : kTimeUnits) {
    const auto factor = static_cast<std::uint64_t>(unit.factor);
    const std::uint64_t whole = rest / factor;
    const bool seconds = unit.name == "s";
    const bool last = unit.name == "ms";
    if (whole == 0 && !(last && rest != 0)) continue;
    rest %= factor;
    text += fmt::format("{}{}", text.empty() ? "" : " ", whole);
    if (seconds || last) {
      text += fraction(static_cast<std::int64_t>(rest), seconds ? 9 : 6);
      rest = 0;
    }
    text += unit.name;
  }
  if (text.empty()) text = "0s";
  return negative ? "-" + text : text;
}

Result<std::int64_t> parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB";
  std::string_view rest = trim(text);
  if (rest.empty()) return bad_size(text, "it is empty; write for example `512MiB`");
  if (rest.front() == '-') return bad_size(text, "it is negative");
  const std::optional<Decimal> number = take_decimal(rest);
  if (!number) return bad_size(text, "write a number with a unit, for example `512MiB`");
  rest = trim(rest);
  if (rest.empty()) {
    return bad_size(text,
                    fmt::format("a unit is missing; write for example `512MiB` ({})", kUnits));
  }
  const auto* unit = std::find_if(kSizeUnits.begin(), kSizeUnits.end(),
                                  [&](const Unit& known) { return known.name == rest; });
  if (unit == kSizeUnits.end()) {
    return bad_size(text, fmt::format("unknown unit {}; there are {}", quoted(rest), kUnits));
  }
  const Wide bytes = scaled(*number, unit->factor);
  if (bytes > kMaxSize) return bad_size(text, "it is more than 8192TiB");
  return static_cast<std::int64_t>(bytes);
}

std::string format_size(std::int64_t bytes) {
  std::string best = fmt::format("{}B", bytes);
  for (const Unit& unit : kSizeUnits) {
    if (bytes < unit.factor) continue;
    const std::int64_t whole = bytes / unit.factor;
    const Wide thousandths = Wide{bytes % unit.factor} * 1000;
    if (thousandths % unit.factor != 0) continue;
    const auto part = static_cast<std::int64_t>(thousandths / unit.factor);
    std::string text = fmt::format("{}{}{}", whole, fraction(part, 3), unit.name);
    if (text.size() < best.size()) best = std::move(text);
  }
  return best;
}

std::string format_thousandths(std::int64_t thousandths) {
  return fmt::format("{}{}", thousandths / 1000, fraction(thousandths % 1000, 3));
}

std::string format_time(WallTime at) {
  using namespace std::chrono;
  constexpr WallTime kFirst = sys_days{year{0} / 1 / 1};
  constexpr WallTime kLast = sys_days{year{10000} / 1 / 1} - milliseconds{1};
  at = std::clamp(at, kFirst, kLast);
  const sys_days day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> clock{at - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + "Z";
}

Result<WallTime> parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kShort = "dddd-dd-ddTdd:dd:ddZ";
  constexpr std::string_view kLong = "dddd-dd-ddTdd:dd:dd.dddZ";
  const Error error{
      ErrorKind::kUsage,
      fmt::format("{} is not a time: write UTC as in `2026-01-01T00:00:00Z`", quoted(text))};
  const std::string_view shape = text.size() == kLong.size() ? kLong : kShort;
  if (text.size() != shape.size()) return error;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return error;
  }
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = 0;
    for (std::size_t i = at; i < at + length; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const year_month_day date = year{number(0, 4)} / month{static_cast<unsigned>(number(5, 2))} /
                              day{static_cast<unsigned>(number(8, 2))};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return error;
  const int millis = shape == kLong ? number(20, 3) : 0;
  return WallTime{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} +
         milliseconds{millis};
}

}  // namespace headway
