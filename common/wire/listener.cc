#include "common/wire/listener.h"

#include <array>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "common/system/clock.h"
#include "common/system/state_paths.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kIpc = "ipc://";
constexpr std::size_t kGreetingBytes = 64;
constexpr std::size_t kMechanismAt = 12;
constexpr std::size_t kMechanismBytes = 20;
/// Greetings cut short in a row before it is asked who does so.
constexpr int kCutShortBeforeAsking = 5;
constexpr Duration kMostForAnAnswer = std::chrono::milliseconds{300};

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses addresses_of(const std::string& endpoint) {
  const std::string place = endpoint.substr(kTcp.size());
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos) return {nullptr, &::freeaddrinfo};
  std::string host = place.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), place.substr(colon + 1).c_str(), &wanted, &found);
  return {failure == 0 ? found : nullptr, &::freeaddrinfo};
}

/// Waits until something can be read or written, or the moment has come.
bool wait_until_ready(int fd, short events, Instant until) {
  pollfd watched{fd, events, 0};
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - read_clocks().steady).count();
  return left > 0 && ::poll(&watched, 1, static_cast<int>(left)) == 1;
}

UniqueFd connected_to(const addrinfo& address, Instant until) {
  UniqueFd fd{::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) return {};
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS || !wait_until_ready(fd.get(), POLLOUT, until)) return {};
  int failure = 0;
  socklen_t size = sizeof(failure);
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
  return failure == 0 ? std::move(fd) : UniqueFd{};
}

std::string greeting(std::string_view mechanism) {
  std::string words("\xff\0\0\0\0\0\0\0\1\x7f\3\1", kMechanismAt);
  words += mechanism;
  words.resize(kGreetingBytes);
  return words;
}

/// Whether a greeting with this mechanism is answered by one with the same.
bool greets_with(const addrinfo& address, std::string_view mechanism, Instant until) {
  const UniqueFd fd = connected_to(address, until);
  const std::string said = greeting(mechanism);
  if (!fd || ::send(fd.get(), said.data(), said.size(), MSG_NOSIGNAL) !=
                 static_cast<ssize_t>(said.size())) {
    return false;
  }
  std::string heard;
  std::array<char, kGreetingBytes> block{};
  while (heard.size() < kMechanismAt + kMechanismBytes) {
    if (!wait_until_ready(fd.get(), POLLIN, until)) return false;
    const ssize_t got = ::recv(fd.get(), block.data(), block.size(), 0);
    if (got <= 0) return false;
    heard.append(block.data(), static_cast<std::size_t>(got));
  }
  return heard.compare(kMechanismAt, kMechanismBytes, said, kMechanismAt, kMechanismBytes) == 0;
}

}  // namespace

Listener who_listens(const std::string& endpoint, Duration most) {
  if (endpoint.starts_with(kIpc)) {
    const std::optional<uid_t> user = listening_user(endpoint.substr(kIpc.size()));
    if (!user) return Listener::kNobody;
    const uid_t self = ::geteuid();
    return self == 0 || self == *user ? Listener::kOpen : Listener::kAnothers;
  }
  if (!endpoint.starts_with(kTcp)) return Listener::kNobody;
  const Addresses addresses = addresses_of(endpoint);
  const auto any_greets_with = [&](std::string_view mechanism) {
    const Instant until = read_clocks().steady + most;
    for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
      if (greets_with(*each, mechanism, until)) return true;
    }
    return false;
  };
  if (any_greets_with("CURVE")) return Listener::kAsksForKeys;
  return any_greets_with("NULL") ? Listener::kOpen : Listener::kNobody;
}

bool GreetingJudge::is_stranger(ConnectionLoss loss, const std::string& endpoint, bool with_key) {
  if (loss == ConnectionLoss::kProtocol) return true;
  if (loss != ConnectionLoss::kCutShort || ++cut_short_ < kCutShortBeforeAsking) return false;
  cut_short_ = 0;
  switch (who_listens(endpoint, kMostForAnAnswer)) {
    case Listener::kNobody:
      asked_for_keys_ = false;
      return false;
    case Listener::kOpen:
      return with_key;
    case Listener::kAsksForKeys:
      // With a key the first time may be that it has just come back, and would let us in.
      return !with_key || std::exchange(asked_for_keys_, true);
    case Listener::kAnothers:
      return true;
  }
  return false;
}

}  // namespace headway
