#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/bytes.h"
#include "common/messages/view_messages.h"

/// What has happened: output, facts as people see them, and why a ticket is where it is.

namespace headway {

/// The output of an attempt, or of a check that was handed out by itself: a gate of a ticket that
/// did not run in its slot, its rollback, a gate of the plan.
struct LogsRequest {
  RunId run;
  std::string ticket;         ///< empty with a gate of the plan
  std::uint32_t attempt = 0;  ///< of the ticket, or time that the check ran; 0: the latest
  std::uint64_t offset = 0;   ///< into the kept output
  std::string check;  ///< name of a gate, or `rollback`; empty: what the ticket's command said
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("ticket", ticket);
    v("attempt", attempt);
    v("offset", offset);
    v("check", check);
  }
  friend bool operator==(const LogsRequest&, const LogsRequest&) = default;
};
struct LogsAnswer {
  std::uint32_t attempt = 0;  ///< 0: nothing was started yet
  Bytes bytes;                ///< from `offset` on, at most kMaxOutputChunkBytes
  std::uint64_t next_offset = 0;
  bool complete = false;  ///< nothing more will come after these bytes
  TicketState state = TicketState::kWaiting;
  template <class V>
  void fields(V& v) {
    v("attempt", attempt);
    v("bytes", bytes);
    v("next_offset", next_offset);
    v("complete", complete);
    v("state", state);
  }
  friend bool operator==(const LogsAnswer&, const LogsAnswer&) = default;
};

/// A fact as people see it.
struct EventView {
  Sequence sequence;
  WallTime at;
  RunId run;
  std::string ticket;
  Token token;
  std::uint32_t attempt = 0;
  std::string worker;
  SlotId slot;
  std::string kind;   ///< a word of FactKind
  std::string state;  ///< the ticket's or run's state after it; may be empty
  std::optional<Outcome> outcome;
  std::optional<std::int32_t> exit_code;
  std::optional<Duration> elapsed;
  std::optional<Duration>
      delay;  ///< of an attempt that ended: before the ticket is handed out again
  std::optional<std::int64_t> number;  ///< what it counts, as schemas/registry.sql says by kind
  std::string detail;
  std::string check;  ///< of a check: `gate`, `plan gate`, `rollback`...; else empty
  template <class V>
  void fields(V& v) {
    v("sequence", sequence);
    v("at_ms", at);
    v("run", run);
    v("ticket", ticket);
    v("token", token);
    v("attempt", attempt);
    v("worker", worker);
    v("slot", slot);
    v("kind", kind);
    v("state", state);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("elapsed_us", elapsed);
    v("delay_us", delay);
    v("number", number);
    v("detail", detail);
    v("check", check);
  }
  friend bool operator==(const EventView&, const EventView&) = default;
};

/// Facts after `after`, of one run or (0) of all, the oldest first. Where there are none yet the
/// answer waits for the first, at most `wait`, then comes empty.
struct EventsRequest {
  RunId run;
  Sequence after;
  std::uint32_t most = 1000;
  Duration wait{};
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("after", after);
    v("most", most);
    v("wait_us", wait);
  }
  friend bool operator==(const EventsRequest&, const EventsRequest&) = default;
};
struct EventsAnswer {
  std::vector<EventView> events;
  Sequence last;                            ///< `after` of the next request
  RunState run_state = RunState::kRunning;  ///< of the run asked for, after these events
  template <class V>
  void fields(V& v) {
    v("events", events);
    v("last", last);
    v("run_state", run_state);
  }
  friend bool operator==(const EventsAnswer&, const EventsAnswer&) = default;
};

struct ExplainRequest {
  RunId run;
  std::string ticket;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("ticket", ticket);
  }
  friend bool operator==(const ExplainRequest&, const ExplainRequest&) = default;
};
struct ExplainAnswer {
  TicketView ticket;
  std::vector<std::string>
      reasons;  ///< sentences: why it is in this state, what it waits for, what would unblock it
  std::vector<EventView> history;    ///< its facts; of many the first and the latest
  std::uint64_t left_out = 0;        ///< facts that `history` leaves out...
  std::uint32_t left_out_after = 0;  ///< ...behind so many of it
  template <class V>
  void fields(V& v) {
    v("ticket", ticket);
    v("reasons", reasons);
    v("history", history);
    v("left_out", left_out);
    v("left_out_after", left_out_after);
  }
  friend bool operator==(const ExplainAnswer&, const ExplainAnswer&) = default;
};

}  // namespace headway
