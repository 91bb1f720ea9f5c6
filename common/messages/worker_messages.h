#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "common/messages/attempt_messages.h"
#include "common/messages/check_messages.h"
#include "common/messages/heartbeat_messages.h"
#include "common/messages/session_messages.h"

/// What coordinator and worker say to each other (architecture, section 6; schemas/protocol.md).
/// Plain data. Each struct lists its fields once, in `fields`: the codec writes and reads them
/// under these names, skips names that it does not know, and leaves a missing field at its default.
/// On the wire a Duration is a whole number of microseconds (names end in `_us`), a WallTime of
/// milliseconds (`_ms`), an enumeration its word, and `Bytes` a msgpack bin.

namespace headway {

/// Worker to coordinator.
using WorkerMessage =
    std::variant<Hello, Accept, Reject, Started, Progress, Step, CheckpointReached, Output,
                 AttemptResult, Stopped, Heartbeat, Drain, Goodbye>;
/// Coordinator to worker.
using CoordinatorMessage = std::variant<Welcome, Refused, HelloAgain, Assign, CheckpointAck,
                                        ResultAck, Stop, HeartbeatAck, Drain>;

/// The word under `type` in a message's map.
template <class Message>
struct MessageName;
#define HW_MESSAGE_NAME(Message, word)              \
  template <>                                       \
  struct MessageName<Message> {                     \
    static constexpr std::string_view kWord = word; \
  }
HW_MESSAGE_NAME(Hello, "hello");
HW_MESSAGE_NAME(Welcome, "welcome");
HW_MESSAGE_NAME(Refused, "refused");
HW_MESSAGE_NAME(HelloAgain, "hello_again");
HW_MESSAGE_NAME(Assign, "assign");
HW_MESSAGE_NAME(Accept, "accept");
HW_MESSAGE_NAME(Reject, "reject");
HW_MESSAGE_NAME(Started, "started");
HW_MESSAGE_NAME(Progress, "progress");
HW_MESSAGE_NAME(Step, "step");
HW_MESSAGE_NAME(CheckpointReached, "checkpoint");
HW_MESSAGE_NAME(CheckpointAck, "checkpoint_ack");
HW_MESSAGE_NAME(Output, "output");
HW_MESSAGE_NAME(AttemptResult, "result");
HW_MESSAGE_NAME(ResultAck, "result_ack");
HW_MESSAGE_NAME(Stop, "stop");
HW_MESSAGE_NAME(Stopped, "stopped");
HW_MESSAGE_NAME(Heartbeat, "heartbeat");
HW_MESSAGE_NAME(HeartbeatAck, "heartbeat_ack");
HW_MESSAGE_NAME(Drain, "drain");
HW_MESSAGE_NAME(Goodbye, "goodbye");
HW_MESSAGE_NAME(Join, "join");
HW_MESSAGE_NAME(Admitted, "admitted");

/// A message with the session under which it is sent; 0 in `hello`, `refused` and `hello_again`.
struct FromWorker {
  std::uint64_t session = 0;
  WorkerMessage message;
  friend bool operator==(const FromWorker&, const FromWorker&) = default;
};
struct FromCoordinator {
  std::uint64_t session = 0;
  CoordinatorMessage message;
  friend bool operator==(const FromCoordinator&, const FromCoordinator&) = default;
};

/// All that is said over a connection with a join token's key; the session is 0.
struct FromNewcomer {
  std::uint64_t session = 0;
  std::variant<Join> message;
  friend bool operator==(const FromNewcomer&, const FromNewcomer&) = default;
};
struct ToNewcomer {
  std::uint64_t session = 0;
  std::variant<Admitted, Refused> message;
  friend bool operator==(const ToNewcomer&, const ToNewcomer&) = default;
};

}  // namespace headway
