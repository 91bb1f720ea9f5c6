#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/world/stage.h"

namespace headway::sim {

/// The network between the coordinator and its workers, as ZeroMQ shows it: a connection keeps the
/// order of its messages, may break at any moment with what is on its way, and is made anew by
/// itself under another name; nothing is queued for a peer that is not there. What an old
/// connection still carried may arrive after a newer one has spoken.
class Network {
 public:
  struct Hooks {
    std::function<void(const std::string& peer, std::string frame)> to_coordinator;
    std::function<void(std::size_t machine, std::string frame)> to_worker;
    std::function<void(std::size_t machine)> connected;
  };
  Network(Stage& stage, std::size_t machines, Hooks hooks);

  // The worker's side: one socket at a time.
  void open_socket(std::size_t machine);
  void close_socket(std::size_t machine);
  void send_up(std::size_t machine, std::string frame);
  /// Whether something that a machine has sent may still arrive.
  [[nodiscard]] bool carries_words_of(std::size_t machine) const;

  // The coordinator's side.
  void set_listening(bool listening);  ///< off: it is down, or frozen
  /// Every connection breaks. Where `word_is_left`, what was sent before may arrive first.
  void coordinator_gone(bool word_is_left);
  void send_down(const std::string& peer, std::string frame);
  /// A frame from somebody who is not a worker of ours, on a connection of its own.
  void inject(const std::string& peer, std::string frame);

  // Faults
  void reset(std::size_t machine);
  void cut(std::size_t machine, bool up, bool down, Duration length);
  /// Answers are held up first; then nothing gets to the coordinator any more, for `length` beyond
  /// a lease, and meanwhile the answers arrive.
  void cut_askew(std::size_t machine, Duration length);
  void heal();

 private:
  struct Packet {
    Instant due{};
    std::string frame;
  };
  using Direction = std::deque<Packet>;
  struct Connection {
    std::size_t machine = 0;
    std::string peer;
    bool open = false;
    bool parting = false;  ///< broken at the coordinator's end; what it had sent still arrives
    Direction up, down;    ///< on their way, in order
  };
  struct Socket {
    std::uint64_t number = 0;  ///< 0: none
    std::optional<std::size_t> connection;
    Instant cut_up{}, cut_down{};  ///< until then nothing passes
  };
  void try_to_connect(std::size_t machine, std::uint64_t socket);
  void break_connection(std::size_t machine);
  void post(std::size_t connection, bool up, const std::string& frame);
  void arrivals(std::size_t connection, bool up);
  void watch(std::size_t connection, bool up, Instant when);
  [[nodiscard]] Duration transit();

  Stage& stage_;
  Hooks hooks_;
  Random random_;
  bool listening_ = false;
  std::uint64_t sockets_made_ = 0;
  std::vector<Socket> sockets_;
  std::vector<Connection> connections_;
  std::map<std::string, std::size_t> by_peer_;
};

}  // namespace headway::sim
