#include "coordinator/tickets/lenient_yaml.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/plan_file/plan_reader.h"
#include "common/plan_file/reading.h"
#include "common/plan_file/yaml_document.h"

namespace headway {

namespace {

constexpr int kMaxNesting = 4;

/// Collects a document's root. Nothing is streamed: no key has this name.
constexpr std::string_view kNoKey = "\x01";
class MapReceiver : public YamlReceiver {
 public:
  void on_field(const YamlNode& key, const YamlNode& value) override {
    map.children.push_back(key);
    map.children.push_back(value);
  }
  void on_item(const YamlNode& /*item*/) override {}

  YamlNode map;
};

/// Reads a text that is YAML; else none, and why.
std::optional<YamlNode> parse(const std::string& text, Diagnostic& problem) {
  MapReceiver receiver;
  receiver.map.kind = YamlNode::Kind::kMap;
  receiver.map.mark = {1, 1};
  std::vector<Diagnostic> found;
  const bool whole =
      parse_yaml(text, kNoKey, static_cast<std::size_t>(kMaxPlanDepth), receiver, found);
  if (whole && found.empty()) return std::move(receiver.map);
  problem = std::move(found.front());
  return std::nullopt;
}

void move_lines(YamlNode& node, std::uint32_t lines) {
  node.mark.line += lines;
  for (YamlNode& child : node.children) move_lines(child, lines);
}

/// Puts columns back to where they were before tabs were widened.
void narrow_tabs(YamlNode& node, const std::vector<std::uint32_t>& tabs) {
  if (node.mark.line > 0 && node.mark.line <= tabs.size()) {
    const std::uint32_t widened = tabs[node.mark.line - 1];
    if (node.mark.column > 2 * widened) node.mark.column -= widened;
  }
  for (YamlNode& child : node.children) narrow_tabs(child, tabs);
}

struct Line {
  std::string_view text;    ///< without its end
  std::size_t indent = 0;   ///< blanks before its first word
  bool empty = false;       ///< or a comment
  bool item = false;        ///< of a list
  std::size_t key_end = 0;  ///< where the colon of `key:` is; 0: it has no key
};

/// The colon of a line `key: value`; 0 where there is none.
std::size_t colon_of(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == ':' && at > from && (at + 1 == text.size() || text[at + 1] == ' ')) return at;
    if (text[at] == '#' || text[at] == '[' || text[at] == '{') return 0;
  }
  return 0;
}

