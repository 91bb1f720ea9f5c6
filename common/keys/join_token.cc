#include "common/keys/join_token.h"

#include <cstdint>

#include "common/system/files.h"

namespace headway {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kCheckBytes = 5;
constexpr std::size_t kTokenBytes = 2 * kKeyBytes + kCheckBytes;
static_assert(kTokenBytes % 3 == 0, "a token needs no padding");
constexpr std::size_t kTokenCharacters = kTokenBytes / 3 * 4;

std::string base64url(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text += kAlphabet[group >> shift & 63U];
  }
  return text;
}

/// Empty where a character is none of the alphabet.
std::string bytes_of_base64url(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t digit = kAlphabet.find(text[at + i]);
      if (digit == std::string_view::npos) return {};
      group = group << 6U | static_cast<std::uint32_t>(digit);
    }
    for (const unsigned shift : {16U, 8U, 0U})
      bytes += static_cast<char>(static_cast<std::uint8_t>(group >> shift & 255U));
  }
  return bytes;
}

std::string check_bytes(const std::string& keys) {
  return bytes_of_hex(sha256_hex(keys).substr(0, 2 * kCheckBytes));
}

}  // namespace

std::string JoinToken::digest() const {
  return sha256_hex("join " + coordinator.bytes() + secret.bytes()).substr(0, 16);
}

std::string join_token_text(const JoinToken& token) {
  const std::string keys = token.coordinator.bytes() + token.secret.bytes();
  return base64url(keys + check_bytes(keys));
}

Result<JoinToken> parse_join_token(std::string_view text) {
  const std::string bytes =
      text.size() == kTokenCharacters ? bytes_of_base64url(text) : std::string();
  const std::string keys = bytes.substr(0, 2 * kKeyBytes);
  if (bytes.size() != kTokenBytes || bytes.substr(2 * kKeyBytes) != check_bytes(keys)) {
    return Error{ErrorKind::kUsage,
                 "this is no join token, or it was mistyped: a token has 92 characters, and is "
                 "printed by the coordinator or by `headway keys join`"};
  }
  return JoinToken{PublicKey::from_bytes(keys.substr(0, kKeyBytes)).value(),
                   SecretKey::from_bytes(keys.substr(kKeyBytes)).value()};
}

Result<JoinLine> parse_join_line(const std::string& line) {
  const std::size_t at = line.find('@');
  if (at == std::string::npos || at + 1 == line.size()) {
    return Error{ErrorKind::kUsage,
                 "--join takes TOKEN@HOST:PORT, as it is printed by the coordinator or by `headway "
                 "keys join`"};
  }
  const Result<JoinToken> token = parse_join_token(std::string_view(line).substr(0, at));
  if (!token) return token.error();
  return JoinLine{*token, line.substr(at + 1)};
}

}  // namespace headway
