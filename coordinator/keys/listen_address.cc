#include "coordinator/keys/listen_address.h"

#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/host_port.h"
#include "common/base/text.h"

namespace headway {

namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kIpc = "ipc://";

/// The first IPv4 address of an interface that is up and not loopback; empty: there is none.
std::string own_address() {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  std::string found;
  for (const ifaddrs* each = all; each != nullptr && found.empty(); each = each->ifa_next) {
    const bool usable = each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET &&
                        (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0;
    if (!usable) continue;
    std::array<char, NI_MAXHOST> host{};
    if (::getnameinfo(each->ifa_addr, sizeof(sockaddr_in), host.data(), host.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      found = host.data();
  }
  ::freeifaddrs(all);
  return found;
}

std::string own_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "HOST";
}

bool is_everywhere(const std::string& host) {
  return host == "*" || host == "0.0.0.0" || host == "[::]";
}

/// `HOST:PORT` of an endpoint of tcp: what is advertised, and where that leaves the host open of
/// one that listens everywhere, what `everywhere` (-> string) calls it.
template <class Everywhere>
std::string host_and_port(std::string_view endpoint, const std::optional<HostPort>& advertised,
                          const Everywhere& everywhere) {
  if (endpoint.starts_with(kTcp)) endpoint.remove_prefix(kTcp.size());
  const std::size_t colon = endpoint.rfind(':');
  std::string host(endpoint.substr(0, colon));
  const std::string port(colon == std::string_view::npos ? std::string_view{}
                                                         : endpoint.substr(colon));
  if (advertised) {
    return advertised->host + (advertised->port ? fmt::format(":{}", *advertised->port) : port);
  }
  if (is_everywhere(host)) host = everywhere();
  return host + port;
}

}  // namespace

Result<std::string> listen_endpoint(std::string_view option, const std::string& address) {
  if (address.starts_with(kIpc) && address.size() > kIpc.size()) return address;
  const std::string place = address.starts_with(kTcp) ? address.substr(kTcp.size()) : address;
  std::string plain = place;
  if (plain.starts_with("*:")) plain.replace(0, 1, "0.0.0.0");
  if (plain.ends_with(":*")) plain.back() = '0';
  const std::optional<HostPort> read = parse_host_port(plain, 0);
  if (read && read->port) return std::string(kTcp) + place;
  return Error{ErrorKind::kUsage,
               fmt::format("{}: `{}` is no address to listen on: write tcp://HOST:PORT with a port "
                           "from 0 to 65535, or ipc://PATH",
                           option, printable(address))};
}

bool is_local_endpoint(std::string_view endpoint) {
  constexpr std::uint32_t kLoopbackNet = 127;
  if (endpoint.starts_with(kIpc)) return true;
  if (!endpoint.starts_with(kTcp)) return false;
  std::string host(endpoint.substr(kTcp.size()));
  host = host.substr(0, host.rfind(':'));
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1)
    return ntohl(four.s_addr) >> 24U == kLoopbackNet;
  in6_addr six{};
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

Result<HostPort> parse_advertised(const std::string& address) {
  if (std::optional<HostPort> place = parse_host_port(address)) return *std::move(place);
  return Error{ErrorKind::kUsage,
               fmt::format("--advertise: `{}` is no place to reach a coordinator at: write HOST or "
                           "HOST:PORT (1 to 65535), an IPv6 address before a port in brackets",
                           printable(address))};
}

std::string reachable_address(std::string_view endpoint,
                              const std::optional<HostPort>& advertised) {
  return host_and_port(endpoint, advertised, [] {
    const std::string own = own_address();
    return own.empty() ? own_name() : own;
  });
}

std::string connect_address(std::string_view endpoint, const std::optional<HostPort>& advertised) {
  if (!endpoint.starts_with(kTcp)) return std::string(endpoint);
  return host_and_port(endpoint, is_local_endpoint(endpoint) ? std::nullopt : advertised,
                       [] { return std::string("HOST"); });
}

}  // namespace headway
