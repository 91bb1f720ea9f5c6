#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/system/unique_fd.h"
#include "worker/process/message_channel.h"
#include "worker/process/process_table.h"

namespace headway::worker {

/// What the worker knows of one slot and its supervisor. Plain data, for Supervisors alone.
struct SlotLink {
  enum class State {
    kStarting,  ///< its process is there; whether it can serve is not known yet
    kServing,
    kSweeping,  ///< its process has ended; what it left is being killed
  };

  SlotId slot;
  State state = State::kSweeping;
  Token token;  ///< what it was told to run and has not ended; 0: nothing
  ProcessIdentity process;
  UniqueFd pidfd;
  MessageChannel channel;
  bool waits_for_room = false;  ///< its queue is not empty
  std::string problem;          ///< why it cannot serve
  Instant started{};
};

}  // namespace headway::worker
