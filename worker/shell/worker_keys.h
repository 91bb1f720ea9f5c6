#pragma once

#include <optional>
#include <string>

#include <zmq.hpp>

#include "common/base/result.h"
#include "common/keys/key_file.h"
#include "common/system/signals.h"
#include "common/wire/listener.h"
#include "common/wire/socket.h"
#include "worker/shell/options.h"
#include "worker/shell/worker_log.h"

namespace headway::worker {

/// The file in a worker's state directory with the key by which it is known.
std::string own_key_path(const std::string& state_folder);

/// The key that a worker comes with: that of --key, else the one in its state directory; none where
/// there is neither. kDenied where others can use the file; kUsage where it is not a worker's.
Result<std::optional<KeyFile>> find_own_key(const WorkerOptions& options,
                                            const std::string& state_folder);

/// Whether the worker has yet to join by the token that it was given: it has no key of its own, or
/// one that it came to by another token.
bool has_to_join(const WorkerOptions& options, const std::optional<KeyFile>& key);

/// What joining stands on; all of it outlives the call.
struct JoinParts {
  zmq::context_t& context;
  Signals& signals;
  WorkerLog& log;
};

/// Makes a key pair, has it registered by the token of `options` under `name`, and keeps it in the
/// state directory: there before it is registered, so that no answer which is lost costs anything.
/// Tries until the coordinator answers or a signal comes. kDenied, saying why, where it refuses.
Result<KeyFile> join_by_token(const JoinParts& parts, const WorkerOptions& options,
                              const std::string& name, const std::string& state_folder);

/// By what a connection to `endpoint` is made: none for `ipc`, which needs no key.
std::optional<Credentials> credentials_for(const std::string& endpoint,
                                           const std::optional<KeyFile>& key);

/// What a failed handshake means for a worker that has never been welcomed: kDenied, which ends it;
/// nothing where trying again may help.
Result<void> judge_failure(GreetingJudge& greetings, ConnectionLoss failure, bool with_key,
                           const std::string& endpoint);

}  // namespace headway::worker
