#include "common/plan_file/text_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

SourceMark mark_of_byte(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
          static_cast<std::uint32_t>(at - line_start + 1)};
}

namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::optional<Diagnostic> find_bad_text(std::string_view text) {
  if (const std::size_t at = valid_utf8_prefix(text); at < text.size()) {
    return Diagnostic{
        Severity::kError,
        mark_of_byte(text, at),
        fmt::format("the byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(text[at])),
        "save the file as UTF-8",
        {}};
  }
  const auto* control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end()) {
    const auto at = static_cast<std::size_t>(control - text.begin());
    return Diagnostic{Severity::kError,
                      mark_of_byte(text, at),
                      fmt::format("the control character 0x{:02x} is not allowed in YAML",
                                  static_cast<unsigned char>(*control)),
                      "take it out, or write it as an escape in double quotes",
                      {}};
  }
  return std::nullopt;
}

std::size_t flow_depth(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '#' && at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n')) {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      for (++at; at < text.size() && text[at] != c; ++at) {
        if (c == '"' && text[at] == '\\') ++at;
      }
    }
  }
  return deepest;
}

bool is_unclosed_quote(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return false;
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return false;
      ++at;
    }
  }
  return true;
}

}  // namespace headway
