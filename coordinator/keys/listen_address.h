#pragma once

#include <string>
#include <string_view>

namespace headway {

/// `ADDRESS:PORT` as an endpoint of ZeroMQ: with `tcp://` before it where no transport is named.
std::string listen_endpoint(const std::string& address);

/// Whether only programs of this machine reach an endpoint: `ipc`, and tcp on 127.0.0.0/8, [::1] or
/// `localhost`. Names of hosts and of interfaces may be anything, and are not.
bool is_local_endpoint(std::string_view endpoint);

/// `HOST:PORT` by which other machines reach an endpoint of tcp that is listened on. Where it
/// listens everywhere, `advertise`, else the first address of this machine that is not loopback,
/// else its name; `advertise` goes before an address that was named as well.
std::string reachable_address(std::string_view endpoint, const std::string& advertise);

/// What `headway-worker --connect` takes for an endpoint that is listened on, as it is said to
/// people: HOST stands for this machine where it listens everywhere, unless `advertise` names it.
std::string connect_address(std::string_view endpoint, const std::string& advertise);

}  // namespace headway
