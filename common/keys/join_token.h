#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/keys/curve_key.h"

namespace headway {

/// By what a new worker joins: whom it is for, and the secret key of a pair that was made for this
/// token alone. The coordinator keeps that pair's public key, with the uses and the time that are
/// left: clocks of machines differ, so that none of it is in the token.
struct JoinToken {
  PublicKey coordinator;
  SecretKey secret;
  friend bool operator==(const JoinToken&, const JoinToken&) = default;

  /// Says which token this was without saying what is in it: 16 hexadecimal digits.
  [[nodiscard]] std::string digest() const;
};

/// 92 characters of base64url (RFC 4648, section 5): both keys, and five bytes of their SHA-256
/// against mistakes of typing.
std::string join_token_text(const JoinToken& token);
/// kUsage where it is no token, or was mistyped. The error does not quote it.
Result<JoinToken> parse_join_token(std::string_view text);

/// `TOKEN@HOST:PORT`, what stands after `--join`.
struct JoinLine {
  JoinToken token;
  std::string address;  ///< as it was written
};
Result<JoinLine> parse_join_line(const std::string& line);

}  // namespace headway
