#include "coordinator/tickets/front_matter_edit.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/yaml_scalar.h"
#include "coordinator/tickets/front_matter.h"
#include "coordinator/tickets/lenient_yaml.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Error refusal(std::string why) { return Error{ErrorKind::kFailed, std::move(why)}; }

/// The line that begins at a place, without its end.
Span line_span(std::string_view text, std::size_t begin) {
  std::size_t end = std::min(text.find('\n', begin), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  return {begin, end};
}

std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t feed = text.find('\n', at);
  return feed == std::string_view::npos ? text.size() : feed + 1;
}

/// How the lines of a file end.
std::string_view line_end(std::string_view text) {
  const std::size_t feed = text.find('\n');
  return feed != std::string_view::npos && feed > 0 && text[feed - 1] == '\r' ? "\r\n" : "\n";
}

/// Where the value of a `key: value` line is, without blanks and a comment; none where it is not
/// one value on one line.
std::optional<Span> value_in(std::string_view text, Span line, std::size_t colon) {
  std::size_t begin = colon + 1;
  while (begin < line.end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  if (begin == line.end || text[begin] == '#') return Span{begin, begin};
  const char first = text[begin];
  if (std::string_view("|>[{&*!").find(first) != std::string_view::npos) return std::nullopt;
  if (first == '"' || first == '\'') {
    for (std::size_t at = begin + 1; at < line.end; ++at) {
      if (first == '"' && text[at] == '\\') {
        ++at;
      } else if (text[at] == first) {
        return Span{begin, at + 1};
      }
    }
    return std::nullopt;
  }
  std::size_t end = begin;
  for (std::size_t at = begin; at < line.end; ++at) {
    const bool blank = text[at] == ' ' || text[at] == '\t';
    if (text[at] == '#' && (text[at - 1] == ' ' || text[at - 1] == '\t')) break;
    if (!blank) end = at + 1;
  }
  return Span{begin, end};
}

class Editor {
 public:
  explicit Editor(std::string text) : text_(std::move(text)) {}

  Result<void> change(const FieldChange& change) {
    const FrontMatter front = find_front_matter(text_);
    if (!front.found) {
      begin_front_matter(change);
      return {};
    }
    if (!front.closed) return refusal("its front matter is never closed");
    const std::string_view text = text_;
    const std::size_t first = text.find_first_not_of(" \t\r\n", front.begin);
    if (first < front.end && (text[first] == '{' || text[first] == '['))
      return refusal("its front matter is written in braces");
    for (std::size_t at = front.begin; at < front.end; at = next_line(text, at)) {
      const Span line = line_span(text, at);
      const std::size_t colon = colon_of(line, change.key);
      if (colon == std::string::npos) continue;
      return replace(line, colon, change, front.end);
    }
    add_line(change, front.end);
    return {};
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  /// The colon behind this key at the beginning of a line.
  [[nodiscard]] std::size_t colon_of(Span line, std::string_view key) const {
    const std::string_view words =
        std::string_view(text_).substr(line.begin, line.end - line.begin);
    const std::size_t colon = words.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::string::npos;
    std::string_view name = words.substr(0, colon);
    while (name.ends_with(' ')) name.remove_suffix(1);
    return as_key(name) == key ? line.begin + colon : std::string::npos;
  }

  Result<void> replace(Span line, std::size_t colon, const FieldChange& change,
                       std::size_t front_end) {
    const std::optional<Span> value = value_in(text_, line, colon);
    // A plain value goes on in lines that are indented.
    const std::size_t below = next_line(text_, line.begin);
    const bool goes_on = below < front_end && (text_[below] == ' ' || text_[below] == '\t') &&
                         line_span(text_, below).end > text_.find_first_not_of(" \t", below);
    if (!value || goes_on)
      return refusal(fmt::format("the value of `{}` goes over several lines", change.key));
    std::string written = yaml_scalar(change.value);
    if (value->begin == value->end) {
      if (text_[value->begin - 1] == ':') written.insert(0, " ");
      if (value->begin < line.end) written += ' ';
    } else if (const char quote = text_[value->begin]; quote == '"' || quote == '\'') {
      written = fmt::format("{}{}{}", quote, change.value, quote);
    } else if (is_plain_time(change.value)) {
      written = change.value;
    }
    text_.replace(value->begin, value->end - value->begin, written);
    return {};
  }

  /// `2026-01-06T09:00:00Z` needs no quotes: its colons have no blanks behind them.
  static bool is_plain_time(std::string_view value) {
    return value.size() >= 20 && value.find_first_not_of("0123456789-:.TZ") == std::string::npos;
  }

  [[nodiscard]] static std::string line_of(const FieldChange& change) {
    const std::string value =
        is_plain_time(change.value) ? change.value : yaml_scalar(change.value);
    return fmt::format("{}: {}", change.key, value);
  }

  void add_line(const FieldChange& change, std::size_t at) {
    text_.insert(at, line_of(change) + std::string(line_end(text_)));
  }

  void begin_front_matter(const FieldChange& change) {
    const std::string end(line_end(text_));
    const std::size_t at = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    text_.insert(at, "---" + end + line_of(change) + end + "---" + end);
  }

  std::string text_;
};

bool same(const YamlNode& a, const YamlNode& b) {
  return a.kind == b.kind && a.text == b.text &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    same);
}

YamlNode map_of(const std::string& text) {
  const FrontMatter front = find_front_matter(text);
  std::vector<Diagnostic> warnings;
  return read_lenient_map(std::string_view(text).substr(front.begin, front.end - front.begin),
                          warnings);
}

/// Takes the first entry of a key out of a map; its value.
std::optional<std::string> take(YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (as_key(map.children[i].text) != key) continue;
    std::string value = map.children[i + 1].text;
    const auto at = map.children.begin() + static_cast<std::ptrdiff_t>(i);
    map.children.erase(at, at + 2);
    return value;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> edit_front_matter(const std::string& text,
                                      std::span<const FieldChange> changes) {
  Editor editor(text);
  for (const FieldChange& change : changes) {
    if (Result<void> changed = editor.change(change); !changed) return changed.error();
  }
  std::string edited = editor.take();
  YamlNode before = map_of(text);
  YamlNode after = map_of(edited);
  bool good = true;
  for (const FieldChange& change : changes) {
    take(before, change.key);
    good = good && take(after, change.key) == change.value;
  }
  if (!good || !same(before, after))
    return refusal("its front matter cannot be changed without changing more than is meant");
  return edited;
}

}  // namespace headway
