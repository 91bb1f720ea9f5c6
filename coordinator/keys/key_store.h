#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/keys/key_file.h"
#include "common/system/unique_fd.h"
#include "coordinator/keys/known_keys.h"

namespace headway {

/// The keys in a coordinator's state directory: its own and the table of those that it knows.
///
///   keys/             mode 0700
///   keys/coordinator  its own key (KeyFile), mode 0600
///   keys/known        KnownKeys, mode 0600
///   keys/lock         held with flock(2) while `known` is changed
///
/// A coordinator and `headway keys` may change the table at the same time: each change is made to
/// what is in the file at that moment. Used by one thread.
class KeyStore {
 public:
  /// Opens the store of a state directory; makes what is missing of it. kDenied where others than
  /// its owner can use the folder or a file.
  static Result<KeyStore> open(const std::string& state_folder);

  /// The coordinator's own key.
  [[nodiscard]] const KeyFile& own() const { return own_; }
  [[nodiscard]] const KnownKeys& known() const { return known_; }

  /// Readable when the table may have been changed by somebody else (inotify); -1: the system tells
  /// nobody, as where its users watch too many things already.
  [[nodiscard]] int changed_fd() const { return changes_.get(); }
  /// Reads the table again if it was changed, which a look at its file tells as well: to be called
  /// before anybody is judged by it. An error leaves what was known before.
  Result<void> refresh();
  /// Workers that were known and are not any more, whoever has changed that; each is told once.
  std::vector<std::string> take_shut_out() { return std::exchange(shut_out_, {}); }

  /// Makes one change durable: nothing of it where `change` fails. Waits at most so long for
  /// another one who is changing the table; kInUse then.
  Result<void> change(const std::function<Result<void>(KnownKeys&)>& change, Duration patience);

 private:
  explicit KeyStore(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::string path(const char* name) const { return folder_ + "/" + name; }
  Result<void> prepare();
  Result<UniqueFd> lock(Duration patience) const;
  Result<void> read();
  void replace(KnownKeys known, std::string text);

  std::string folder_;
  KeyFile own_;
  KnownKeys known_;
  std::string text_;  ///< of the table, as it was last read or written
  std::vector<std::string> shut_out_;
  UniqueFd changes_;
  /// By what a file that took the table's place is told from it.
  struct Stamp {
    std::uint64_t inode = 0;  ///< 0: there is none
    std::int64_t seconds = 0, nanoseconds = 0, bytes = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  [[nodiscard]] Stamp look() const;
  Stamp read_;  ///< of the table that was last read
};

/// A key pair for somebody, registered in the store, as the file that they are to have. The name
/// must not be taken.
Result<KeyFile> create_key(KeyStore& store, KeyRole role, const std::string& name, WallTime now);

/// How often and how long a join token may be used.
struct JoinLimits {
  std::optional<std::uint32_t> uses = 1;  ///< none: any number
  Duration lifetime = std::chrono::hours{1};
};
/// `many`, or a number up to a million; `what` names it in the error.
Result<std::optional<std::uint32_t>> parse_join_uses(const std::string& what,
                                                     const std::string& word);
/// kUsage where nobody could join within it.
Result<void> check_join_lifetime(Duration lifetime);
/// A join token, registered under a name of its own: its text, to be shown once.
struct NewJoinToken {
  std::string name;
  std::string text;
};
Result<NewJoinToken> create_join_token(KeyStore& store, const JoinLimits& limits, WallTime now);

}  // namespace headway
