#include "common/plan/path_pattern.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace headway {

namespace {

constexpr char32_t kLastCharacter = 0x10FFFF;

/// Above this many steps two patterns are taken to overlap: nobody writes such patterns, and an
/// overlap is safe.
constexpr std::size_t kMaxSteps = 1U << 20U;

/// One place in a component: any run of characters, or one character of some ranges.
struct Glyph {
  bool star = false;
  std::vector<std::pair<char32_t, char32_t>> ranges;  ///< inclusive, sorted, apart
};
using Component = std::vector<Glyph>;

struct Pattern {
  std::vector<Component> components;
  std::vector<bool> any_depth;  ///< the component is `**`
};

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

/// The character at the front. A byte that is not UTF-8 stands for itself.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80    ? 1
                             : first >= 0xF0 ? 4
                             : first >= 0xE0 ? 3
                             : first >= 0xC0 ? 2
                                             : 1;
  if (length == 1 || text.size() < length || !is_utf8(text.substr(0, length))) {
    text.remove_prefix(1);
    return first;
  }
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
  text.remove_prefix(length);
  return value;
}

void sort_and_join(std::vector<std::pair<char32_t, char32_t>>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<std::pair<char32_t, char32_t>> joined;
  for (const auto& range : ranges) {
    if (!joined.empty() && range.first <= joined.back().second + 1) {
      joined.back().second = std::max(joined.back().second, range.second);
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
}

/// Reads a class after its `[`; false, and `text` untouched, where it is not closed.
bool take_class(std::string_view& text, Glyph& glyph) {
  std::string_view rest = text;
  const bool negated = !rest.empty() && (rest.front() == '!' || rest.front() == '^');
  if (negated) rest.remove_prefix(1);
  for (bool first = true; !rest.empty(); first = false) {
    if (rest.front() == ']' && !first) break;
    const char32_t low = take_character(rest);
    char32_t high = low;
    if (rest.size() >= 2 && rest[0] == '-' && rest[1] != ']') {
      rest.remove_prefix(1);
      high = take_character(rest);
    }
    if (low <= high) glyph.ranges.emplace_back(low, high);
  }
  if (rest.empty()) {
    glyph.ranges.clear();
    return false;
  }
  text = rest.substr(1);
  sort_and_join(glyph.ranges);
  if (!negated) return true;
  std::vector<std::pair<char32_t, char32_t>> others;
  char32_t next = 0;
  for (const auto& [low, high] : glyph.ranges) {
    if (low > next) others.emplace_back(next, low - 1);
    next = high + 1;
  }
  if (next <= kLastCharacter) others.emplace_back(next, kLastCharacter);
  glyph.ranges = std::move(others);
  return true;
}

Component read_component(std::string_view text, bool literal) {
  Component component;
  while (!text.empty()) {
    Glyph glyph;
    const char32_t c = take_character(text);
    if (!literal && c == U'*') {
      if (!component.empty() && component.back().star) continue;
      glyph.star = true;
    } else if (!literal && c == U'?') {
      glyph.ranges.emplace_back(0, kLastCharacter);
    } else if (literal || c != U'[' || !take_class(text, glyph)) {
      glyph.ranges.emplace_back(c, c);
    }
    component.push_back(std::move(glyph));
  }
  return component;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

/// A normalised pattern in parts; with `literal` a file's path, in which `*` is a character like
/// any other. A pattern whose last component has no wildcard covers what is below it: it gets a
/// `**` at its end.
Pattern read_pattern(std::string_view text, bool literal) {
  Pattern pattern;
  const std::vector<std::string_view> parts = split(text);
  for (const std::string_view part : parts) {
    pattern.any_depth.push_back(!literal && part == "**");
    pattern.components.push_back(read_component(part, literal));
  }
  if (!literal && !has_wildcard(parts.back())) {
    pattern.any_depth.push_back(true);
    pattern.components.emplace_back();
  }
  return pattern;
}

bool share_character(const Glyph& a, const Glyph& b) {
  for (const auto& x : a.ranges) {
    for (const auto& y : b.ranges) {
      if (x.first <= y.second && y.first <= x.second) return true;
    }
  }
  return false;
}

/// Walks the product of two automata: `row[j]` says whether `a` up to i and `b` up to j can have
/// matched the same text. `meet(i, j)`: whether both can take one step together; a star may stand
/// for nothing, or stay where it is.
template <class IsStarA, class IsStarB, class Meet>
bool product_accepts(std::size_t a_size, std::size_t b_size, IsStarA is_star_a, IsStarB is_star_b,
                     Meet meet) {
  if ((a_size + 1) * (b_size + 1) > kMaxSteps) return true;
  std::vector<char> row(b_size + 1, 0);
  std::vector<char> next(b_size + 1, 0);
  row[0] = 1;
  for (std::size_t i = 0; i <= a_size; ++i) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t j = 0; j <= b_size; ++j) {
      if (row[j] == 0) continue;
      const bool a_left = i < a_size;
      const bool b_left = j < b_size;
      const bool a_star = a_left && is_star_a(i);
      const bool b_star = b_left && is_star_b(j);
      if (a_star) next[j] = 1;
      if (b_star) row[j + 1] = 1;
      // One of them takes what the other's star stands for, and the star stays.
      if (a_star && b_left && !b_star) row[j + 1] = 1;
      if (b_star && a_left && !a_star) next[j] = 1;
      if (a_left && b_left && !a_star && !b_star && meet(i, j)) next[j + 1] = 1;
    }
    if (i < a_size) std::swap(row, next);
  }
  return row[b_size] != 0;
}

bool components_overlap(const Component& a, const Component& b) {
  return product_accepts(
      a.size(), b.size(), [&](std::size_t i) { return a[i].star; },
      [&](std::size_t j) { return b[j].star; },
      [&](std::size_t i, std::size_t j) { return share_character(a[i], b[j]); });
}

bool overlap(const Pattern& a, const Pattern& b) {
  return product_accepts(
      a.components.size(), b.components.size(), [&](std::size_t i) { return a.any_depth[i]; },
      [&](std::size_t j) { return b.any_depth[j]; },
      [&](std::size_t i, std::size_t j) {
        return components_overlap(a.components[i], b.components[j]);
      });
}

/// Whether `path` is `folder` or below it.
bool is_within(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

bool patterns_overlap(std::string_view a, std::string_view b) {
  return normalized_patterns_overlap(normalize_pattern(a), normalize_pattern(b));
}

bool normalized_patterns_overlap(std::string_view a, std::string_view b) {
  const std::string_view a_prefix = literal_prefix(a);
  const std::string_view b_prefix = literal_prefix(b);
  // Most pairs are told apart, or are plain paths, without reading any wildcard.
  const bool apart = !a_prefix.empty() && !b_prefix.empty() && !is_within(a_prefix, b_prefix) &&
                     !is_within(b_prefix, a_prefix);
  if (apart) return false;
  if (a_prefix == a && b_prefix == b) return true;
  return overlap(read_pattern(a, false), read_pattern(b, false));
}

std::string normalize_pattern(std::string_view pattern) {
  const bool absolute = pattern.starts_with('/');
  const bool folder = pattern.ends_with('/');
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(pattern)) {
    if (part.empty() || part == ".") continue;
    const bool steps_back =
        part == ".." && !kept.empty() && kept.back() != ".." && !has_wildcard(kept.back());
    if (steps_back) {
      kept.pop_back();
    } else if (part != "**" || kept.empty() || kept.back() != "**") {
      kept.push_back(part);
    }
  }
  if (kept.empty() || (folder && has_wildcard(kept.back()) && kept.back() != "**"))
    kept.emplace_back("**");
  std::string result;
  for (const std::string_view part : kept) {
    if (absolute || !result.empty()) result += '/';
    result += part;
  }
  return result;
}

std::string_view literal_prefix(std::string_view pattern) {
  const std::size_t wildcard = pattern.find_first_of("*?[");
  if (wildcard == std::string_view::npos) return pattern;
  const std::size_t slash = pattern.rfind('/', wildcard);
  return slash == std::string_view::npos ? std::string_view{} : pattern.substr(0, slash);
}

bool matches_pattern(std::string_view path, std::string_view pattern) {
  // The path's own `*` and `[` are no wildcards, so that only doubled slashes and dots may be
  // folded.
  const std::string normal = normalize_pattern(pattern);
  std::string plain;
  for (const std::string_view part : split(path)) {
    if (part.empty() || part == ".") continue;
    if (!plain.empty() || path.starts_with('/')) plain += '/';
    plain += part;
  }
  if (plain.empty()) return false;
  if (literal_prefix(normal) == normal) return is_within(plain, normal);
  return overlap(read_pattern(plain, true), read_pattern(normal, false));
}

}  // namespace headway
