#include "tests/sim/world/network.h"

#include <algorithm>

namespace headway::sim {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

constexpr Duration kHandshake = 10ms;
/// A cut that follows at once when a connection was made.
constexpr Duration kLongestCut = 20s;
/// ZeroMQ tries again after this, and less and less often (common/wire/socket.cc).
constexpr Duration kReconnect = 100ms;
constexpr Duration kReconnectMost = 2s;
/// How long what was on its way when a connection broke may lie in a queue of the receiver.
constexpr Duration kLongestLie = 20s;

}  // namespace

Network::Network(Stage& stage, std::size_t machines, Hooks hooks)
    : stage_(stage), hooks_(std::move(hooks)), random_(stage.scenario.seed, "network") {
  sockets_.resize(machines);
}

Duration Network::transit() {
  const MessageRates& rates = stage_.scenario.messages;
  if (stage_.happens(Fault::kMessageLate, rates.late, random_)) return random_.up_to(1'500ms);
  return 20us + random_.up_to(random_.one_in(10) ? 20ms : 1ms);
}

void Network::open_socket(std::size_t machine) {
  close_socket(machine);
  sockets_[machine].number = ++sockets_made_;
  try_to_connect(machine, sockets_made_);
}

/// What it has sent is still handed over (the socket lingers); nothing comes back.
void Network::close_socket(std::size_t machine) {
  Socket& socket = sockets_[machine];
  socket.number = 0;
  socket.connection.reset();
}

void Network::try_to_connect(std::size_t machine, std::uint64_t number) {
  stage_.queue.after(random_.up_to(kHandshake), [this, machine, number] {
    Socket& socket = sockets_[machine];
    if (socket.number != number || socket.connection) return;
    const Instant now = stage_.queue.now();
    const Instant passable = std::max(socket.cut_up, socket.cut_down);
    if (!listening_ || passable > now) {
      const Duration pause = random_.between(kReconnect, kReconnectMost);
      stage_.queue.after(pause, [this, machine, number] { try_to_connect(machine, number); });
      return;
    }
    Connection made;
    made.machine = machine;
    made.peer = fmt::format("w{}#{}", machine, connections_.size());
    made.open = true;
    by_peer_[made.peer] = connections_.size();
    socket.connection = connections_.size();
    connections_.push_back(std::move(made));
    if (stage_.happens(Fault::kCutAskew, stage_.scenario.messages.flaps, random_)) {
      stage_.queue.after(random_.up_to(10ms), [this, machine] {
        if (!stage_.healed) cut_askew(machine, random_.up_to(kLongestCut));
      });
    }
    hooks_.connected(machine);
  });
}

void Network::break_connection(std::size_t machine) {
  Socket& socket = sockets_[machine];
  if (!socket.connection) return;
  Connection& broken = connections_[*socket.connection];
  broken.open = false;
  socket.connection.reset();
  const std::uint64_t number = socket.number;
  stage_.queue.after(random_.between(kReconnect, kReconnectMost),
                     [this, machine, number] { try_to_connect(machine, number); });
}

void Network::reset(std::size_t machine) {
  if (!sockets_[machine].connection) return;
  const std::size_t number = *sockets_[machine].connection;
  Connection& connection = connections_[number];
  connection.down.clear();
  // What was on its way is gone, or lies read and unseen at the other end for a while.
  if (random_.one_in(2)) connection.up.clear();
  const Instant found = stage_.queue.now() + random_.up_to(kLongestLie);
  for (Packet& packet : connection.up) packet.due = std::max(packet.due, found);
  if (!connection.up.empty()) watch(number, true, found);
  break_connection(machine);
}

void Network::cut(std::size_t machine, bool up, bool down, Duration length) {
  const Instant until = stage_.queue.now() + length;
  Socket& socket = sockets_[machine];
  if (up) socket.cut_up = std::max(socket.cut_up, until);
  if (down) socket.cut_down = std::max(socket.cut_down, until);
}

void Network::cut_askew(std::size_t machine, Duration length) {
  // Not so long that the worker, which hears nothing for three heartbeats, connects anew.
  const Duration beat = stage_.scenario.options.heartbeat;
  cut(machine, false, true, beat * 3 / 2 + random_.up_to(beat));
  const Duration outlasts_lease = stage_.scenario.options.lease + length;
  stage_.queue.after(random_.up_to(beat), [this, machine, outlasts_lease] {
    if (!stage_.healed) cut(machine, true, false, outlasts_lease);
  });
}

void Network::heal() {
  for (Socket& socket : sockets_) socket.cut_up = socket.cut_down = stage_.queue.now();
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    arrivals(i, true);
    arrivals(i, false);
  }
}

