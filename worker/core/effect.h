#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "common/base/ids.h"
#include "common/messages/worker_messages.h"
#include "worker/core/slot_messages.h"

/// Everything that a worker's core can want done. The shell does it, in this order.

namespace headway::worker {

/// Send a message. A send that finds no room is dropped: whatever matters is sent again.
struct SendMessage {
  FromWorker message;
  friend bool operator==(const SendMessage&, const SendMessage&) = default;
};

/// Tell a slot's supervisor.
struct CommandSlot {
  SlotCommand command;
  friend bool operator==(const CommandSlot&, const CommandSlot&) = default;
};

/// Keep bytes of an attempt's output until they are released.
struct SpoolAppend {
  Token token;
  std::uint64_t offset = 0;
  Bytes bytes;
  friend bool operator==(const SpoolAppend&, const SpoolAppend&) = default;
};
/// Read bytes back from the spool and send them as an `output` message.
struct SendOutput {
  std::uint64_t session = 0;
  Token token;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  ///< at most kMaxChunk (output_track.h)
  friend bool operator==(const SendOutput&, const SendOutput&) = default;
};
/// Everything before `offset` has arrived.
struct SpoolRelease {
  Token token;
  std::uint64_t offset = 0;
  friend bool operator==(const SpoolRelease&, const SpoolRelease&) = default;
};
/// Nothing of the attempt's output is needed any more.
struct SpoolDrop {
  Token token;
  friend bool operator==(const SpoolDrop&, const SpoolDrop&) = default;
};

/// Close the socket and open a new one, so that no answer to what was sent before can arrive;
/// report `Connected` when the new one can be written to.
struct ReconnectSocket {
  friend bool operator==(const ReconnectSocket&, const ReconnectSocket&) = default;
};

/// The coordinator has welcomed the worker. The registry is to be remembered in the state
/// directory: the tokens of what is started from now on belong to it.
struct Joined {
  std::string registry;
  bool first = false;  ///< of this process
  friend bool operator==(const Joined&, const Joined&) = default;
};

/// The coordinator has settled an attempt of this life or a former one: the state directory need
/// not prove anything of it any more.
struct Settled {
  Token token;
  friend bool operator==(const Settled&, const Settled&) = default;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// A line for the log. Empty run and ticket, and token 0: it is about the worker as a whole.
struct Log {
  LogLevel level = LogLevel::kInfo;
  std::string run;
  std::string ticket;
  Token token;
  std::string text;
  friend bool operator==(const Log&, const Log&) = default;
};

/// End the process. Nothing follows.
struct Exit {
  int code = 0;
  std::string reason;
  bool restart = false;  ///< the process is to start itself anew
  friend bool operator==(const Exit&, const Exit&) = default;
};

using Effect = std::variant<SendMessage, CommandSlot, SpoolAppend, SendOutput, SpoolRelease,
                            SpoolDrop, ReconnectSocket, Joined, Settled, Log, Exit>;

}  // namespace headway::worker
