#pragma once

#include <string>

#include "common/base/result.h"
#include "common/keys/curve_key.h"
#include "common/keys/key_role.h"

namespace headway {

/// A key with its owner, as it is kept in a private file:
///
///   role: worker
///   name: build-01
///   public: <64 hexadecimal digits>
///   secret: <64 hexadecimal digits>
///   coordinator: <the coordinator's public key, 64 hexadecimal digits>
///   address: tcp://10.0.0.1:7420
///   joined-by: <16 hexadecimal digits>
///
/// Lines that begin with `#` are comments; the last three may be missing.
struct KeyFile {
  KeyRole role = KeyRole::kWorker;
  std::string name;
  KeyPair keys;
  PublicKey coordinator;  ///< whom it is for; empty: it is the coordinator's own
  std::string address;    ///< where a worker that joined found its coordinator; may be empty
  std::string joined_by;  ///< JoinToken::digest of what it joined by; may be empty
  friend bool operator==(const KeyFile&, const KeyFile&) = default;
};

/// Names of keys, and of workers: 1 to 200 printable bytes without a slash. kUsage otherwise.
Result<void> check_key_name(const std::string& name);

/// Errors name `file` and the line, and never quote what may be a secret.
Result<KeyFile> parse_key_file(const std::string& text, const std::string& file);
std::string key_file_text(const KeyFile& key);

/// kDenied where others than its owner can use the file; kNotFound where there is none.
Result<KeyFile> read_key_file(const std::string& path);
/// Writes it, mode 0600, over what is there.
Result<void> write_key_file(const std::string& path, const KeyFile& key);

}  // namespace headway
