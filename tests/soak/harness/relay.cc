#include "tests/soak/harness/relay.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "common/base/check.h"
#include "common/system/clock.h"

namespace headway::soak {

namespace {

constexpr std::size_t kBlock = 65'536;
/// Beyond this a source is not read, and its own TCP holds it back.
constexpr std::size_t kMostWaiting = 1'000'000;
constexpr int kBacklog = 16;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

UniqueFd make_socket() {
  UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  HW_CHECK(static_cast<bool>(fd), "no socket");
  return fd;
}

std::uint16_t bind_free_port(int fd) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* general = reinterpret_cast<sockaddr*>(&address);
  HW_CHECK(::bind(fd, general, size) == 0 && ::getsockname(fd, general, &size) == 0,
           "no free port on loopback");
  return ntohs(address.sin_port);
}

/// Closing then sends a reset instead of an orderly end.
void make_abrupt(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

std::uint16_t free_port() { return bind_free_port(make_socket().get()); }

Relay::Relay(std::uint16_t port, const std::string& host) : target_(loopback(port)) {
  HW_CHECK(::inet_pton(AF_INET, host.c_str(), &target_.sin_addr) == 1, "no address: " + host);
}

Relay::LinkId Relay::add_link() {
  Link link;
  link.listener = make_socket();
  link.port = bind_free_port(link.listener.get());
  HW_CHECK(::listen(link.listener.get(), kBacklog) == 0, "the relay cannot listen");
  links_.push_back(std::move(link));
  return links_.size() - 1;
}

void Relay::reset(LinkId link) {
  for (const auto& connection : links_[link].connections) {
    make_abrupt(connection->worker.get());
    make_abrupt(connection->coordinator.get());
  }
  links_[link].connections.clear();
}

void Relay::hold(LinkId link, bool up, bool down) {
  links_[link].hold_up = up;
  links_[link].hold_down = down;
}

void Relay::delay(LinkId link, Duration by) { links_[link].delay = by; }

void Relay::heal(LinkId link) {
  links_[link].hold_up = links_[link].hold_down = false;
  links_[link].delay = {};
}

bool Relay::is_well(LinkId link) const {
  return !links_[link].hold_up && !links_[link].hold_down && links_[link].delay == Duration{};
}

void Relay::accept(Link& link) const {
  UniqueFd worker{::accept4(link.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!worker) return;
  UniqueFd coordinator = make_socket();
  const int connected =
      ::connect(coordinator.get(), reinterpret_cast<const sockaddr*>(&target_), sizeof target_);
  if (connected != 0 && errno != EINPROGRESS) return;  // refused: the worker's end closes as well
  send_at_once(worker.get());
  send_at_once(coordinator.get());
  auto connection = std::make_unique<Connection>();
  connection->worker = std::move(worker);
  connection->coordinator = std::move(coordinator);
  link.connections.push_back(std::move(connection));
}

void Relay::take_in(const Link& link, Connection& connection, int fd, Flow& flow) {
  std::string bytes(kBlock, '\0');
  const ssize_t got = ::read(fd, bytes.data(), bytes.size());
  if (got > 0) {
    bytes.resize(static_cast<std::size_t>(got));
    flow.waiting += bytes.size();
    flow.chunks.push_back({read_clocks().steady + link.delay, std::move(bytes)});
  } else if (got == 0) {
    flow.ended = true;
  } else if (errno != EAGAIN && errno != EINTR) {
    connection.broken = true;
  }
}

void Relay::pass_on(Connection& connection, int fd, Flow& flow, bool held, Instant now) {
  while (!held && !flow.chunks.empty() && flow.chunks.front().due <= now) {
    std::string& bytes = flow.chunks.front().bytes;
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR && errno != ENOTCONN) connection.broken = true;
      return;
    }
    flow.waiting -= static_cast<std::size_t>(sent);
    bytes.erase(0, static_cast<std::size_t>(sent));
    if (!bytes.empty()) return;
    flow.chunks.pop_front();
  }
  // An end is held back as bytes are.
  if (!held && flow.ended && flow.chunks.empty()) connection.broken = true;
}

void Relay::turn(Duration most) {
  std::vector<pollfd> polled;
  std::vector<std::pair<Link*, Connection*>> owners;
  bool moving = false;
  const auto watch = [&](Link& link, Connection* connection, int fd, bool reads, bool writes) {
    const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    if (events == 0) return;  // a closed end would otherwise be reported for ever
    polled.push_back({fd, static_cast<short>(events), 0});
    owners.emplace_back(&link, connection);
  };
  for (Link& link : links_) {
    watch(link, nullptr, link.listener.get(), true, false);
    for (const auto& connection : link.connections) {
      Flow& up = connection->up;
      Flow& down = connection->down;
      moving = moving || link.delay > Duration{};
      watch(link, connection.get(), connection->worker.get(),
            !up.ended && up.waiting < kMostWaiting && !link.hold_up,
            !down.chunks.empty() && !link.hold_down && link.delay == Duration{});
      watch(link, connection.get(), connection->coordinator.get(),
            !down.ended && down.waiting < kMostWaiting && !link.hold_down,
            !up.chunks.empty() && !link.hold_up && link.delay == Duration{});
    }
  }
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  ::poll(polled.data(), polled.size(),
         static_cast<int>(moving ? std::min<long>(millis, 2) : millis));
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    const auto [link, connection] = owners[i];
    if (connection == nullptr) {
      accept(*link);
    } else if (polled[i].fd == connection->worker.get()) {
      take_in(*link, *connection, polled[i].fd, connection->up);
    } else {
      take_in(*link, *connection, polled[i].fd, connection->down);
    }
  }
  const Instant now = read_clocks().steady;
  for (Link& link : links_) {
    for (const auto& connection : link.connections) {
      pass_on(*connection, connection->coordinator.get(), connection->up, link.hold_up, now);
      pass_on(*connection, connection->worker.get(), connection->down, link.hold_down, now);
    }
    std::erase_if(link.connections, [](const auto& connection) { return connection->broken; });
  }
}

}  // namespace headway::soak
