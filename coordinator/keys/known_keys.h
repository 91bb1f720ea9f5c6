#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/keys/curve_key.h"
#include "common/keys/key_role.h"

namespace headway {

/// Keys of a table at most, revoked ones included.
inline constexpr std::size_t kMostKnownKeys = 100'000;
/// Join tokens among them at most, without those that were revoked.
inline constexpr std::size_t kMostJoinTokens = 10'000;
/// How long a join token that has expired is still known: whoever comes late is told why.
inline constexpr std::chrono::hours kExpiredTokenKept{24};

/// A public key that a coordinator knows.
struct KnownKey {
  KeyRole role = KeyRole::kWorker;
  PublicKey key;
  std::string name;  ///< whose it is; of a join token, how people call it
  WallTime made{};
  std::optional<WallTime> revoked;
  std::string joined_by;  ///< the name of the token by which a worker joined; empty: by none
  // Of a join token:
  std::optional<WallTime> expires;
  std::optional<std::uint32_t> uses_left;  ///< none: any number

  [[nodiscard]] bool valid() const { return !revoked.has_value(); }
  friend bool operator==(const KnownKey&, const KnownKey&) = default;
};

/// A worker that asks to be registered.
struct JoinWish {
  PublicKey token;   ///< that it came with, as CURVE has proven
  std::string name;  ///< that it wants to have
  PublicKey key;     ///< that it wants to come with from now on
};

/// The keys that a coordinator knows, with those that it knew. Names are unique among those that
/// are not revoked; a key is there once. Pure.
class KnownKeys {
 public:
  /// Reads what `text` wrote. Errors name `file` and the line.
  static Result<KnownKeys> parse(const std::string& text, const std::string& file);
  [[nodiscard]] std::string text() const;

  /// Null where it is unknown. A revoked one is found too.
  [[nodiscard]] const KnownKey* find(const PublicKey& key) const;
  /// The key of this name that is not revoked; null: there is none.
  [[nodiscard]] const KnownKey* called(std::string_view name) const;
  [[nodiscard]] const std::vector<KnownKey>& all() const { return keys_; }

  /// kInUse: the name is taken, or the key is there; kUsage: it is no name; kFailed: the table is
  /// full. At the moment at which the key was made, join tokens that expired kExpiredTokenKept ago
  /// are forgotten; where another join token comes to kMostJoinTokens, those as well that expire
  /// first: each start of a coordinator may add one, and one that starts again and again must not
  /// fill the table. Keys that were revoked stay.
  Result<void> add(KnownKey key);
  /// kNotFound where no valid key has this name.
  Result<void> revoke(std::string_view name, WallTime now);
  /// Registers a worker and takes a use off its token. The same wish again changes nothing and is
  /// granted again: the answer may have been lost. kDenied: the token is unknown, revoked, used up
  /// or has expired, or the name is another key's.
  Result<void> admit(const JoinWish& wish, WallTime now);

 private:
  Result<void> append(KnownKey key);
  void forget_tokens_for(const KnownKey& newcomer);
  void index();

  std::vector<KnownKey> keys_;  ///< in the order in which they came
  std::map<PublicKey, std::size_t> by_key_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  ///< those that are valid
};

/// Workers that `before` let in and `after` does not.
std::vector<std::string> workers_shut_out(const KnownKeys& before, const KnownKeys& after);

}  // namespace headway
