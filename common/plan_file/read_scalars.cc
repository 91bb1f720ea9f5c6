#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/plan/path_pattern.h"
#include "common/plan/plan.h"
#include "common/plan_file/effort.h"
#include "common/plan_file/reading.h"

namespace headway {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string_view kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNothing:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return {};
}

/// Reads a scalar with a parser of units.
template <class T>
bool read_unit(Reading& reading, const Entry& entry, std::string_view wanted,
               Result<T> (*parse)(std::string_view), T& out) {
  const std::string* text = scalar_of(reading, entry, wanted);
  if (text == nullptr) return false;
  const Result<T> value = parse(*text);
  if (!value) {
    reading.error(entry.value.mark, fmt::format("`{}`: {}", entry.name, value.error().message));
    return false;
  }
  out = value.value();
  return true;
}

/// A number with up to 3 decimals, in thousandths.
std::optional<std::int64_t> parse_thousandths(std::string_view text) {
  constexpr std::size_t kMaxDigits = 12;
  std::int64_t value = 0;
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) {
    if (at >= kMaxDigits) return std::nullopt;
    value = value * 10 + (text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  std::size_t decimals = 0;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at) {
      if (++decimals > 3) return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    if (decimals == 0) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  for (; decimals < 3; ++decimals) value *= 10;
  return value;
}

/// In thousandths; none, with an error, where it is no amount.
std::optional<std::int64_t> read_amount(Reading& reading, const Entry& entry) {
  if (entry.name == "memory" || entry.name == "disk") {
    std::int64_t bytes = 0;
    if (!read_unit(reading, entry, "a size such as `512MiB`", parse_size, bytes)) return {};
    return bytes * 1000;
  }
  const std::string* text = scalar_of(reading, entry, "a number");
  if (text == nullptr) return {};
  if (const std::optional<std::int64_t> value = parse_thousandths(*text)) return value;
  reading.error(entry.value.mark,
                fmt::format("`{}`: {} is not an amount", entry.name, quoted(*text)),
                "write a number from 0 with at most 3 decimals, such as `2` or `0.5`");
  return {};
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string_view shown = text.substr(0, kShown);
  shown = shown.substr(0, valid_utf8_prefix(shown));
  return fmt::format("`{}{}`", shown, shown.size() < text.size() ? "..." : "");
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& words) {
  std::vector<std::string> near = nearest(word, words);
  for (std::string& candidate : near) candidate = fmt::format("`{}`", candidate);
  return near.empty() ? std::string() : fmt::format("did you mean {}?", join_words(near, "or"));
}

void tell_words(Reading& reading, const Entry& entry, std::string_view word,
                const std::vector<std::string_view>& words) {
  std::vector<std::string> all;
  all.reserve(words.size());
  for (const std::string_view known : words) all.push_back(fmt::format("`{}`", known));
  std::string hint = did_you_mean(word, words);
  if (hint.empty()) hint = "write one of them";
  reading.error(entry.value.mark,
                fmt::format("`{}` is {}, not {}", entry.name, join_words(all, "or"), quoted(word)),
                std::move(hint));
}

const std::string* scalar_of(Reading& reading, const Entry& entry, std::string_view wanted) {
  if (entry.value.kind == YamlNode::Kind::kScalar) return &entry.value.text;
  reading.error(entry.value.mark, fmt::format("`{}` is {}, but {} is written here", entry.name,
                                              wanted, kind_of(entry.value)));
  return nullptr;
}

void read_text(Reading& reading, const Entry& entry, std::string& out) {
  const std::string* text = scalar_of(reading, entry, "text");
  if (text == nullptr) return;
  if (text->find('\0') != std::string::npos) {
    reading.error(entry.value.mark, fmt::format("`{}` has a NUL character", entry.name),
                  "take `\\0` out");
    return;
  }
  out = *text;
}

void read_filled_text(Reading& reading, const Entry& entry, std::string& out) {
  if (entry.value.kind == YamlNode::Kind::kScalar && entry.value.text.empty()) {
    reading.error(entry.value.mark, fmt::format("`{}` is empty", entry.name));
    return;
  }
  read_text(reading, entry, out);
}

void read_name(Reading& reading, const Entry& entry, std::string& out) {
  std::string text;
  read_filled_text(reading, entry, text);
  if (text.empty()) return;
  if (text.size() > kMaxNameBytes) {
    reading.error(entry.value.mark, fmt::format("`{}` has {} bytes; at most {} are allowed",
                                                entry.name, text.size(), kMaxNameBytes));
  } else if (printable(text) != text) {
    reading.error(
        entry.value.mark,
        fmt::format("`{}` has control characters: {}", entry.name, quoted(printable(text))),
        "use printable characters only");
  } else {
    out = std::move(text);
  }
}

void read_path(Reading& reading, const Entry& entry, std::string& out) {
  std::string text;
  read_filled_text(reading, entry, text);
  if (text.empty()) return;
  const std::string normal = normalize_pattern(text);
  if (text.size() > kMaxPathBytes) {
    reading.error(entry.value.mark,
                  fmt::format("`{}` has a path of more than {} bytes", entry.name, kMaxPathBytes));
  } else if (text.front() == '/') {
    reading.error(entry.value.mark,
                  fmt::format("`{}`: {} is an absolute path", entry.name, quoted(text)),
                  "paths are relative to the plan's folder");
  } else if (normal == ".." || normal.starts_with("../")) {
    reading.error(entry.value.mark,
                  fmt::format("`{}`: {} leads out of the plan's folder", entry.name, quoted(text)),
                  "paths are relative to the plan's folder and stay in it");
  } else {
    out = std::move(text);
  }
}

void read_variable_name(Reading& reading, const Entry& entry, std::string& out) {
  std::string text;
  read_name(reading, entry, text);
  if (text.empty()) return;
  bool good = is_name_start(text.front());
  for (const char c : text) good = good && (is_name_start(c) || is_digit(c));
  if (good) {
    out = std::move(text);
    return;
  }
  reading.error(entry.value.mark,
                fmt::format("{} is not the name of an environment variable", quoted(text)),
                "use letters, digits and `_`, not beginning with a digit");
}

void read_boolean(Reading& reading, const Entry& entry, bool& out) {
  const std::string* text = scalar_of(reading, entry, "`true` or `false`");
  if (text == nullptr) return;
  if (*text == "true" || *text == "false") {
    out = *text == "true";
    return;
  }
  reading.error(entry.value.mark,
                fmt::format("`{}` is `true` or `false`, not {}", entry.name, quoted(*text)));
}

void read_integer(Reading& reading, const Entry& entry, std::int32_t least, std::int32_t most,
                  std::int32_t& out) {
  const std::string* text = scalar_of(reading, entry, "a whole number");
  if (text == nullptr) return;
  std::int32_t value = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value >= least && value <= most) {
    out = value;
    return;
  }
  reading.error(entry.value.mark, fmt::format("`{}` is a whole number from {} to {}, not {}",
                                              entry.name, least, most, quoted(*text)));
}

