#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "common/base/result.h"

namespace headway {

/// Which connection a frame came over, as the socket numbers it: it changes with every reconnection
/// and says nothing about who the peer is.
using PeerId = std::string;

struct Incoming {
  PeerId peer;
  std::string frame;
};

/// What became of a frame. `kSent` only says that the library took it: every message that matters
/// is acknowledged by the peer's program.
enum class SendResult {
  kSent,
  kFull,  ///< the peer's queue is full: try again later or give the peer up
  kGone,  ///< there is no such connection any more
};

/// What became of a listening socket's connections.
struct Connections {
  std::uint64_t open = 0;
  std::uint64_t failed_handshakes =
      0;  ///< ended before they had begun: spoke otherwise, or nothing
};

/// The coordinator's side: one socket, many peers. Owned and used by one thread; never blocks.
class RouterSocket {
 public:
  /// Listens on `endpoint` (`tcp://ADDRESS:PORT` or `ipc://PATH`). An error says whether the
  /// address is in use.
  static Result<RouterSocket> bind(zmq::context_t& context, const std::string& endpoint);

  /// Listens on one more endpoint.
  Result<void> also_bind(const std::string& endpoint);

  /// The next frame, if there is one. Messages that are not of the form [peer, frame] are dropped
  /// and counted.
  std::optional<Incoming> receive();
  SendResult send(const PeerId& peer, std::string_view frame);

  /// For zmq::poll.
  [[nodiscard]] void* handle() { return socket_.handle(); }
  /// Where it really listens: a port 0 has become a number.
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
  /// As of the last `receive`.
  [[nodiscard]] const Connections& connections() const { return connections_; }

 private:
  RouterSocket(zmq::socket_t socket, zmq::socket_t events)
      : socket_(std::move(socket)), events_(std::move(events)) {}

  void note_connections();

  zmq::socket_t socket_;
  zmq::socket_t events_;  ///< what the library tells of its connections (zmq_socket_monitor(3))
  Connections connections_;
  std::uint64_t malformed_ = 0;
};

/// A worker's or client's side: one connection, which comes back by itself. Owned and used by one
/// thread; never blocks.
class DealerSocket {
 public:
  /// Begins to connect; succeeds though nobody listens yet.
  static Result<DealerSocket> connect(zmq::context_t& context, const std::string& endpoint);

  std::optional<std::string> receive();
  SendResult send(std::string_view frame);

  [[nodiscard]] void* handle() { return socket_.handle(); }

 private:
  explicit DealerSocket(zmq::socket_t socket) : socket_(std::move(socket)) {}

  zmq::socket_t socket_;
};

/// The longest path of an `ipc` endpoint (sockaddr_un holds 108 bytes with the final zero).
inline constexpr std::size_t kMaxIpcPath = 107;

}  // namespace headway
