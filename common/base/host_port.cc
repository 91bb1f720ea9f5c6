#include "common/base/host_port.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace headway {

namespace {

constexpr std::string_view kLettersAndDigits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool consists_of(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return kLettersAndDigits.find(c) != std::string_view::npos ||
           marks.find(c) != std::string_view::npos;
  });
}

/// A name or an IPv4 address; an underscore stands in names of containers.
bool is_name(std::string_view host) {
  return !host.empty() && host.front() != '-' && consists_of(host, ".-_");
}

/// `fe80::1`, `::ffff:10.0.0.1`, or with a zone, `fe80::1%eth0` (RFC 4007, section 11).
bool is_ipv6(std::string_view host) {
  const std::size_t zone = host.find('%');
  if (zone != std::string_view::npos && !is_name(host.substr(zone + 1))) return false;
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(host.substr(0, zone)).c_str(), &address) == 1;
}

std::optional<std::uint16_t> read_port(std::string_view text, std::uint16_t least) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [next, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc{} || next != end || port < least) return std::nullopt;
  return port;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t least_port) {
  if (is_ipv6(text)) return HostPort{"[" + std::string(text) + "]", std::nullopt};
  const bool brackets = text.starts_with('[');
  const std::size_t host_end = brackets ? text.find(']') : text.find(':');
  if (brackets && host_end == std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(0, brackets ? host_end + 1 : host_end);
  const bool known = brackets ? is_ipv6(host.substr(1, host.size() - 2)) : is_name(host);
  if (!known) return std::nullopt;
  HostPort place{std::string(host), std::nullopt};
  const std::string_view rest = text.substr(host.size());
  if (rest.empty()) return place;
  if (rest.front() != ':') return std::nullopt;
  place.port = read_port(rest.substr(1), least_port);
  return place.port ? std::optional(place) : std::nullopt;
}

}  // namespace headway
