#include "common/plan_file/effort.h"

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

std::string_view take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  text = trim(text.substr(end));
  return number;
}

/// Drops what joins the two ends of a range: `-`, an en dash, `to`.
bool take_range_sign(std::string_view& text) {
  for (const std::string_view sign : {"-", "\xe2\x80\x93", "to "}) {
    if (!text.starts_with(sign)) continue;
    text = trim(text.substr(sign.size()));
    return true;
  }
  return false;
}

}  // namespace

Result<Duration> parse_effort(std::string_view text) {
  if (Result<Duration> plain = parse_duration(text); plain) return plain;
  std::string_view rest = trim(text);
  std::string_view number = take_number(rest);
  if (take_range_sign(rest)) number = take_number(rest);
  std::string word(rest);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [known, unit] : kUnits) {
    if (word != known) continue;
    if (Result<Duration> value = parse_duration(fmt::format("{}{}", number, unit)); value)
      return value;
  }
  return Error{
      ErrorKind::kUsage,
      fmt::format("`{}` is not an effort: write for example `90m`, `2 hours` or `2-4 hours`",
                  printable(text.substr(0, 60)))};
}

}  // namespace headway
