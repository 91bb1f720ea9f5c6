#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/messages/view_messages.h"

namespace headway {

/// A run that is in the coordinator's memory.
struct ExposedRun {
  RunSummary run;
  RunMetrics metrics;
};

/// What a coordinator says of itself to programs that watch it; published by its shell.
struct Exposition {
  Instant at{};         ///< when this was true
  std::string refusal;  ///< why nothing may be submitted; empty: it may
  std::vector<ExposedRun> runs;
  std::map<AgentState, std::uint32_t> agents;  ///< how many are in each state
  std::uint64_t epoch = 0;
  std::uint64_t facts = 0;               ///< in the journal
  std::uint64_t undecodable_frames = 0;  ///< dropped, of both sockets
  std::uint64_t misplaced_messages = 0;  ///< dropped: not allowed in the state that they met
  std::uint64_t stale_messages = 0;      ///< about attempts that their sender does not hold
  std::uint64_t refused_hellos = 0;      ///< a name that another one has, claims beyond limits
  std::uint64_t dropped_requests = 0;    ///< of clients, since too many waited
  /// Connections and messages that were turned away, by kind (coordinator/shell/doors.h): those of
  /// `refused_hellos` and `failed_handshakes` once more, and others.
  std::map<std::string, std::uint64_t> turned_away;
  std::uint64_t failed_handshakes = 0;  ///< connections that never spoke the protocol, or in time
  std::uint64_t connections = 0;        ///< open, of both sockets
  std::uint64_t connections_ended = 0;  ///< of both sockets, for whatever reason
  std::uint64_t free_bytes = 0;         ///< where the registry is
  Duration longest_turn{};              ///< of the coordinator's thread since it started
};

}  // namespace headway
