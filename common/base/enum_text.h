#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "common/base/check.h"

namespace headway {

/// The words of an enumeration, the same in schemas, messages, the registry and on the screen.
/// Specialise with `static constexpr std::array kWords = {std::pair{E::kA, std::string_view{"a"}},
/// ...}`, every value once.
template <class E>
struct EnumText;

template <class E>
concept HasEnumText = requires {
  EnumText<E>::kWords;
};

template <HasEnumText E>
constexpr std::string_view to_text(E value) {
  for (const auto& [known, word] : EnumText<E>::kWords) {
    if (known == value) return word;
  }
  check_failed("known enumerator", __FILE__, __LINE__, "an enumeration has a value without a word");
}

template <HasEnumText E>
constexpr std::optional<E> from_text(std::string_view text) {
  for (const auto& [known, word] : EnumText<E>::kWords) {
    if (word == text) return known;
  }
  return std::nullopt;
}

}  // namespace headway