Line line_of(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  Line line;
  line.text = text;
  line.indent = std::min(text.find_first_not_of(' '), text.size());
  line.empty = line.indent == text.size() || text[line.indent] == '#';
  if (line.empty) return line;
  const std::string_view words = text.substr(line.indent);
  line.item = words == "-" || words.starts_with("- ");
  if (!line.item) line.key_end = colon_of(text, line.indent);
  return line;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Reads a front matter key by key, each from its own lines.
class LineReader {
 public:
  LineReader(std::string_view text, std::vector<Diagnostic>& warnings) : warnings_(warnings) {
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.push_back(line_of(text.substr(0, end)));
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  YamlNode read() { return read_map(0, lines_.size(), 0, 0); }

 private:
  /// The entries whose keys have this indentation, in lines [from, to).
  YamlNode read_map(std::size_t from, std::size_t to, std::size_t indent, int depth) {
    YamlNode map;
    map.kind = YamlNode::Kind::kMap;
    map.mark = place(from, indent);
    for (std::size_t at = from; at < to;) {
      const Line& line = lines_[at];
      const bool starts = line.indent == indent && line.key_end > 0;
      if (!line.empty && !starts) {
        warn(place(at, line.indent), "this line is passed over: it is no `key: value`", {});
      }
      std::size_t end = at + 1;
      if (starts) {
        while (end < to && continues(lines_[end], indent)) ++end;
        read_entry(at, end, depth, map);
      }
      at = end;
    }
    return map;
  }

  static bool continues(const Line& line, std::size_t indent) {
    return line.empty || line.indent > indent || (line.indent == indent && line.item);
  }

  void read_entry(std::size_t from, std::size_t to, int depth, YamlNode& map) {
    Diagnostic problem;
    if (auto whole = parse(joined(from, to), problem)) {
      move_lines(*whole, static_cast<std::uint32_t>(from));
      for (YamlNode& child : whole->children) map.children.push_back(std::move(child));
      return;
    }
    const Line& line = lines_[from];
    YamlNode key =
        scalar(line.text.substr(line.indent, line.key_end - line.indent), from, line.indent);
    const std::size_t value_at =
        std::min(line.text.find_first_not_of(' ', line.key_end + 1), line.text.size());
    const std::string_view value = line.text.substr(value_at);
    const auto first = std::find_if(lines_.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                                    lines_.begin() + static_cast<std::ptrdiff_t>(to),
                                    [](const Line& below) { return !below.empty; });
    const auto below = static_cast<std::size_t>(first - lines_.begin());
    problem.mark.line += static_cast<std::uint32_t>(from);
    std::optional<YamlNode> read;
    if (!value.empty() && value.front() != '#' && below == to) {
      warn(problem.mark, fmt::format("`{}`: {}; it is read as plain text", key.text, why(problem)),
           "put the value in quotes");
      read =
          value.front() == '[' ? flow_list(value, from, value_at) : scalar(value, from, value_at);
    } else if (value.empty() && below < to && first->item) {
      read = read_list(below, to);
    } else if (value.empty() && below < to && first->key_end > 0 && depth < kMaxNesting) {
      read = read_map(below, to, first->indent, depth + 1);
    }
    if (!read) {
      warn(problem.mark, fmt::format("`{}` is passed over: {}", key.text, why(problem)),
           problem.hint);
      return;
    }
    map.children.push_back(std::move(key));
    map.children.push_back(std::move(*read));
  }

  YamlNode read_list(std::size_t from, std::size_t to) {
    const std::size_t indent = lines_[from].indent;
    YamlNode list;
    list.kind = YamlNode::Kind::kSequence;
    list.mark = place(from, indent);
    for (std::size_t at = from; at < to;) {
      std::size_t end = at + 1;
      while (end < to && (lines_[end].empty || lines_[end].indent > indent)) ++end;
      if (!lines_[at].empty) read_item(at, end, list);
      at = end;
    }
    return list;
  }

  void read_item(std::size_t from, std::size_t to, YamlNode& list) {
    Diagnostic problem;
    if (auto whole = parse("x:\n" + joined(from, to), problem);
        whole && whole->children.size() == 2 && !whole->children[1].children.empty()) {
      // One line, `x:`, is ours.
      move_lines(whole->children[1], static_cast<std::uint32_t>(from) - 1U);
      for (YamlNode& item : whole->children[1].children) list.children.push_back(std::move(item));
      return;
    }
    const Line& line = lines_[from];
    const std::size_t at =
        line.item ? std::min(line.text.find_first_not_of(' ', line.indent + 1), line.text.size())
                  : line.indent;
    warn(place(from, at), "this is not valid YAML; it is read as plain text", "put it in quotes");
    list.children.push_back(scalar(line.text.substr(at), from, at));
  }

  /// `[*.md, docs/**]`.
  YamlNode flow_list(std::string_view value, std::size_t line, std::size_t column) {
    YamlNode list;
    list.kind = YamlNode::Kind::kSequence;
    list.mark = place(line, column);
    value.remove_prefix(1);
    if (value.ends_with(']')) value.remove_suffix(1);
    while (!value.empty()) {
      const std::string_view item = value.substr(0, value.find(','));
      if (!trimmed(item).empty()) {
        const std::string_view word = trimmed(item);
        list.children.push_back(
            scalar(word, line, static_cast<std::size_t>(word.data() - lines_[line].text.data())));
      }
      value.remove_prefix(std::min(item.size() + 1, value.size()));
    }
    return list;
  }

  static YamlNode scalar(std::string_view text, std::size_t line, std::size_t column) {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.mark = place(line, column);
    for (const char quote : {'"', '\''}) {
      if (text.size() >= 2 && text.front() == quote && text.back() == quote) {
        text = text.substr(1, text.size() - 2);
      }
    }
    // A text of bytes that are no UTF-8, or with control characters, is made readable.
    node.text = printable(text);
    return node;
  }

  static SourceMark place(std::size_t line, std::size_t column) {
    return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column + 1)};
  }

  [[nodiscard]] std::string joined(std::size_t from, std::size_t to) const {
    std::string text;
    for (std::size_t at = from; at < to; ++at) (text += lines_[at].text) += '\n';
    return text;
  }

  static std::string why(const Diagnostic& problem) {
    constexpr std::string_view kPrefix = "this is ";
    return problem.message.starts_with(kPrefix) ? problem.message.substr(kPrefix.size())
                                                : problem.message;
  }

  void warn(SourceMark mark, std::string message, std::string hint) {
    if (warnings_.size() >= kMaxFindings) return;
    warnings_.push_back({Severity::kWarning, mark, std::move(message), std::move(hint), {}});
  }

  std::vector<Line> lines_;
  std::vector<Diagnostic>& warnings_;
};

/// Indentation with two blanks for each tab; how many tabs each line had.
std::string widen_tabs(std::string_view text, std::vector<std::uint32_t>& tabs) {
  std::string result;
  bool indentation = true;
  tabs.assign(1, 0);
  for (const char c : text) {
    if (c == '\n') {
      tabs.push_back(0);
      indentation = true;
    } else if (c != ' ' && c != '\t') {
      indentation = false;
    }
    if (c == '\t') {
      result += indentation ? "  " : " ";
      if (indentation) ++tabs.back();
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

YamlNode read_lenient_map(std::string_view text, std::vector<Diagnostic>& warnings) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    YamlNode empty;
    empty.kind = YamlNode::Kind::kMap;
    empty.mark = {1, 1};
    return empty;
  }
  Diagnostic problem;
  if (auto whole = parse(std::string(text), problem)) return std::move(*whole);
  std::vector<std::uint32_t> tabs;
  const std::string widened = widen_tabs(text, tabs);
  const auto tab = std::find_if(tabs.begin(), tabs.end(), [](auto count) { return count > 0; });
  if (tab != tabs.end()) {
    warnings.push_back({Severity::kWarning,
                        {static_cast<std::uint32_t>(tab - tabs.begin()) + 1, 1},
                        "a tab in the indentation; it is read as two blanks",
                        "indent with blanks",
                        {}});
  }
  const std::size_t before = warnings.size();
  std::optional<YamlNode> whole = parse(widened, problem);
  if (!whole) whole = LineReader(widened, warnings).read();
  narrow_tabs(*whole, tabs);
  for (std::size_t i = before; i < warnings.size(); ++i) {
    const std::uint32_t widened_by =
        warnings[i].mark.line <= tabs.size() ? tabs[warnings[i].mark.line - 1] : 0;
    if (warnings[i].mark.column > 2 * widened_by) warnings[i].mark.column -= widened_by;
  }
  return std::move(*whole);
}

}  // namespace headway
