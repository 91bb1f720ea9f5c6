#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "common/base/result.h"
#include "common/keys/curve_key.h"
#include "common/wire/connection_watch.h"

namespace headway {

/// Which connection a frame came over, as the socket numbers it: it changes with every reconnection
/// and says nothing about who the peer is.
using PeerId = std::string;

struct Incoming {
  PeerId peer;
  std::string frame;
  /// Whom the socket's door-keeper took the peer for (Door::domain): never what the peer says of
  /// itself. Empty where nobody was asked.
  std::string user;
};

/// How peers come in at an endpoint that is listened on.
struct Door {
  /// What whoever answers for the context (ZAP, RFC 27) is told of where they come in; it says who
  /// they are, or that they may not. Empty: nobody is asked, and peers may call themselves
  /// anything.
  std::string domain;
  /// Peers need CURVE, and meet the owner of this key; none: they come in without a key.
  std::optional<SecretKey> key;
};

/// By what a peer is let in, and knows that it is the right one that lets it in.
struct Credentials {
  KeyPair own;
  PublicKey other;  ///< of the one that listens
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// What became of a frame. `kSent` only says that the library took it: every message that matters
/// is acknowledged by the peer's program.
enum class SendResult {
  kSent,
  kFull,  ///< the peer's queue is full: try again later or give the peer up
  kGone,  ///< there is no such connection any more
};

/// The coordinator's side: one socket, many peers. Owned and used by one thread; never blocks.
class RouterSocket {
 public:
  /// Listens on `endpoint` (`tcp://ADDRESS:PORT` or `ipc://PATH`). An error says whether the
  /// address is in use. On `ipc` connections of other users than this one and root are not taken.
  static Result<RouterSocket> bind(zmq::context_t& context, const std::string& endpoint,
                                   const Door& door = {});

  /// Listens on one more endpoint, which may have another door.
  Result<void> also_bind(const std::string& endpoint, const Door& door = {});

  /// The next frame, if there is one. Messages that are not of the form [peer, frame] are dropped
  /// and counted.
  std::optional<Incoming> receive();
  SendResult send(const PeerId& peer, std::string_view frame);

  /// For zmq::poll.
  [[nodiscard]] void* handle() { return socket_.handle(); }
  /// Where it really listens: a port 0 has become a number.
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
  /// The next connection that was lost, if there is one.
  std::optional<ConnectionLoss> next_loss() { return watch_.next(); }
  /// For zmq::poll: readable when a connection was taken or lost.
  [[nodiscard]] void* loss_handle() { return watch_.handle(); }
  /// As of the last `next_loss`.
  [[nodiscard]] const Connections& connections() const { return watch_.connections(); }

 private:
  RouterSocket(zmq::context_t& context, zmq::socket_t socket)
      : socket_(std::move(socket)), watch_(context, socket_, Watched::kEverything) {}

  zmq::socket_t socket_;
  ConnectionWatch watch_;  // ends before the socket that it watches
  std::uint64_t malformed_ = 0;
};

/// A worker's or client's side: one connection, which comes back by itself. Owned and used by one
/// thread; never blocks.
class DealerSocket {
 public:
  /// Begins to connect; succeeds though nobody listens yet. With `credentials`, by CURVE.
  static Result<DealerSocket> connect(zmq::context_t& context, const std::string& endpoint,
                                      const std::optional<Credentials>& credentials = {});

  std::optional<std::string> receive();
  SendResult send(std::string_view frame);

  [[nodiscard]] void* handle() { return socket_.handle(); }
  /// How the last handshake failed, since this was last asked. After kNotKnown the socket does not
  /// connect again: another one has to be made.
  std::optional<ConnectionLoss> last_loss();
  /// For zmq::poll: readable when a handshake has failed.
  [[nodiscard]] void* loss_handle() { return watch_.handle(); }

 private:
  DealerSocket(zmq::context_t& context, zmq::socket_t socket)
      : socket_(std::move(socket)), watch_(context, socket_, Watched::kHandshakes) {}

  zmq::socket_t socket_;
  ConnectionWatch watch_;  // ends before the socket that it watches
};

/// The longest path of an `ipc` endpoint (sockaddr_un holds 108 bytes with the final zero).
inline constexpr std::size_t kMaxIpcPath = 107;

}  // namespace headway
