#pragma once

namespace headway::test {

/// Whether this was compiled with the address sanitizer: everything takes about ten times as long,
/// and more memory.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// How many of `count` inputs drawn by chance a test tries, or how large it makes one: under the
/// sanitizers a tenth. They look for other faults than wrong results, and every kind of input is
/// among the first.
template <class Number>
constexpr Number scaled(Number count) {
  return kSanitized ? (count + 9) / 10 : count;
}

}  // namespace headway::test
