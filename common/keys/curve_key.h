#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace headway {

/// Bytes of a key of CURVE (Curve25519), public or secret.
inline constexpr std::size_t kKeyBytes = 32;

/// `bytes` as two lower-case hexadecimal digits each.
std::string hex_text(std::string_view bytes);
/// The bytes that `text` writes; empty where it is not hexadecimal, or empty itself.
std::string bytes_of_hex(std::string_view text);

/// One half of a key pair. The halves are types of their own, so that a secret key cannot go where
/// a public one belongs. A default one is no key.
template <class Half>
class CurveKey {
 public:
  CurveKey() = default;
  /// kUsage where `bytes` are not 32.
  static Result<CurveKey> from_bytes(std::string_view bytes) {
    if (bytes.size() != kKeyBytes) return Error{ErrorKind::kUsage, "a key has 32 bytes"};
    CurveKey key;
    key.bytes_ = bytes;
    return key;
  }
  /// kUsage where `text` is not 64 hexadecimal digits.
  static Result<CurveKey> from_hex(std::string_view text) {
    const std::string bytes = bytes_of_hex(text);
    if (bytes.size() != kKeyBytes) {
      return Error{ErrorKind::kUsage, "a key is written as 64 hexadecimal digits"};
    }
    return from_bytes(bytes);
  }

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// 32 of them, or none.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string hex() const { return hex_text(bytes_); }

  friend auto operator<=>(const CurveKey&, const CurveKey&) = default;

 private:
  std::string bytes_;
};

using PublicKey = CurveKey<struct PublicHalf>;
using SecretKey = CurveKey<struct SecretHalf>;

struct KeyPair {
  PublicKey open;
  SecretKey secret;
  friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

}  // namespace headway
