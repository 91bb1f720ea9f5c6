#include "common/plan_file/json_text.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace headway {

namespace {

/// A key stands on one line with its colon, within 1024 characters (YAML 1.2, section 7.4.2); in
/// quotes a character may take six.
constexpr std::size_t kMaxKeyBytes = 160;

/// Takes the digits at the front of `text` away; whether there were any.
bool take_digits(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count > 0;
}

/// Characters that YAML reads as the end of a line or of nothing, though JSON does not (YAML 1.1,
/// section 4.2; U+FEFF is its byte order mark).
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEscapes = {{
    {"\u0085", "\\u0085"},
    {"\u2028", "\\u2028"},
    {"\u2029", "\\u2029"},
    {"\uFEFF", "\\ufeff"},
}};

std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const auto* const escape = std::ranges::find_if(
        kEscapes, [&](const auto& known) { return text.starts_with(known.first); });
    if (escape != kEscapes.end()) {
      json += escape->second;
      text.remove_prefix(escape->first.size());
      continue;
    }
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      json += fmt::format("\\u{:04x}", byte);
    } else {
      json += c;
    }
    text.remove_prefix(1);
  }
  return json + '"';
}

std::string json_scalar(const YamlNode& node) {
  if (node.quoted) return json_string(node.text);
  if (node.text.empty() || node.text == "~" || node.text == "null") return "null";
  if (node.text == "true" || node.text == "false" || is_json_number(node.text)) return node.text;
  return json_string(node.text);
}

std::string json_map(Reading& reading, const YamlNode& node) {
  std::string json = "{";
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const YamlNode& key = node.children[i];
    if (key.kind != YamlNode::Kind::kScalar) {
      reading.error(key.mark, "a key in `args` is not a word");
      continue;
    }
    if (key.text.size() > kMaxKeyBytes) {
      reading.error(key.mark, fmt::format("a key in `args` has {} bytes; at most {} are allowed",
                                          key.text.size(), kMaxKeyBytes));
      continue;
    }
    if (!seen.insert(key.text).second) {
      reading.error(key.mark,
                    fmt::format("{} is there twice in a map of `args`", quoted(key.text)));
      continue;
    }
    if (json.size() > 1) json += ", ";
    json += json_string(key.text) + ": " + json_text(reading, node.children[i + 1]);
  }
  return json + "}";
}

}  // namespace

bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  const std::size_t before = text.size();
  if (!take_digits(text) || (leading_zero && before - text.size() > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

std::string json_text(Reading& reading, const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNothing:
      return "null";
    case YamlNode::Kind::kScalar:
      return json_scalar(node);
    case YamlNode::Kind::kMap:
      return json_map(reading, node);
    case YamlNode::Kind::kSequence:
      break;
  }
  std::string json = "[";
  for (const YamlNode& item : node.children) {
    if (json.size() > 1) json += ", ";
    json += json_text(reading, item);
  }
  return json + "]";
}

}  // namespace headway
