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

/// Who wants to know whether somebody listens at a socket file connects and says nothing: only this
/// user's own programs come so far.
bool is_look(std::uint16_t event, const std::string& address) {
  return event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL && address.starts_with("ipc://");
}

}  // namespace

ConnectionWatch::ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket, Watched watched)
    : watched_(watched), events_(context, zmq::socket_type::pair) {
  const std::string endpoint = monitor_endpoint();
  const int events = watched == Watched::kEverything ? kEveryEvent : kHandshakeEvents;
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), events) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, kUnread);
  events_.connect(endpoint);
}

/// Two frames: the event's number (16 bits) and its value (32 bits), and the address.
std::optional<ConnectionWatch::Event> ConnectionWatch::next_event() {
  zmq::message_t frame;
  if (!events_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
  Event event;
  if (frame.size() >= sizeof(event.number)) {
    std::memcpy(&event.number, frame.data(), sizeof(event.number));
  }
  while (frame.more()) {
    if (!events_.recv(frame, zmq::recv_flags::dontwait)) break;
    event.address = frame.to_string();
  }
  return event;
}

std::optional<ConnectionLoss> ConnectionWatch::next() {
  while (const std::optional<Event> event = next_event()) {
    if (event->number == ZMQ_EVENT_ACCEPTED) {
      ++connections_.open;
      continue;
    }
    if (watched_ == Watched::kEverything && is_look(event->number, event->address)) continue;
    if ((event->number & kFailedHandshakes) != 0) ++connections_.failed_handshakes;
    if (event->number == ZMQ_EVENT_DISCONNECTED) {
      --connections_.open;
      ++connections_.ended;
    }
    return loss_of(event->number);
  }
  return std::nullopt;
}

}  // namespace headway
