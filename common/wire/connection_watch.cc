#include "common/wire/connection_watch.h"

#include <atomic>
#include <cstring>
#include <string>

namespace headway {

namespace {

constexpr int kFailedHandshakes = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                  ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                  ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int kHandshakeEvents = kFailedHandshakes | ZMQ_EVENT_ACCEPT_FAILED;
constexpr int kEveryEvent = kHandshakeEvents | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;

/// Two monitors of one process need two names.
std::string monitor_endpoint() {
  static std::atomic<std::uint64_t> number{0};
  return "inproc://connection-watch-" + std::to_string(number.fetch_add(1));
}

ConnectionLoss loss_of(std::uint16_t event) {
  if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) return ConnectionLoss::kNotKnown;
  if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) return ConnectionLoss::kProtocol;
  if (event == ZMQ_EVENT_ACCEPT_FAILED) return ConnectionLoss::kNotTaken;
  if (event == ZMQ_EVENT_DISCONNECTED) return ConnectionLoss::kEnded;
  return ConnectionLoss::kCutShort;
}

}  // namespace

ConnectionWatch::ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket, Watched watched)
    : events_(context, zmq::socket_type::pair) {
  const std::string endpoint = monitor_endpoint();
  const int events = watched == Watched::kEverything ? kEveryEvent : kHandshakeEvents;
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), events) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, kUnread);
  events_.connect(endpoint);
}

/// Two frames: the event's number (16 bits) and its value (32 bits), and the address.
std::optional<std::uint16_t> ConnectionWatch::next_event() {
  zmq::message_t event;
  if (!events_.recv(event, zmq::recv_flags::dontwait)) return std::nullopt;
  std::uint16_t number = 0;
  if (event.size() >= sizeof(number)) std::memcpy(&number, event.data(), sizeof(number));
  while (event.more()) {
    if (!events_.recv(event, zmq::recv_flags::dontwait)) break;
  }
  return number;
}

std::optional<ConnectionLoss> ConnectionWatch::next() {
  while (const std::optional<std::uint16_t> event = next_event()) {
    if (*event == ZMQ_EVENT_ACCEPTED) {
      ++connections_.open;
      continue;
    }
    if ((*event & kFailedHandshakes) != 0) ++connections_.failed_handshakes;
    if (*event == ZMQ_EVENT_DISCONNECTED) {
      --connections_.open;
      ++connections_.ended;
    }
    return loss_of(*event);
  }
  return std::nullopt;
}

}  // namespace headway
