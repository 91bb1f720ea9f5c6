#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headway {

/// A place on a network, as people write it: `HOST`, `HOST:PORT`, `[::1]:PORT`, `::1`.
struct HostPort {
  std::string host;  ///< a name, an IPv4 address, or an IPv6 address in brackets
  std::optional<std::uint16_t> port;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// Reads `HOST[:PORT]`, with a port from `least_port` (0: the system may choose one). An IPv6
/// address stands in brackets; without a port it may also stand bare. Whether the host exists is
/// not asked. None: `text` is nothing of the kind.
std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t least_port = 1);

}  // namespace headway
