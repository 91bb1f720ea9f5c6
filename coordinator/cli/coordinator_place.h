#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/system/state_paths.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/control_client.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// Where a command looks for its coordinator.
struct CoordinatorPlace {
  std::string endpoint;             ///< empty: there is no place to look
  std::optional<StatePaths> state;  ///< where it is a state directory that exists
  std::string state_folder;         ///< the state directory that is meant, whether it exists or not
  std::string key_file;             ///< of the key to come in by over tcp; empty: without one
  bool named = false;               ///< by an address: then no state directory is looked at
  bool alive = false;  ///< somebody listens there; of an address of another machine not known: true

  [[nodiscard]] bool is_state_folder() const { return !named; }
};

/// `--connect`, else the configured address (HEADWAY_COORDINATOR), else the state directory:
/// `--state-dir`, else the configured one (HEADWAY_STATE_DIR), else the nearest `.headway` in this
/// folder or above it, else `.headway` in this folder. An option wins over everything configured:
/// `--state-dir` over a configured address too.
Result<CoordinatorPlace> find_coordinator(const Arguments& arguments,
                                          const Environment& environment);

/// The options by which another command, typed here, finds this place: ` --connect ADDRESS --key
/// FILE` as a shell takes it; empty where it would find it without. `arguments`: by which it was
/// found.
std::string options_to_find(const CoordinatorPlace& place, const Arguments& arguments,
                            const Environment& environment);

/// The state directory that is meant where no address is: whether it exists or not.
std::string state_folder_meant(const Arguments& arguments, const Environment& environment);

/// By what a command comes in there: the key of its file, over tcp. kDenied where others can use
/// the file.
Result<std::optional<Credentials>> credentials_at(const CoordinatorPlace& place);

/// An endpoint of an address as people write it: `host`, `host:port`, `[::1]:7421`, `tcp://...`,
/// `ipc://PATH`. Without a port, 7421.
Result<std::string> control_endpoint(const std::string& address);

/// The coordinator that is meant; kUnreachable where none is alive, saying where it was looked for.
Result<std::unique_ptr<ControlClient>> connect_to_coordinator(const CoordinatorPlace& place,
                                                              const Environment& environment);
Result<std::unique_ptr<ControlClient>> connect_to_coordinator(const Arguments& arguments,
                                                              const Environment& environment);

/// Who answers a verb that only reads: the coordinator, or the registry where none is alive.
Result<std::unique_ptr<Answers>> open_answers(const Arguments& arguments,
                                              const Environment& environment);

}  // namespace headway::cli
