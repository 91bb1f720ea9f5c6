#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/keys/join_token.h"
#include "worker/process/containment.h"
#include "worker/shell/worker_log.h"

namespace headway::worker {

/// Slots of one worker at most; the coordinator refuses more.
inline constexpr std::uint32_t kMaxSlots = 1024;

/// What `headway-worker` was asked to be.
struct WorkerOptions {
  /// Where the coordinator may be, at least one place, as ZeroMQ writes it: `tcp://HOST:PORT` or
  /// `ipc://PATH`.
  std::vector<std::string> endpoints;
  bool endpoints_given = false;   ///< by an option or the environment; else it is the usual one
  std::optional<JoinToken> join;  ///< to be registered by, at the first endpoint
  std::string key_file;           ///< empty: the state directory's, where it has one
  std::string name;               ///< empty: the state directory's
  std::uint32_t slots = 1;
  std::vector<std::string> labels;
  std::vector<std::string> types;
  bool every_type = false;
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
  std::string root;          ///< absolute; empty: the root of each attempt's plan
  std::string state_dir;     ///< empty: under the user's state folder, by name
  std::string secrets_file;  ///< empty: none
  std::string health_file;   ///< empty: none
  ContainmentChoice containment = ContainmentChoice::kAuto;
  int lifeline = -1;  ///< a descriptor; -1: none
  LogOptions log;
};

/// A text for standard output instead of a worker: the help, or the version.
struct TextToPrint {
  std::string text;
};

/// Reads the command line; `environment` looks a variable up. Errors say what is wrong and what was
/// probably meant.
Result<std::variant<WorkerOptions, TextToPrint>> parse_options(
    const std::vector<std::string>& words, const std::map<std::string, std::string>& environment);

/// `tcp://HOST:PORT`, `HOST:PORT` or `ipc://PATH` as an endpoint of ZeroMQ.
Result<std::string> parse_address(const std::string& address);

/// `NAME=AMOUNT`: a number with up to three decimals, or a size (`memory=2GiB`).
Result<std::pair<std::string, std::int64_t>> parse_resource(const std::string& text);

}  // namespace headway::worker
