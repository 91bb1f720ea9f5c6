#include "common/system/state_paths.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

/// sockaddr_un holds 108 bytes with the final zero.
constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr const char* kControlSocket = "/control.sock";
constexpr const char* kWorkerSocket = "/workers.sock";

/// A folder that others could write into would let them take a socket's place.
Result<void> check_own(const std::string& folder) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return Error{ErrorKind::kFailed, fmt::format("cannot look at {}: {}", printable(folder),
                                                 std::generic_category().message(errno))};
  }
  if (S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & 022U) == 0) {
    return {};
  }
  return Error{
      ErrorKind::kDenied,
      fmt::format("{} is not a directory that only you may write into, so that no socket is safe "
                  "in it: remove it, or use a state directory with a shorter path",
                  printable(folder))};
}

/// Folders for the sockets of a state directory with a long path, the first choice first.
std::vector<std::string> short_folders(const std::string& folder) {
  const std::string name = fmt::format("{:016x}", fingerprint(folder));
  std::vector<std::string> result;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && runtime[0] == '/' && ::access(runtime, W_OK) == 0) {
    std::string candidate = fmt::format("{}/headway/{}", runtime, name);
    if (candidate.size() + std::strlen(kControlSocket) <= kMaxSocketPath) {
      result.push_back(std::move(candidate));
    }
  }
  result.push_back(fmt::format("/tmp/headway-{}/{}", ::geteuid(), name));
  return result;
}

/// An attempt to reach who listens on a Unix socket. `alive`: somebody does.
struct SocketConnection {
  UniqueFd fd;
  bool alive = false;
};

SocketConnection connect_to_socket(const std::string& path) {
  if (path.size() > kMaxSocketPath) return {};
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  int status = 0;
  do {
    status = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  } while (status != 0 && errno == EINTR);
  // A full queue of connections is a listener that is busy.
  const bool alive = status == 0 || errno == EAGAIN || errno == EINPROGRESS;
  return {std::move(fd), alive};
}

/// Who listens at the other end; the process is 0 where it is not to be seen from here.
std::optional<ucred> listener_of(const SocketConnection& connection) {
  constexpr auto kNotConnected = static_cast<uid_t>(-1);
  ucred listener{};
  socklen_t size = sizeof(listener);
  const bool told = connection.alive && ::getsockopt(connection.fd.get(), SOL_SOCKET, SO_PEERCRED,
                                                     &listener, &size) == 0;
  return told && listener.uid != kNotConnected ? std::optional(listener) : std::nullopt;
}

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// The program that listens and the one that looks for it may see another XDG_RUNTIME_DIR: where a
/// socket is there already, it is that one.
Result<std::string> choose_socket_folder(const std::string& folder) {
  if (folder.size() + std::strlen(kControlSocket) <= kMaxSocketPath) return folder;
  const std::vector<std::string> candidates = short_folders(folder);
  const std::string* chosen = &candidates.front();
  for (const std::string& candidate : candidates) {
    if (::access((candidate + kControlSocket).c_str(), F_OK) == 0) {
      chosen = &candidate;
      break;
    }
  }
  for (const std::string& checked : {parent(*chosen), *chosen}) {
    if (Result<void> own = check_own(checked); !own) return own.error();
  }
  return *chosen;
}

}  // namespace

Result<StatePaths> find_state_paths(const std::string& folder) {
  Result<std::string> absolute = absolute_path(folder);
  if (!absolute) return absolute.error();
  struct stat status {};
  if (::stat(absolute->c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return Error{ErrorKind::kUsage,
                 printable(folder) + " cannot be a state directory: it is not a directory"};
  }
  StatePaths paths;
  paths.folder = *absolute;
  paths.registry = paths.folder + "/registry.db";
  paths.coordinator_log = paths.folder + "/coordinator.log";
  paths.worker_log = paths.folder + "/worker.log";
  paths.worker_folder = paths.folder + "/worker";
  paths.workers_folder = paths.folder + "/workers";
  Result<std::string> sockets = choose_socket_folder(paths.folder);
  if (!sockets) return sockets.error();
  paths.socket_folder = *sockets;
  paths.control_socket = paths.socket_folder + kControlSocket;
  paths.worker_socket = paths.socket_folder + kWorkerSocket;
  return paths;
}

Result<void> make_socket_folder(const StatePaths& paths) {
  if (paths.socket_folder == paths.folder) return {};
  if (Result<void> made = make_directories(paths.socket_folder); !made) return made;
  if (Result<void> own = check_own(parent(paths.socket_folder)); !own) return own;
  return check_own(paths.socket_folder);
}

std::string nearest_state_folder(const std::string& folder) {
  const Result<std::string> absolute = absolute_path(folder);
  if (!absolute) return {};
  for (std::string at = *absolute;; at = parent(at)) {
    std::string candidate = (at == "/" ? "" : at) + "/" + kStateFolderName;
    struct stat status {};
    // Anybody can leave a folder of that name in /tmp: only one's own counts.
    const uid_t user = ::geteuid();
    if (::stat(candidate.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
        (status.st_uid == user || user == 0)) {
      return candidate;
    }
    if (at.empty() || at == "/") return {};
  }
}

bool socket_is_alive(const std::string& path) { return connect_to_socket(path).alive; }

std::optional<uid_t> listening_user(const std::string& path) {
  const std::optional<ucred> listener = listener_of(connect_to_socket(path));
  return listener ? std::optional(listener->uid) : std::nullopt;
}

Result<UniqueFd> listening_process(const std::string& path) {
  const SocketConnection connection = connect_to_socket(path);
  const std::optional<ucred> listener = listener_of(connection);
  if (listener && listener->pid > 0) {
    UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, listener->pid, 0))};
    if (process) return process;
  }
  return Error{ErrorKind::kUnreachable,
               fmt::format("no process of this machine is seen to listen on {}", printable(path))};
}

}  // namespace headway