void Network::set_listening(bool listening) { listening_ = listening; }

void Network::coordinator_gone(bool word_is_left) {
  listening_ = false;
  for (Connection& connection : connections_) {
    connection.open = false;
    connection.up.clear();
  }
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    if (!sockets_[i].connection) continue;
    const std::size_t number = *sockets_[i].connection;
    Connection& connection = connections_[number];
    connection.parting = word_is_left && !connection.down.empty() && random_.one_in(2);
    const auto part = [this, i, number] {
      if (sockets_[i].connection != number) return;
      connections_[number].parting = false;
      connections_[number].down.clear();
      break_connection(i);
    };
    if (!connection.parting) {
      part();
    } else {
      stage_.queue.at(connection.down.back().due, part);
    }
  }
}

void Network::send_up(std::size_t machine, std::string frame) {
  const Socket& socket = sockets_[machine];
  if (!socket.connection || !connections_[*socket.connection].open) return;
  post(*socket.connection, true, frame);
}

bool Network::carries_words_of(std::size_t machine) const {
  return std::ranges::any_of(connections_, [machine](const Connection& connection) {
    return connection.machine == machine && !connection.up.empty();
  });
}

void Network::send_down(const std::string& peer, std::string frame) {
  const auto found = by_peer_.find(peer);
  if (found == by_peer_.end() || !connections_[found->second].open) return;
  post(found->second, false, frame);
}

void Network::inject(const std::string& peer, std::string frame) {
  if (listening_) hooks_.to_coordinator(peer, std::move(frame));
}

void Network::post(std::size_t number, bool up, const std::string& frame) {
  ++stage_.messages;
  const MessageRates& rates = stage_.scenario.messages;
  if (stage_.happens(Fault::kMessageLost, rates.lost, random_)) return;
  const int copies = stage_.happens(Fault::kMessageTwice, rates.twice, random_) ? 2 : 1;
  Connection& connection = connections_[number];
  Direction& direction = up ? connection.up : connection.down;
  for (int i = 0; i < copies; ++i) {
    Instant due = stage_.queue.now() + transit();
    if (!direction.empty()) due = std::max(due, direction.back().due);
    auto place = direction.end();
    if (stage_.happens(Fault::kMessageReordered, rates.reordered, random_)) {
      place -= static_cast<std::ptrdiff_t>(random_.below(direction.size() + 1));
    }
    direction.insert(place, {due, frame});
    watch(number, up, due);
  }
}

void Network::watch(std::size_t connection, bool up, Instant when) {
  stage_.queue.at(when,
                  [this, key = connection * 2 + (up ? 1 : 0)] { arrivals(key / 2, key % 2 == 1); });
}

void Network::arrivals(std::size_t number, bool up) {
  while (true) {
    // Anew each time: whoever is told may open further connections.
    Connection& connection = connections_[number];
    Direction& direction = up ? connection.up : connection.down;
    if (direction.empty() || direction.front().due > stage_.queue.now()) return;
    const Socket& socket = sockets_[connection.machine];
    const Instant passable = up ? socket.cut_up : socket.cut_down;
    // Held by whoever sends, until the other end is heard again.
    if (passable > stage_.queue.now()) return watch(number, up, passable);
    const std::string frame = std::move(direction.front().frame);
    direction.pop_front();
    if (up) {
      hooks_.to_coordinator(connection.peer, frame);
    } else if ((connection.open || connection.parting) && socket.connection == number) {
      hooks_.to_worker(connection.machine, frame);
    }
  }
}

}  // namespace headway::sim
