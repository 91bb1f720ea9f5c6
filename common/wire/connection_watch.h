#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <zmq.hpp>

namespace headway {

/// How a connection was lost.
enum class ConnectionLoss : std::uint8_t {
  // Before the first message:
  kCutShort,  ///< the other side went away, took too long, or could not read what it got
  kProtocol,  ///< it does not speak ZMTP, or asks for keys where this side has none, or the reverse
  kNotKnown,  ///< it was asked who may come in, and said no
  kNotTaken,  ///< a connection was not taken in: no descriptor is free, or it is another user's
  // At any time:
  kEnded,  ///< it is over, whoever ended it: too large a frame does. Comes after kCutShort,
           ///< kProtocol and kNotKnown as well.
};

/// What a watch tells: how handshakes fail; or, where it is attached to a socket that listens, also
/// how many connections there are, and their ends.
enum class Watched { kHandshakes, kEverything };

/// What became of a socket's connections so far. Only kEverything counts those open and ended.
struct Connections {
  std::uint64_t open = 0;               ///< taken, and not over yet
  std::uint64_t ended = 0;              ///< for whatever reason
  std::uint64_t failed_handshakes = 0;  ///< over before they had begun: spoke otherwise, or nothing
};

/// Tells how connections of one socket are lost (zmq_socket_monitor(3)). To be attached before the
/// socket listens or connects, and to end before it. Used by the socket's thread; never blocks.
///
/// Attached to a socket that listens it has to be read often: libzmq's own thread waits when more
/// than kUnread events are unread.
class ConnectionWatch {
 public:
  static constexpr int kUnread = 10'000;

  ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket, Watched watched);

  /// The next loss that was not told yet.
  std::optional<ConnectionLoss> next();
  /// As of the last `next`.
  [[nodiscard]] const Connections& connections() const { return connections_; }
  /// For zmq::poll.
  [[nodiscard]] void* handle() { return events_.handle(); }

 private:
  struct Event {
    std::uint16_t number = 0;
    std::string address;
  };
  std::optional<Event> next_event();

  Watched watched_;
  zmq::socket_t events_;
  Connections connections_;
};

}  // namespace headway
