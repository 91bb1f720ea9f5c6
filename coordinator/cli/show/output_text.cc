#include "coordinator/cli/show/output_text.h"

#include <algorithm>

#include "common/base/text.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

namespace {

/// The length of the escape sequence at the start of a text that begins with ESC (ECMA-48: CSI, OSC
/// and the other strings, or two characters).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  const char kind = text[1];
  if (kind == '[') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] >= 0x40 && text[i] <= 0x7E) return i + 1;
      if (text[i] < 0x20 || text[i] > 0x3F) return i;
    }
    return text.size();
  }
  if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1b') return text.substr(i).starts_with("\x1b\\") ? i + 2 : i;
      if (text[i] == '\n') return i;
    }
    return text.size();
  }
  // Intermediate bytes and a final one: `ESC ( B` chooses a character set.
  std::size_t end = 1;
  while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x2F) ++end;
  return end < text.size() && text[end] >= 0x30 && text[end] <= 0x7E ? end + 1 : end;
}

}  // namespace

std::string terminal_text(std::string_view bytes) {
  std::string result;
  result.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find_first_of("\n\t\r\x1b"), bytes.size());
    result += printable(bytes.substr(0, end));
    bytes.remove_prefix(end);
    if (bytes.empty()) break;
    std::size_t used = 1;
    switch (bytes.front()) {
      case '\x1b':
        used = escape_length(bytes);
        break;
      case '\r':
        // A line that is drawn again begins anew; with a line feed it is only a line's end.
        if (bytes.size() > 1 && bytes[1] != '\n') result += '\n';
        break;
      default:
        result += bytes.front();
        break;
    }
    bytes.remove_prefix(used);
  }
  return result;
}

std::vector<std::string> last_lines(std::string_view text, std::size_t most, std::size_t width) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::vector<std::string> result;
  bool more = !text.empty();
  while (more && result.size() < most) {
    const std::size_t before = text.rfind('\n');
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    std::string_view line = text.substr(start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = line.substr(line.rfind('\r') + 1);
    std::string shown = terminal_text(line);
    std::replace(shown.begin(), shown.end(), '\t', ' ');
    result.push_back(cut_to_width(shown, width));
    more = before != std::string_view::npos;
    if (more) text = text.substr(0, before);
  }
  std::reverse(result.begin(), result.end());
  return result;
}

std::string last_line(std::string_view text) {
  while (!text.empty()) {
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);
    std::vector<std::string> last = last_lines(text, 1);
    if (last.empty()) break;
    if (last.front().find_first_not_of(' ') != std::string::npos) return std::move(last.front());
    text = text.substr(0, text.rfind('\n') + 1);
  }
  return {};
}

}  // namespace headway::cli
