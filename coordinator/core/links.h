#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/worker_messages.h"

namespace headway {

/// How the coordinator stands with one worker: its session, its lease, what it was told and has not
/// answered. Volatile: a restart forgets it, and the workers' hellos bring it back.
struct Link {
  bool connected = false;  ///< it has a session
  std::string peer;        ///< the connection of that session
  std::uint64_t session = 0;
  std::uint64_t incarnation = 0;
  Hello hello;  ///< what it offers
  bool says_draining = false;
  Load load;
  Instant load_at{};  ///< when it said so, or joined
  /// By how much its calendar was before ours when it last said so; the time that the message took
  /// counts against it. Shown to people, never reckoned with.
  std::optional<Duration> clock_ahead;
  Instant last_heard{};
  Instant lease_ends{};  ///< after this nothing of what it held can be alive
  bool lease_timer = false;

  std::set<Token> held;         ///< attempts that are its own, in the order of their tokens
  std::set<Token> unaccepted;   ///< handed out, not answered
  std::map<Token, Stop> stops;  ///< asked to stop, not answered
  std::set<Token> output_news;  ///< whose output has grown since the last acknowledgement
};

/// Of an attempt that is alive, or whose output is still coming.
struct AttemptNote {
  double progress = 0;
  std::string progress_message;
  Step step;  ///< what it is busy with
  std::uint64_t output_received = 0;
  Instant last_sign{};  ///< when its output or its progress last changed, or this was first known
};

}  // namespace headway
