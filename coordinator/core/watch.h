#pragma once

#include <cstdint>
#include <vector>

#include "common/messages/watch_messages.h"
#include "coordinator/core/status.h"

namespace headway {

/// Makes the answer to `watch`: a run at a glance, bounded whatever its size. One pass over its
/// tickets, and work with what is alive or failed. Without its events, which are the registry's.
class RunWatch {
 public:
  /// All must outlive it. `core` may be null: then what only a living coordinator knows is left
  /// out.
  RunWatch(const State& state, const Core* core, Now now)
      : state_(state), core_(core), now_(now), status_(state, core, now) {}

  [[nodiscard]] WatchAnswer answer(const Run& run) const;
  /// The agents as they are now, in place of those that the answer shows: also of a run that has
  /// left the memory.
  void show_agents(WatchAnswer& answer) const;

 private:
  void add_tickets(const Run& run, WatchAnswer& answer) const;
  void add_troubled(const Run& run, std::vector<TicketIndex> tickets, WatchAnswer& answer) const;
  void add_silent(WatchAnswer& answer) const;

  const State& state_;
  const Core* core_;
  Now now_;
  Status status_;
};

/// How many tickets wait for this one, near and far, or were aborted for it: counts to `most` and
/// no further.
std::uint32_t count_behind(const Run& run, TicketIndex ticket, std::uint32_t most);

}  // namespace headway
