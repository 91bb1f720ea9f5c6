#include "coordinator/cli/coordinator_place.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/keys/key_file.h"
#include "coordinator/cli/lasting_answers.h"
#include "coordinator/cli/registry_answers.h"
#include "coordinator/core/spoken.h"

namespace headway::cli {

namespace {

constexpr std::string_view kControlPort = "7421";
constexpr std::string_view kIpc = "ipc://";

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

std::string in_folder(const std::string& path, const std::string& folder) {
  return path.starts_with('/') ? path : folder + "/" + path;
}

Result<CoordinatorPlace> at_address(const std::string& address) {
  Result<std::string> endpoint = control_endpoint(address);
  if (!endpoint) return endpoint.error();
  CoordinatorPlace place;
  place.endpoint = *endpoint;
  place.named = true;
  // What listens on another machine only an answer can show.
  place.alive = !endpoint->starts_with(kIpc) || socket_is_alive(endpoint->substr(kIpc.size()));
  return place;
}

Result<CoordinatorPlace> in_state_folder(const std::string& folder) {
  CoordinatorPlace place;
  place.state_folder = folder;
  if (!exists(folder)) return place;
  Result<StatePaths> paths = find_state_paths(folder);
  if (!paths) return paths.error();
  place.endpoint = paths->control_endpoint();
  place.alive = socket_is_alive(paths->control_socket);
  place.state = std::move(*paths);
  return place;
}

/// Whether a socket file, or a folder on the way to it, says that this user may not enter.
bool is_closed_to_us(const std::string& socket) {
  return ::faccessat(AT_FDCWD, socket.c_str(), R_OK | W_OK, AT_EACCESS) != 0 && errno == EACCES;
}

Error nobody(const CoordinatorPlace& place) {
  if (place.named && place.endpoint.starts_with(kIpc) &&
      is_closed_to_us(place.endpoint.substr(kIpc.size()))) {
    return {ErrorKind::kDenied,
            fmt::format("not allowed: the socket at {} is not open to this user; a coordinator "
                        "lets in its own user and root alone there, and others by tcp, with a key",
                        place.endpoint)};
  }
  if (place.named) {
    return {ErrorKind::kUnreachable, fmt::format("no coordinator listens at {}", place.endpoint)};
  }
  if (place.state) {
    return {ErrorKind::kUnreachable,
            fmt::format(
                "no coordinator is alive in {}; `headway resume` goes on with an unfinished run, "
                "`headway run PLAN` starts one",
                place.state->folder)};
  }
  return {
      ErrorKind::kUnreachable,
      fmt::format(
          "no coordinator is known here: neither --connect nor HEADWAY_COORDINATOR names one, and "
          "{} does not exist",
          place.state_folder)};
}

}  // namespace

Result<std::string> control_endpoint(const std::string& address) {
  const Error wrong{ErrorKind::kUsage,
                    fmt::format("`{}` is not an address of a coordinator: write HOST, HOST:PORT, "
                                "tcp://HOST:PORT or ipc://PATH",
                                printable(address))};
  if (address.find_first_of(" \t\r\n") != std::string::npos) return wrong;
  if (address.starts_with(kIpc)) {
    return address.size() > kIpc.size() ? Result<std::string>(address) : Result<std::string>(wrong);
  }
  std::string host = address;
  if (host.starts_with("tcp://")) host = host.substr(6);
  if (host.empty() || host.find('/') != std::string::npos) return wrong;
  std::string port{kControlPort};
  // The last colon parts the port, but those within an IPv6 address do not: [::1]:7421.
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
    if (bracket == std::string::npos && host.find(':') != colon) return wrong;
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.empty() || !parse_number("a port", port, 1, 65535)) return wrong;
  return fmt::format("tcp://{}:{}", host, port);
}

std::string options_to_find(const CoordinatorPlace& place, const Arguments& arguments,
                            const Environment& environment) {
  if (!place.named) {
    if (!arguments.has("state-dir")) return {};
    return " --state-dir " + shell_word(environment.seen_from_here(place.state_folder));
  }
  std::string options = " --connect " + shell_word(place.endpoint);
  if (!place.key_file.empty() && !place.endpoint.starts_with(kIpc)) {
    options += " --key " + shell_word(environment.seen_from_here(place.key_file));
  }
  return options;
}

std::string state_folder_meant(const Arguments& arguments, const Environment& environment) {
  if (const std::optional<std::string> folder = arguments.value("state-dir")) {
    return in_folder(*folder, environment.folder);
  }
  if (!environment.config.state_dir.empty()) return environment.config.state_dir;
  const std::string nearest = nearest_state_folder(environment.folder);
  return nearest.empty() ? environment.folder + "/" + kStateFolderName : nearest;
}

Result<CoordinatorPlace> find_coordinator(const Arguments& arguments,
                                          const Environment& environment) {
  const std::optional<std::string> address = arguments.value("connect");
  const bool folder = arguments.has("state-dir");
  if (address && folder) {
    return Error{ErrorKind::kUsage,
                 "--connect and --state-dir name two coordinators: give one of them"};
  }
  const std::string& configured = environment.config.connect;
  Result<CoordinatorPlace> place =
      address ? at_address(*address)
      : !folder && !configured.empty()
          ? at_address(configured)
          : in_state_folder(state_folder_meant(arguments, environment));
  if (!place) return place;
  const std::optional<std::string> key = arguments.value("key");
  place->key_file = key ? in_folder(*key, environment.folder) : environment.config.key;
  return place;
}

Result<std::optional<Credentials>> credentials_at(const CoordinatorPlace& place) {
  if (place.key_file.empty() || place.endpoint.starts_with(kIpc))
    return std::optional<Credentials>{};
  const Result<KeyFile> key = read_key_file(place.key_file);
  if (!key) return key.error();
  if (key->role == KeyRole::kCoordinator) {
    return Error{ErrorKind::kDenied, fmt::format("not allowed: {} is a coordinator's own key",
                                                 printable(place.key_file))};
  }
  return std::optional<Credentials>({key->keys, key->coordinator});
}

Result<std::unique_ptr<ControlClient>> connect_to_coordinator(const CoordinatorPlace& place,
                                                              const Environment& environment) {
  if (!place.alive) return nobody(place);
  const Result<std::optional<Credentials>> credentials = credentials_at(place);
  if (!credentials) return credentials.error();
  return ControlClient::connect(place.endpoint, environment.interrupts, {}, *credentials);
}

Result<std::unique_ptr<ControlClient>> connect_to_coordinator(const Arguments& arguments,
                                                              const Environment& environment) {
  Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return place.error();
  return connect_to_coordinator(*place, environment);
}

Result<std::unique_ptr<Answers>> open_answers(const Arguments& arguments,
                                              const Environment& environment) {
  Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return place.error();
  if (!place->alive && place->state && exists(place->state->registry)) {
    return open_registry_answers(*place->state);
  }
  Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment);
  if (!client) return client.error();
  return std::unique_ptr<Answers>(
      std::make_unique<LastingAnswers>(std::move(client).value(), place->state));
}

}  // namespace headway::cli
