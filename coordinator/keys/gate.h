#pragma once

#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/messages/worker_messages.h"
#include "coordinator/keys/known_keys.h"

namespace headway {

/// Who sent a frame, by the User-Id that it came with.
struct Sender {
  bool local = false;             ///< by a socket that needs no key
  const KnownKey* key = nullptr;  ///< theirs; null: it is unknown by now. The table's.

  [[nodiscard]] bool is(KeyRole role) const {
    return key != nullptr && key->valid() && key->role == role;
  }
  /// In whose name it acts; empty: whoever it says.
  [[nodiscard]] std::string name() const { return key == nullptr ? std::string() : key->name; }
};

Sender sender_of(const std::string& user, const KnownKeys& keys);

/// Why a worker's message is not taken.
struct Objection {
  enum class Kind {
    kRevoked,    ///< its key was revoked after it came in
    kRole,       ///< its key is not a worker's
    kOtherName,  ///< it says hello under a name that is not its key's
  };
  Kind kind;
  std::string reason;
};

/// Whether this sender may send this message on the workers' socket; none: it may.
std::optional<Objection> objection(const Sender& sender, const FromWorker& message);

/// Whether this sender may ask something of the control socket, or `changes` something by it.
/// kDenied, for people, where it may not.
Result<void> allow(const Sender& sender, bool changes);

}  // namespace headway
