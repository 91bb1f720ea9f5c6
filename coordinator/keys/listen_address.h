#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/host_port.h"
#include "common/base/result.h"

namespace headway {

/// Where `option` says to listen, as an endpoint of ZeroMQ: `tcp://HOST:PORT`, also written without
/// the `tcp://`, or `ipc://PATH`. HOST may be `*`, which is every address, and PORT 0 or `*`, which
/// the system chooses. kUsage, with what was given, where it is none of these: libzmq itself takes
/// any number for a port, and listens on another.
Result<std::string> listen_endpoint(std::string_view option, const std::string& address);

/// Whether only programs of this machine reach an endpoint: `ipc`, and tcp on 127.0.0.0/8, [::1] or
/// `localhost`. Names of hosts and of interfaces may be anything, and are not.
bool is_local_endpoint(std::string_view endpoint);

/// What a person gives as `--advertise`: `HOST` or `HOST:PORT`. kUsage, with what was given.
Result<HostPort> parse_advertised(const std::string& address);

/// `HOST:PORT` by which other machines reach an endpoint of tcp that is listened on. Where it
/// listens everywhere, the host that is advertised, else the first address of this machine that is
/// not loopback, else its name; what is advertised goes before an address that was named as well,
/// and its port before the one that is listened on: between the two may be another machine.
std::string reachable_address(std::string_view endpoint, const std::optional<HostPort>& advertised);

/// What `headway-worker --connect` takes for an endpoint that is listened on, as it is said to
/// people: HOST stands for this machine where it listens everywhere, unless it is advertised.
std::string connect_address(std::string_view endpoint, const std::optional<HostPort>& advertised);

}  // namespace headway
