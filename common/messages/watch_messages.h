#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/messages/bytes.h"
#include "common/messages/history_messages.h"
#include "common/messages/lock_messages.h"
#include "common/messages/view_messages.h"

/// Bodies of `watch`: all that a dashboard shows of a run, in one answer that is bounded whatever
/// the run's size. So a viewer asks once a frame, and one that stops asking costs nothing.

namespace headway {

/// Agents in one answer, those that run something first; about 80 KiB.
inline constexpr std::size_t kWatchAgents = 200;
/// Tickets of each kind in one answer.
inline constexpr std::size_t kWatchTickets = 200;
inline constexpr std::size_t kWatchLocks = 50;
inline constexpr std::size_t kWatchEvents = 50;
/// Failures whose output's end is in one answer; the files of the others are not opened.
inline constexpr std::size_t kWatchOutputs = 40;
/// Of each: enough for a line as wide as a screen, and what may stand empty below it.
inline constexpr std::size_t kWatchOutputBytes = 512;

/// A ticket that wants a person's attention, and what stands behind it.
struct TroubledTicket {
  TicketView ticket;         ///< failed, in review, not to be put back, or to be tried again
  std::uint32_t blocks = 0;  ///< tickets that wait for it or were aborted for it, near and far
  std::optional<Duration> behind{};  ///< of a review: the longest chain of tickets that wait for it
  Bytes output_end{};                ///< of its last attempt, or of the gate that failed after it
  template <class V>
  void fields(V& v) {
    v("ticket", ticket);
    v("blocks", blocks);
    v("behind_us", behind);
    v("output_end", output_end);
  }
  friend bool operator==(const TroubledTicket&, const TroubledTicket&) = default;
};

/// A worker that holds tickets, or is to be heard of, and is not.
struct SilentWorker {
  std::string name;
  std::optional<Duration> heartbeat_age;  ///< none: it has not come back since the coordinator did
  std::uint32_t tickets = 0;              ///< that it holds
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("heartbeat_age_us", heartbeat_age);
    v("tickets", tickets);
  }
  friend bool operator==(const SilentWorker&, const SilentWorker&) = default;
};

struct PriorityCount {
  std::string priority;    ///< a word of Priority
  std::uint32_t done = 0;  ///< that have succeeded
  std::uint32_t total = 0;
  template <class V>
  void fields(V& v) {
    v("priority", priority);
    v("done", done);
    v("total", total);
  }
  friend bool operator==(const PriorityCount&, const PriorityCount&) = default;
};

/// The answer comes when there are facts after `after`, at the latest after `wait`.
struct WatchRequest {
  RunId run;       ///< 0: the only unfinished one, else the latest
  Sequence after;  ///< `last` of the answer before; 0: at once
  Duration wait{};
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("after", after);
    v("wait_us", wait);
  }
  friend bool operator==(const WatchRequest&, const WatchRequest&) = default;
};

struct WatchAnswer {
  WallTime at{};  ///< the coordinator's clock, by which all times in here are
  Sequence last;
  RunSummary run;
  RunMetrics metrics;
  std::vector<AgentView> agents;  ///< those that run something first
  std::uint32_t agents_in_all = 0;
  std::vector<TicketView> active;  ///< assigned, running, validating: the oldest first
  std::vector<TroubledTicket> troubled;
  std::uint32_t troubled_in_all = 0;
  std::uint32_t retrying = 0;             ///< tickets that are to be tried again
  std::uint32_t in_review = 0;            ///< tickets that wait for a person
  std::vector<LockView> conflicts;        ///< held locks that tickets of this run wait for
  std::vector<SilentWorker> silent;       ///< of all workers
  std::vector<EventView> events;          ///< of this run, the latest first
  std::vector<PriorityCount> priorities;  ///< the most urgent first; only those that the plan has
  std::string join_command;  ///< starts a worker that joins this coordinator; empty: not told
  template <class V>
  void fields(V& v) {
    v("at_ms", at);
    v("last", last);
    v("run", run);
    v("metrics", metrics);
    v("agents", agents);
    v("agents_in_all", agents_in_all);
    v("active", active);
    v("troubled", troubled);
    v("troubled_in_all", troubled_in_all);
    v("retrying", retrying);
    v("in_review", in_review);
    v("conflicts", conflicts);
    v("silent", silent);
    v("events", events);
    v("priorities", priorities);
    v("join_command", join_command);
  }
  friend bool operator==(const WatchAnswer&, const WatchAnswer&) = default;
};

}  // namespace headway
