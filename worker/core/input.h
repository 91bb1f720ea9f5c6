#pragma once

#include <cstdint>
#include <variant>

#include "common/base/ids.h"
#include "common/messages/worker_messages.h"
#include "worker/core/slot_messages.h"

/// Everything that can happen to a worker. The shell turns frames, supervisors' events, signals and
/// the clock into these.

namespace headway::worker {

/// The socket has a connection and can be written to. Once after each `ReconnectSocket`, and once
/// at the start.
struct Connected {
  friend bool operator==(const Connected&, const Connected&) = default;
};

/// A deadline may have passed.
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};

/// A person or the system asks the worker to leave once what runs has ended (the first SIGTERM).
struct DrainRequested {
  friend bool operator==(const DrainRequested&, const DrainRequested&) = default;
};

/// End everything now and leave (the second SIGTERM, or a lifeline that closed).
struct StopAllRequested {
  friend bool operator==(const StopAllRequested&, const StopAllRequested&) = default;
};

/// What the machine is busy with; goes into the heartbeats from now on.
struct LoadMeasured {
  Load load;
  friend bool operator==(const LoadMeasured&, const LoadMeasured&) = default;
};

/// The spool could not keep or give back these bytes (a full disk): they are left out of the
/// output.
struct OutputLost {
  Token token;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  friend bool operator==(const OutputLost&, const OutputLost&) = default;
};

using Input = std::variant<FromCoordinator, SlotEvent, Connected, Tick, DrainRequested,
                           StopAllRequested, LoadMeasured, OutputLost>;

}  // namespace headway::worker
