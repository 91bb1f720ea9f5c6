#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::soak {

/// A port on loopback that is free now.
std::uint16_t free_port();

/// Carries the workers' connections to the coordinator, one listening port for each worker, so that
/// a link can be cut without rights over the network. What is held back arrives when the link is
/// healed, as TCP resends after a cut. One thread, which calls `turn`.
class Relay {
 public:
  using LinkId = std::size_t;

  /// To a port of `host`, an IPv4 address.
  explicit Relay(std::uint16_t port, const std::string& host = "127.0.0.1");

  LinkId add_link();
  [[nodiscard]] std::uint16_t port(LinkId link) const { return links_[link].port; }

  /// Ends all its connections with a reset.
  void reset(LinkId link);
  /// Lets nothing pass in these directions until `heal`, new connections included. `up`: to the
  /// coordinator.
  void hold(LinkId link, bool up, bool down);
  /// What comes from now on arrives so much later.
  void delay(LinkId link, Duration by);
  void heal(LinkId link);
  [[nodiscard]] bool is_well(LinkId link) const;

  /// Moves bytes for at most so long; returns sooner when something moved.
  void turn(Duration most);

 private:
  struct Chunk {
    Instant due;
    std::string bytes;
  };
  /// One direction of a connection.
  struct Flow {
    std::deque<Chunk> chunks;
    std::size_t waiting = 0;  ///< bytes in `chunks`
    bool ended = false;       ///< its source has closed
  };
  struct Connection {
    UniqueFd worker;
    UniqueFd coordinator;
    Flow up;
    Flow down;
    bool broken = false;
  };
  struct Link {
    std::uint16_t port = 0;
    UniqueFd listener;
    bool hold_up = false;
    bool hold_down = false;
    Duration delay{};
    std::vector<std::unique_ptr<Connection>> connections;
  };

  void accept(Link& link) const;
  static void take_in(const Link& link, Connection& connection, int fd, Flow& flow);
  static void pass_on(Connection& connection, int fd, Flow& flow, bool held, Instant now);

  sockaddr_in target_;
  std::deque<Link> links_;
};

}  // namespace headway::soak
