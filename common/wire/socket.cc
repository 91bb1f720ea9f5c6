#include "common/wire/socket.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "common/wire/codec.h"

namespace headway {

namespace {

/// Frames queued for one peer before it counts as full.
constexpr int kSendQueue = 10'000;
/// Frames taken from the network before the kernel's buffers fill up and peers have to wait.
constexpr int kReceiveQueue = 10'000;
/// A connection that does not finish its greeting within this is dropped.
constexpr int kHandshakeMillis = 5'000;
/// How long a closing socket tries to hand over what it still holds.
constexpr int kLingerMillis = 500;
/// First and longest pause between two tries to connect; libzmq adds a random part to the first.
constexpr int kReconnectMillis = 100;
constexpr int kReconnectMaxMillis = 2'000;

/// A try to connect that nobody answers is given up after this and made anew. The kernel alone
/// would send its first packet again after 1, 2, 4 and 8 seconds: when a cut network is healed, a
/// lease could end before the next of them.
constexpr int kConnectMillis = 2'000;
/// A silent connection is probed after so long, then so often, so far apart: a peer whose
/// machine is gone does not keep its descriptor for ever, and a router on the way its memory.
constexpr int kProbeAfterSeconds = 30;
constexpr int kProbes = 3;
constexpr int kProbeGapSeconds = 10;

void set_common(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(kMaxFrameBytes));
  socket.set(zmq::sockopt::sndhwm, kSendQueue);
  socket.set(zmq::sockopt::rcvhwm, kReceiveQueue);
  socket.set(zmq::sockopt::linger, kLingerMillis);
  socket.set(zmq::sockopt::handshake_ivl, kHandshakeMillis);
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, kProbeAfterSeconds);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, kProbes);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, kProbeGapSeconds);
  socket.set(zmq::sockopt::ipv6, true);
}

Error endpoint_error(const std::string& what, const std::string& endpoint,
                     const zmq::error_t& failure) {
  if (failure.num() == EADDRINUSE) {
    return {ErrorKind::kInUse,
            what + " " + endpoint + ": the address is in use; is another coordinator running?"};
  }
  return {ErrorKind::kFailed, what + " " + endpoint + ": " + failure.what()};
}

Result<void> check_ipc_length(const std::string& endpoint) {
  constexpr std::string_view kScheme = "ipc://";
  if (endpoint.starts_with(kScheme) && endpoint.size() - kScheme.size() > kMaxIpcPath) {
    return Error{ErrorKind::kUsage, "the socket's path has more than " +
                                        std::to_string(kMaxIpcPath) +
                                        " bytes, which is the most the system takes: " + endpoint};
  }
  return {};
}

constexpr int kFailedHandshakes = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                  ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                  ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int kWatchedEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | kFailedHandshakes;

/// The socket that `watched` tells of its connections.
zmq::socket_t watch(zmq::context_t& context, zmq::socket_t& watched) {
  zmq::socket_t events(context, zmq::socket_type::pair);
  // The library's own thread would wait for room.
  events.set(zmq::sockopt::rcvhwm, 0);
  events.set(zmq::sockopt::linger, 0);
  const std::string place = fmt::format("inproc://connections-{}", fmt::ptr(watched.handle()));
  if (zmq_socket_monitor(watched.handle(), place.c_str(), kWatchedEvents) != 0) {
    throw zmq::error_t();
  }
  events.connect(place);
  return events;
}

}  // namespace

Result<RouterSocket> RouterSocket::bind(zmq::context_t& context, const std::string& endpoint) {
  try {
    zmq::socket_t socket(context, zmq::socket_type::router);
    zmq::socket_t events = watch(context, socket);
    RouterSocket router(std::move(socket), std::move(events));
    set_common(router.socket_);
    // Without it a frame for a peer that has gone is dropped in silence.
    router.socket_.set(zmq::sockopt::router_mandatory, true);
    const Result<void> bound = router.also_bind(endpoint);
    if (!bound) return bound.error();
    return router;
  } catch (const zmq::error_t& failure) {
    return endpoint_error("cannot listen on", endpoint, failure);
  }
}

