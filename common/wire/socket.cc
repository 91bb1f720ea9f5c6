#include "common/wire/socket.h"

#include <cerrno>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

#include "common/wire/codec.h"

namespace headway {

namespace {

/// Frames queued for one peer before it counts as full.
constexpr int kSendQueue = 10'000;
/// Frames taken from one peer before the kernel's buffers fill up and it has to wait: of the
/// largest frames, 256 MiB.
constexpr int kReceiveQueue = 256;
/// Connections that the kernel keeps until they are taken, when many come at once.
constexpr int kBacklog = 1'024;
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
  // What libzmq calls ENODEV: it is no interface, and no resolver knows the name.
  if (failure.num() == ENODEV)
    return {ErrorKind::kFailed, what + " " + endpoint + ": unknown host"};
  return {ErrorKind::kFailed, what + " " + endpoint + ": " + failure.what()};
}

constexpr std::string_view kIpcScheme = "ipc://";

/// What the next endpoint that is listened on asks of its peers; endpoints before it keep theirs.
void set_door(zmq::socket_t& socket, const Door& door) {
  // Empty from the start; libzmq does not take it back.
  if (!door.domain.empty()) socket.set(zmq::sockopt::zap_domain, door.domain);
  socket.set(zmq::sockopt::curve_server, door.key.has_value());
  if (door.key) socket.set(zmq::sockopt::curve_secretkey, door.key->bytes());
}

/// Whose connections an `ipc` endpoint takes (SO_PEERCRED, unix(7)). libzmq tells nobody who the
/// peer of a message is, and so it has to be asked before the first.
void take_own_user_alone(zmq::socket_t& socket) {
  for (const uid_t user : {::geteuid(), uid_t{0}}) {
    if (zmq_setsockopt(socket.handle(), ZMQ_IPC_FILTER_UID, &user, sizeof(user)) != 0)
      throw zmq::error_t();
  }
}

/// The `User-Id` that ZAP gave the peer of a message; libzmq keeps it with each payload frame.
std::string user_of(zmq::message_t& frame) {
  const char* user = zmq_msg_gets(frame.handle(), "User-Id");
  return user == nullptr ? std::string() : std::string(user);
}

Result<void> check_ipc_length(const std::string& endpoint) {
  if (endpoint.starts_with(kIpcScheme) && endpoint.size() - kIpcScheme.size() > kMaxIpcPath) {
    return Error{ErrorKind::kUsage, "the socket's path has more than " +
                                        std::to_string(kMaxIpcPath) +
                                        " bytes, which is the most the system takes: " + endpoint};
  }
  return {};
}

}  // namespace

Result<RouterSocket> RouterSocket::bind(zmq::context_t& context, const std::string& endpoint,
                                        const Door& door) {
  try {
    RouterSocket router(context, zmq::socket_t(context, zmq::socket_type::router));
    set_common(router.socket_);
    router.socket_.set(zmq::sockopt::backlog, kBacklog);
    take_own_user_alone(router.socket_);
    // Without it a frame for a peer that has gone is dropped in silence.
    router.socket_.set(zmq::sockopt::router_mandatory, true);
    const Result<void> bound = router.also_bind(endpoint, door);
    if (!bound) return bound.error();
    return router;
  } catch (const zmq::error_t& failure) {
    return endpoint_error("cannot listen on", endpoint, failure);
  }
}

Result<void> RouterSocket::also_bind(const std::string& endpoint, const Door& door) {
  Result<void> length = check_ipc_length(endpoint);
  if (!length) return length;
  try {
    set_door(socket_, door);
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

std::optional<Incoming> RouterSocket::receive() {
  while (true) {
    zmq::message_t peer;
    if (!socket_.recv(peer, zmq::recv_flags::dontwait)) return std::nullopt;
    if (!peer.more()) {
      ++malformed_;
      continue;
    }
    zmq::message_t frame;
    if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
    if (!frame.more()) return Incoming{peer.to_string(), frame.to_string(), user_of(frame)};
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

Result<DealerSocket> DealerSocket::connect(zmq::context_t& context, const std::string& endpoint,
                                           const std::optional<Credentials>& credentials) {
  const Result<void> length = check_ipc_length(endpoint);
  if (!length) return length.error();
  try {
    DealerSocket dealer(context, zmq::socket_t(context, zmq::socket_type::dealer));
    set_common(dealer.socket_);
    dealer.socket_.set(zmq::sockopt::reconnect_ivl, kReconnectMillis);
    dealer.socket_.set(zmq::sockopt::reconnect_ivl_max, kReconnectMaxMillis);
    dealer.socket_.set(zmq::sockopt::connect_timeout, kConnectMillis);
    // Nothing is queued for a peer that is not there: what waits to be sent is the core's to keep.
    dealer.socket_.set(zmq::sockopt::immediate, true);
    if (credentials) {
      dealer.socket_.set(zmq::sockopt::curve_serverkey, credentials->other.bytes());
      dealer.socket_.set(zmq::sockopt::curve_publickey, credentials->own.open.bytes());
      dealer.socket_.set(zmq::sockopt::curve_secretkey, credentials->own.secret.bytes());
    }
    dealer.socket_.connect(endpoint);
    return dealer;
  } catch (const zmq::error_t& failure) {
    return endpoint_error("cannot connect to", endpoint, failure);
  }
}

std::optional<ConnectionLoss> DealerSocket::last_loss() {
  std::optional<ConnectionLoss> last;
  while (const std::optional<ConnectionLoss> next = watch_.next()) {
    // What says no is not forgotten for what came after it.
    if (last != ConnectionLoss::kNotKnown) last = next;
  }
  return last;
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
