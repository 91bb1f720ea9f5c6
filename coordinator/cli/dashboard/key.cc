#include "coordinator/cli/dashboard/key.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "coordinator/cli/show/format.h"

namespace headway::cli {

namespace {

constexpr std::string_view kPasteStart = "\x1b[200~";
constexpr std::string_view kPasteEnd = "\x1b[201~";

/// What stands at the beginning: how many bytes, and the key, if it is one.
struct Taken {
  std::size_t bytes = 0;  ///< 0: more has to come first
  std::optional<Key> key = {};
};

std::optional<Key> key_of_final(char final) {
  switch (final) {
    case 'A':
      return Key{Key::Kind::kUp};
    case 'B':
      return Key{Key::Kind::kDown};
    case 'C':
      return Key{Key::Kind::kRight};
    case 'D':
      return Key{Key::Kind::kLeft};
    case 'F':
      return Key{Key::Kind::kEnd};
    case 'H':
      return Key{Key::Kind::kHome};
    case 'M':
      return Key{Key::Kind::kEnter};
    case 'Z':
      return Key{Key::Kind::kBackTab};
    default:
      return std::nullopt;
  }
}

/// `CSI number ~`.
std::optional<Key> key_of_number(std::string_view parameters) {
  const std::string_view number = parameters.substr(0, parameters.find(';'));
  if (number == "1" || number == "7") return Key{Key::Kind::kHome};
  if (number == "4" || number == "8") return Key{Key::Kind::kEnd};
  if (number == "5") return Key{Key::Kind::kPageUp};
  if (number == "6") return Key{Key::Kind::kPageDown};
  return std::nullopt;
}

Taken take_paste(std::string_view text) {
  const std::size_t end = text.find(kPasteEnd);
  if (end == std::string_view::npos) {
    // Somebody who never ends it is not waited for.
    return text.size() > kMostPendingKeys ? Taken{text.size()} : Taken{};
  }
  const std::string_view content = text.substr(kPasteStart.size(), end - kPasteStart.size());
  return {end + kPasteEnd.size(), Key{Key::Kind::kPaste, std::string(content)}};
}

Taken take_control_sequence(std::string_view text) {
  if (text.starts_with(kPasteStart)) return take_paste(text);
  for (std::size_t i = 2; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 0x20 && c <= 0x3F) continue;
    if (c < 0x40 || c > 0x7E) return {i};  // not a sequence after all
    if (c == '~') return {i + 1, key_of_number(text.substr(2, i - 2))};
    return {i + 1, key_of_final(c)};
  }
  return {};
}

Taken take_escape(std::string_view text, bool complete) {
  Taken alone{1, Key{Key::Kind::kEscape}};
  if (text.size() == 1) return complete ? alone : Taken{};
  Taken taken = alone;
  if (text[1] == '[') {
    taken = take_control_sequence(text);
  } else if (text[1] == 'O') {
    taken = text.size() > 2 ? Taken{3, key_of_final(text[2])} : Taken{};
  }
  // A person who types ESC and then `[` means both.
  if (taken.bytes == 0 && complete) return alone;
  return taken;
}

Taken take_character(std::string_view text, bool complete) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length > text.size()) return complete ? Taken{1} : Taken{};
  const bool stray = length == 1 && first >= 0x80;
  if (stray) return {1};
  return {length, Key{Key::Kind::kCharacter, std::string(text.substr(0, length))}};
}

Taken take_one(std::string_view text, bool complete) {
  switch (text.front()) {
    case '\x1b':
      return take_escape(text, complete);
    case '\r':
    case '\n':
      return {1, Key{Key::Kind::kEnter}};
    case '\t':
      return {1, Key{Key::Kind::kTab}};
    case '\b':
    case '\x7f':
      return {1, Key{Key::Kind::kBackspace}};
    case '\x0c':
      return {1, Key{Key::Kind::kRedraw}};
    default:
      break;
  }
  if (static_cast<unsigned char>(text.front()) < 0x20) return {1};
  return take_character(text, complete);
}

}  // namespace

std::vector<Key> take_keys(std::string& pending, bool complete) {
  std::vector<Key> keys;
  std::string_view rest = pending;
  while (!rest.empty()) {
    Taken taken = take_one(rest, complete);
    if (taken.bytes == 0) break;
    if (taken.key) keys.push_back(std::move(*taken.key));
    rest.remove_prefix(taken.bytes);
  }
  pending.erase(0, pending.size() - rest.size());
  return keys;
}

}  // namespace headway::cli
