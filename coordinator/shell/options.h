#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/host_port.h"
#include "common/base/result.h"
#include "common/base/time.h"
#include "coordinator/keys/key_store.h"

namespace headway {

/// How a coordinator was asked to be.
struct CoordinatorOptions {
  std::string state_dir = ".headway";
  /// Endpoints for workers, beside the socket in the state directory.
  std::vector<std::string> listen;
  std::vector<std::string> control;  ///< for clients, likewise
  /// Where `/metrics` is answered, as HOST:PORT; empty: nowhere.
  std::string metrics;
  bool metrics_asked_for = false;  ///< named by a person: it is an error where it cannot be had
  Duration lease = std::chrono::seconds{15};
  Duration heartbeat = std::chrono::seconds{2};
  std::string log_level = "info";
  std::string log_file;  ///< empty: standard error
  bool log_json = false;
  bool insecure = false;      ///< addresses beyond this machine ask for no key
  bool require_keys = false;  ///< tcp on loopback asks for one too
  /// What the join token that is made at the start is good for; none: none is made.
  std::optional<JoinLimits> join = JoinLimits{};
  /// By which others reach this one; none: at an address of its own, and the port it listens on.
  std::optional<HostPort> advertise;
  bool embedded = false;        ///< only the sockets in the state directory
  std::optional<int> lifeline;  ///< ends when this pipe's other end is closed
  std::optional<int> ready_fd;  ///< gets `ready` once it listens
  bool help = false;
  bool version = false;
};

/// Reads the command line; errors name the option and the nearest that exists.
Result<CoordinatorOptions> parse_coordinator_options(int argc, char** argv);
std::string coordinator_help();

}  // namespace headway
