#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway {

/// What is where in a coordinator's state directory. Known to the coordinator, to the command that
/// looks for one, and to the command that starts one.
struct StatePaths {
  std::string folder;  ///< absolute
  std::string registry;
  std::string coordinator_log;
  std::string worker_log;      ///< of the embedded worker
  std::string worker_folder;   ///< the embedded worker's own state directory
  std::string workers_folder;  ///< state directories and logs of further local workers, by name
  /// Where the sockets are: the state directory, or a short folder of this user where its path is
  /// too long for a socket (107 bytes).
  std::string socket_folder;
  std::string control_socket;  ///< a path, without `ipc://`
  std::string worker_socket;

  [[nodiscard]] std::string control_endpoint() const { return "ipc://" + control_socket; }
  [[nodiscard]] std::string worker_endpoint() const { return "ipc://" + worker_socket; }
};

/// The name of a state directory in a project's folder.
inline constexpr const char* kStateFolderName = ".headway";

/// The paths of a state directory that exists. Makes nothing. Where sockets do not fit into it they
/// are in `$XDG_RUNTIME_DIR/headway/<fingerprint of the folder>`, else in
/// `/tmp/headway-<uid>/<fingerprint>`. Errors: no such directory; such a short folder exists and is
/// not this user's own.
Result<StatePaths> find_state_paths(const std::string& folder);

/// Makes the short folder for sockets, where one is used: mode 0700. Errors: it belongs to somebody
/// else, or others may write into it.
Result<void> make_socket_folder(const StatePaths& paths);

/// The nearest `.headway` directory of this user in `folder` or above it; empty where there is
/// none.
std::string nearest_state_folder(const std::string& folder);

/// Whether somebody listens on a Unix socket.
bool socket_is_alive(const std::string& path);

/// As whom somebody listens on a Unix socket; none: nobody does.
std::optional<uid_t> listening_user(const std::string& path);

/// The process that listens on a Unix socket, as a pidfd: it becomes readable when that process has
/// ended. Errors (kUnreachable): nobody listens; it is not to be seen from here, as across the
/// border of a container.
Result<UniqueFd> listening_process(const std::string& path);

}  // namespace headway
