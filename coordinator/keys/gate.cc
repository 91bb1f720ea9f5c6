#include "coordinator/keys/gate.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/keys/zap_door.h"

namespace headway {

namespace {

std::string described(const KnownKey& key) {
  return fmt::format("the key of {} {}", to_text(key.role), printable(key.name));
}

}  // namespace

Sender sender_of(const std::string& user, const KnownKeys& keys) {
  if (user == kLocalUser) return {true, nullptr};
  const Result<PublicKey> key = PublicKey::from_hex(user);
  return {false, key ? keys.find(*key) : nullptr};
}

std::optional<Objection> objection(const Sender& sender, const FromWorker& message) {
  if (sender.local) return std::nullopt;
  if (sender.key == nullptr || !sender.key->valid()) {
    return Objection{Objection::Kind::kRevoked, "its key was revoked"};
  }
  if (!sender.is(KeyRole::kWorker)) {
    return Objection{Objection::Kind::kRole, described(*sender.key) + " is not a worker's"};
  }
  const auto* hello = std::get_if<Hello>(&message.message);
  if (hello != nullptr && hello->worker != sender.key->name) {
    return Objection{Objection::Kind::kOtherName,
                     fmt::format("{} does not let it call itself {}", described(*sender.key),
                                 printable(hello->worker))};
  }
  return std::nullopt;
}

Result<void> allow(const Sender& sender, bool changes) {
  if (sender.local || sender.is(KeyRole::kOperator)) return {};
  if (sender.is(KeyRole::kViewer) && !changes) return {};
  if (sender.key == nullptr || !sender.key->valid()) {
    return Error{ErrorKind::kDenied, "not allowed: this key was revoked"};
  }
  return Error{ErrorKind::kDenied,
               fmt::format("not allowed: {} may not {} here; it takes an operator's key{}",
                           described(*sender.key), changes ? "change anything" : "ask",
                           changes ? "" : " or a viewer's")};
}

}  // namespace headway
