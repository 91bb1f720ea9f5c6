#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "common/base/result.h"
#include "coordinator/keys/known_keys.h"

namespace headway {

/// Where peers come in that need no key: `ipc` and loopback (and everything, where a person has
/// said --insecure). A Door's domain.
inline constexpr const char* kOpenDoor = "open";
/// Where peers come in by their key.
inline constexpr const char* kKeyDoor = "keys";
/// The User-Id of who came in at the open door; of the others it is their public key, in
/// hexadecimal.
inline constexpr const char* kLocalUser = "local";

/// What libzmq asks before it lets a connection in (ZAP 1.0, RFC 27).
struct ZapQuestion {
  std::string domain;
  std::string mechanism;  ///< `NULL`, `CURVE`
  std::string key;        ///< 32 bytes, with CURVE: proven to be the peer's
};

/// The User-Id of whoever asks to come in; none: not at all. The key of a join token comes in even
/// when it is not valid any more, since it can do nothing but be told so. Pure.
std::optional<std::string> user_behind(const ZapQuestion& question, const KnownKeys& keys);

/// Answers libzmq's questions about the connections of one context. To be opened before anything
/// in the context listens. Used by the shell's thread; never blocks.
class ZapDoor {
 public:
  static Result<ZapDoor> open(zmq::context_t& context);

  /// Answers what waits, at most a bounded number of questions.
  void answer(const KnownKeys& keys);
  /// For zmq::poll.
  [[nodiscard]] void* handle() { return socket_.handle(); }
  /// Connections that were not let in.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  explicit ZapDoor(zmq::socket_t socket) : socket_(std::move(socket)) {}

  zmq::socket_t socket_;
  std::uint64_t refused_ = 0;
};

}  // namespace headway
