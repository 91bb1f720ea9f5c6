#include "common/plan_file/effort.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"

namespace headway {

namespace {

constexpr std::array kUnits = {
    std::pair{std::string_view{"seconds"}, std::string_view{"s"}},
    std::pair{std::string_view{"second"}, std::string_view{"s"}},
    std::pair{std::string_view{"sec"}, std::string_view{"s"}},
    std::pair{std::string_view{"s"}, std::string_view{"s"}},
    std::pair{std::string_view{"minutes"}, std::string_view{"m"}},
    std::pair{std::string_view{"minute"}, std::string_view{"m"}},
    std::pair{std::string_view{"mins"}, std::string_view{"m"}},
    std::pair{std::string_view{"min"}, std::string_view{"m"}},
    std::pair{std::string_view{"m"}, std::string_view{"m"}},
    std::pair{std::string_view{"hours"}, std::string_view{"h"}},
    std::pair{std::string_view{"hour"}, std::string_view{"h"}},
    std::pair{std::string_view{"hrs"}, std::string_view{"h"}},
    std::pair{std::string_view{"hr"}, std::string_view{"h"}},
    std::pair{std::string_view{"h"}, std::string_view{"h"}},
    std::pair{std::string_view{"days"}, std::string_view{"d"}},
    std::pair{std::string_view{"day"}, std::string_view{"d"}},
    std::pair{std::string_view{"d"}, std::string_view{"d"}},
};

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// In small letters, with `-` for longer dashes; without emoji, a remark in parentheses, and the
/// words that say that it is a guess.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\xe2\x80\x93") || rest.starts_with("\xe2\x80\x94")) {
      result += '-';
      at += 2;
      continue;
    }
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) continue;  // an emoji
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (result.ends_with(' ')) result.pop_back();
  if (result.ends_with(')')) result.resize(std::min(result.rfind('('), result.size()));
  std::string_view words = trim(result);
  for (const std::string_view guess : {"~", "about ", "approximately ", "approx. ", "approx ",
                                       "ca. ", "circa ", "up to ", "max. ", "max "}) {
    if (words.starts_with(guess)) words = trim(words.substr(guess.size()));
  }
  return std::string(words);
}

/// The upper end of a range, or the whole.
std::string_view upper_end(std::string_view text) {
  for (const std::string_view sign : {"-", " to "}) {
    const std::size_t at = text.find(sign);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view upper = trim(text.substr(at + sign.size()));
    if (!upper.empty() && upper.front() >= '0' && upper.front() <= '9') return upper;
  }
  return text;
}

std::string_view take_while(std::string_view& text, std::string_view characters, bool among) {
  const std::size_t end = std::min(
      among ? text.find_first_not_of(characters) : text.find_first_of(characters), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::string_view unit_of(std::string_view word) {
  if (word.ends_with('.')) word.remove_suffix(1);
  for (const auto& [known, unit] : kUnits) {
    if (word == known) return unit;
  }
  return {};
}

/// `2 hours`, `1 hour 30 minutes`: as a duration writes it. Empty where a word is no unit.
std::string as_duration(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789.";
  constexpr std::string_view kEnds = " ,0123456789";
  std::string result;
  while (!(text = trim(text)).empty()) {
    if (text.starts_with(',')) text = trim(text.substr(1));
    if (text.starts_with("and ")) text = trim(text.substr(4));
    const std::string_view number = take_while(text, kDigits, true);
    text = trim(text);
    const std::string_view unit = unit_of(take_while(text, kEnds, false));
    if (number.empty() || unit.empty()) return {};
    result += fmt::format("{}{}{}", result.empty() ? "" : " ", number, unit);
  }
  return result;
}

/// `2w`: no other notation has weeks.
Result<Duration> parse_weeks(std::string_view text) {
  const std::string_view number = take_while(text, "0123456789.", true);
  const std::string_view word = trim(text);
  for (const std::string_view week : {"w", "wk", "wks", "week", "weeks"}) {
    if (word != week) continue;
    Result<Duration> days = parse_duration(fmt::format("{}d", number));
    if (days && *days <= std::chrono::hours{24 * 365}) return *days * 7;
  }
  return Error{ErrorKind::kUsage, {}};
}

}  // namespace

Result<Duration> parse_effort(std::string_view text) {
  if (Result<Duration> exact = parse_duration(text); exact) return exact;
  const std::string words = plain(text);
  const std::string_view upper = upper_end(words);
  if (Result<Duration> value = parse_duration(as_duration(upper)); value) return value;
  if (Result<Duration> value = parse_weeks(upper); value) return value;
  return Error{
      ErrorKind::kUsage,
      fmt::format("`{}` is not an effort: write for example `90m`, `2 hours` or `2-4 hours`",
                  printable(text.substr(0, 60)))};
}

}  // namespace headway