void read_count(Reading& reading, const Entry& entry, std::uint64_t& out) {
  const std::string* text = scalar_of(reading, entry, "a whole number");
  if (text == nullptr) return;
  std::uint64_t value = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value <= kMostCounted) {
    out = value;
    return;
  }
  reading.error(entry.value.mark, fmt::format("`{}` is a whole number from 0 to {}, not {}",
                                              entry.name, kMostCounted, quoted(*text)));
}

void read_number(Reading& reading, const Entry& entry, double least, double most, double& out) {
  const std::string* text = scalar_of(reading, entry, "a number");
  if (text == nullptr) return;
  double value = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && std::isfinite(value) && value >= least &&
      value <= most) {
    out = value;
    return;
  }
  reading.error(entry.value.mark, fmt::format("`{}` is a number from {} to {}, not {}", entry.name,
                                              least, most, quoted(*text)));
}

void read_duration(Reading& reading, const Entry& entry, Duration& out) {
  read_unit(reading, entry, "a duration such as `90s`", parse_duration, out);
}

void read_positive_duration(Reading& reading, const Entry& entry, Duration& out) {
  Duration value{};
  if (!read_unit(reading, entry, "a duration such as `90s`", parse_duration, value)) return;
  if (value > Duration::zero()) {
    out = value;
  } else {
    reading.error(entry.value.mark, fmt::format("`{}` must be longer than 0", entry.name));
  }
}

void read_effort(Reading& reading, const Entry& entry, Duration& out) {
  read_unit(reading, entry, "an effort such as `2 hours`", parse_effort, out);
}

void read_amounts(Reading& reading, const Entry& entry, std::vector<ResourceAmount>& out,
                  ListMarks* marks) {
  std::vector<ResourceAmount> amounts;
  ListMarks places;
  for (const Entry& member : members_of(reading, entry)) {
    const std::optional<std::int64_t> amount = read_amount(reading, member);
    if (!amount) continue;  // of one that could not be read nobody needs more than there is
    amounts.push_back({std::string(member.name), *amount});
    places.push_back(member.key_mark);
  }
  out = std::move(amounts);
  if (marks != nullptr) *marks = std::move(places);
}

}  // namespace headway
