#include "common/plan_file/yaml_scalar.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || c == '%' || c == '+';
}

/// Whether a text needs no quotes: characters without a meaning in YAML, and not a word that
/// readers of other libraries take for a truth value, a number or nothing.
bool is_plain(std::string_view text) {
  if (text.empty() || text.size() > 200) return false;
  const char first = text.front();
  const bool starts_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                           first == '_' || first == '/' ||
                           (first == '.' && text.size() > 1 && text[1] == '/');
  if (!starts_well && text != ".") return false;
  std::string lowered;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inner_blank = text[i] == ' ' && i > 0 && i + 1 < text.size();
    if (!is_word_character(text[i]) && !inner_blank) return false;
    lowered += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
  }
  for (const std::string_view word :
       {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}) {
    if (lowered == word) return false;
  }
  return true;
}

/// Whether a text of several lines can be a literal block (YAML 1.2, section 8.1.2): no control
/// characters, no carriage returns, a first line that shows the indentation, one line break at most
/// at its end.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n' ||
      text.front() == '\t') {
    return false;
  }
  if (text.ends_with("\n\n") || !is_utf8(text)) return false;
  std::string single(text);
  std::replace(single.begin(), single.end(), '\n', ' ');
  std::replace(single.begin(), single.end(), '\t', ' ');
  return printable(single) == single;
}

std::string block(std::string_view text, std::size_t indent) {
  const bool ends_line = text.ends_with('\n');
  if (ends_line) text.remove_suffix(1);
  std::string result = ends_line ? "|" : "|-";
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    result += '\n';
    if (!line.empty()) result.append(indent, ' ') += line;
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

std::string yaml_scalar(std::string_view text, std::size_t block_indent) {
  if (is_plain(text)) return std::string(text);
  if (block_indent > 0 && fits_block(text)) return block(text, block_indent);
  return in_quotes(text);
}

std::string yaml_list(const std::vector<std::string>& items) {
  std::string result = "[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) result += ", ";
    result += yaml_scalar(items[i]);
  }
  return result + "]";
}

}  // namespace headway
