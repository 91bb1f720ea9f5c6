#include "raw_connection.h"

#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/base/check.h"
#include "common/system/clock.h"

namespace headway::test {

RawConnection::RawConnection(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(port);
  HW_CHECK(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0,
           "nobody listens there");
}

bool RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawConnection::read_to_end(Duration most) const {
  const Instant until = steady_now() + most;
  std::string all;
  std::array<char, 65'536> piece{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_now());
    pollfd polled{socket_.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) <= 0) return all;
    const ssize_t got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (got <= 0) return all;
    all.append(piece.data(), static_cast<std::size_t>(got));
  }
}

bool RawConnection::closes(Duration most) const {
  const Instant until = steady_now() + most;
  static_cast<void>(read_to_end(most));
  return steady_now() < until;
}

}  // namespace headway::test