Result<void> RouterSocket::also_bind(const std::string& endpoint) {
  Result<void> length = check_ipc_length(endpoint);
  if (!length) return length;
  try {
    socket_.bind(endpoint);
    return {};
  } catch (const zmq::error_t& failure) {
    return endpoint_error("cannot listen on", endpoint, failure);
  }
}

std::string RouterSocket::endpoint() const {
  std::string endpoint = socket_.get(zmq::sockopt::last_endpoint);
  // libzmq listens on IPv4 by way of IPv6, and says so; people asked for the address inside.
  constexpr std::string_view kMapped = "tcp://[::ffff:";
  const std::size_t end = endpoint.find(']');
  if (endpoint.starts_with(kMapped) && end != std::string::npos) {
    endpoint =
        "tcp://" + endpoint.substr(kMapped.size(), end - kMapped.size()) + endpoint.substr(end + 1);
  }
  return endpoint;
}

void RouterSocket::note_connections() {
  zmq::message_t event;
  while (events_.recv(event, zmq::recv_flags::dontwait)) {
    // 16 bits say what happened, 32 more which connection; a second part says where.
    std::uint16_t kind = 0;
    if (event.size() >= sizeof kind) std::memcpy(&kind, event.data(), sizeof kind);
    if (kind == ZMQ_EVENT_ACCEPTED) ++connections_.open;
    if (kind == ZMQ_EVENT_DISCONNECTED) --connections_.open;
    if ((kind & kFailedHandshakes) != 0) ++connections_.failed_handshakes;
    while (event.more() && events_.recv(event, zmq::recv_flags::dontwait)) continue;
  }
}

std::optional<Incoming> RouterSocket::receive() {
  note_connections();
  while (true) {
    zmq::message_t peer;
    if (!socket_.recv(peer, zmq::recv_flags::dontwait)) return std::nullopt;
    if (!peer.more()) {
      ++malformed_;
      continue;
    }
    zmq::message_t frame;
    if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
    if (!frame.more()) return Incoming{peer.to_string(), frame.to_string()};
    ++malformed_;
    while (frame.more()) {
      if (!socket_.recv(frame, zmq::recv_flags::dontwait)) break;
    }
  }
}

SendResult RouterSocket::send(const PeerId& peer, std::string_view frame) {
  try {
    zmq::message_t address(peer.data(), peer.size());
    if (!socket_.send(address, zmq::send_flags::sndmore | zmq::send_flags::dontwait)) {
      return SendResult::kFull;
    }
    zmq::message_t content(frame.data(), frame.size());
    return socket_.send(content, zmq::send_flags::dontwait) ? SendResult::kSent : SendResult::kFull;
  } catch (const zmq::error_t& failure) {
    if (failure.num() == EHOSTUNREACH) return SendResult::kGone;
    throw;
  }
}

Result<DealerSocket> DealerSocket::connect(zmq::context_t& context, const std::string& endpoint) {
  const Result<void> length = check_ipc_length(endpoint);
  if (!length) return length.error();
  try {
    DealerSocket dealer{zmq::socket_t(context, zmq::socket_type::dealer)};
    set_common(dealer.socket_);
    dealer.socket_.set(zmq::sockopt::reconnect_ivl, kReconnectMillis);
    dealer.socket_.set(zmq::sockopt::reconnect_ivl_max, kReconnectMaxMillis);
    dealer.socket_.set(zmq::sockopt::connect_timeout, kConnectMillis);
    // Nothing is queued for a peer that is not there: what waits to be sent is the core's to keep.
    dealer.socket_.set(zmq::sockopt::immediate, true);
    dealer.socket_.connect(endpoint);
    return dealer;
  } catch (const zmq::error_t& failure) {
    return endpoint_error("cannot connect to", endpoint, failure);
  }
}

std::optional<std::string> DealerSocket::receive() {
  zmq::message_t frame;
  if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
  if (!frame.more()) return frame.to_string();
  while (frame.more()) {
    if (!socket_.recv(frame, zmq::recv_flags::dontwait)) break;
  }
  return receive();
}

SendResult DealerSocket::send(std::string_view frame) {
  zmq::message_t content(frame.data(), frame.size());
  return socket_.send(content, zmq::send_flags::dontwait) ? SendResult::kSent : SendResult::kFull;
}

}  // namespace headway
