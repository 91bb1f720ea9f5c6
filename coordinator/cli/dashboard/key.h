#pragma once

#include <string>
#include <vector>

namespace headway::cli {

/// What a person does with the keyboard.
struct Key {
  enum class Kind {
    kCharacter,  ///< `text`
    kPaste,      ///< `text`: what was pasted at once, which is nobody's command
    kEnter,
    kEscape,
    kBackspace,
    kTab,
    kBackTab,
    kUp,
    kDown,
    kLeft,
    kRight,
    kPageUp,
    kPageDown,
    kHome,
    kEnd,
    kRedraw,  ///< Ctrl-L
  };
  Kind kind = Kind::kCharacter;
  std::string text = {};
  friend bool operator==(const Key&, const Key&) = default;
};

/// Takes the keys off the beginning of what a terminal sent (ECMA-48 and xterm's sequences). What
/// may be the beginning of more is left in `pending`, unless `complete`: nothing followed it for a
/// while, so that a lone ESC is the key. Sequences that nobody knows are dropped.
std::vector<Key> take_keys(std::string& pending, bool complete);

/// Bytes of a paste or of a sequence that are waited for.
inline constexpr std::size_t kMostPendingKeys = 64U << 10U;

}  // namespace headway::cli
