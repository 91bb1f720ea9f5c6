#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/worker_messages.h"

/// Bodies of the control socket's requests that only read, and of their replies. Each large one is
/// asked for page by page.

namespace headway {

struct Count {
  std::uint32_t active = 0;
  std::uint32_t total = 0;
  template <class V>
  void fields(V& v) {
    v("active", active);
    v("total", total);
  }
  friend bool operator==(const Count&, const Count&) = default;
};

struct RunSummary {
  RunId id;
  std::string name;
  RunState state = RunState::kRunning;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  Count groups;
  Count agents;  ///< active: running a ticket of this run; total: slots of all joined workers
  double completion_rate = 0;
  std::uint32_t active_conflicts = 0;
  std::optional<Duration> eta;
  std::uint32_t total = 0;
  std::uint32_t waiting = 0, ready = 0, alive = 0;
  std::uint32_t succeeded = 0, failed = 0, aborted = 0, cancelled = 0;
  std::uint32_t failures_allowed = 0;  ///< of the failed, those with allow_failure
  std::uint32_t local_agents = 0;
  std::string plan_file;
  std::optional<Duration> eta_late;        ///< nine times of ten not later; `eta` is the middle
  std::uint32_t plan_version = 1;          ///< one more each time the plan was changed; 0: not told
  std::uint32_t undone = 0;                ///< succeeded once, and were put back
  std::uint32_t in_review = 0;             ///< of the alive: they wait for a person
  std::uint32_t rollbacks_planned = 0;     ///< tickets that are to be put back
  std::uint32_t rollbacks_failed = 0;      ///< and are in the way until a person settles them
  std::vector<std::string> failing_gates;  ///< names of the plan's gates that failed last time
  template <class V>
  void fields(V& v) {
    v("id", id);
    v("name", name);
    v("state", state);
    v("started_at_ms", started_at);
    v("finished_at_ms", finished_at);
    v("groups", groups);
    v("agents", agents);
    v("completion_rate", completion_rate);
    v("active_conflicts", active_conflicts);
    v("eta_us", eta);
    v("total", total);
    v("waiting", waiting);
    v("ready", ready);
    v("alive", alive);
    v("succeeded", succeeded);
    v("failed", failed);
    v("aborted", aborted);
    v("cancelled", cancelled);
    v("failures_allowed", failures_allowed);
    v("local_agents", local_agents);
    v("plan_file", plan_file);
    v("eta_late_us", eta_late);
    v("plan_version", plan_version);
    v("undone", undone);
    v("in_review", in_review);
    v("rollbacks_planned", rollbacks_planned);
    v("rollbacks_failed", rollbacks_failed);
    v("failing_gates", failing_gates);
  }
  friend bool operator==(const RunSummary&, const RunSummary&) = default;
};

/// What docs/metrics.md defines: all of it follows from the journal.
struct RunMetrics {
  double average_execution_time_s = 0;
  double parallelism_efficiency = 0;                  ///< of the agents' time, what was not wasted
  double cpu = 0, memory = 0, disk = 0, network = 0;  ///< shares, mean over time and workers
  double conflict_resolution_time_s = 0;
  std::uint32_t retries = 0;
  double utilization = 0;   ///< of the agents' time, what they ran tickets
  double queue_time_s = 0;  ///< mean, from ready to started
  double lead_time_s = 0;   ///< mean, from first ready to success
  double agent_time_s = 0;  ///< that agents were there for the run
  double busy_time_s = 0;   ///< that they ran tickets of it
  double lost_time_s = 0;   ///< of attempts that ended with their worker
  template <class V>
  void fields(V& v) {
    v("average_execution_time_s", average_execution_time_s);
    v("parallelism_efficiency", parallelism_efficiency);
    v("cpu", cpu);
    v("memory", memory);
    v("disk", disk);
    v("network", network);
    v("conflict_resolution_time_s", conflict_resolution_time_s);
    v("retries", retries);
    v("utilization", utilization);
    v("queue_time_s", queue_time_s);
    v("lead_time_s", lead_time_s);
    v("agent_time_s", agent_time_s);
    v("busy_time_s", busy_time_s);
    v("lost_time_s", lost_time_s);
  }
  friend bool operator==(const RunMetrics&, const RunMetrics&) = default;
};

struct TicketView {
  std::string id;
  std::string title;
  TicketState state = TicketState::kWaiting;
  std::uint32_t group = 0;    ///< from 1
  std::uint32_t attempt = 0;  ///< attempts so far
  std::string agent;          ///< `worker/slot` of the last attempt; empty: none yet
  double progress = 0;
  std::string progress_message;
  std::optional<Duration> eta;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  std::optional<Outcome> outcome;  ///< of the last attempt that ended
  std::optional<std::int32_t> exit_code;
  std::string detail;
  std::vector<std::string> waiting_for;  ///< ids of tickets, `lock NAME`, `resource NAME`, `agent`
  std::string priority;                  ///< a word of Priority
  std::string category;                  ///< empty: none
  std::optional<Duration> estimate;      ///< the plan's
  std::string created;                   ///< as the plan has it; may be empty
  std::string step;  ///< `requirement 1/2`, `gate 2/3`: what its attempt is busy with; may be empty
  std::optional<WallTime> review_since;  ///< while it is in review
  std::optional<WallTime> review_ends;   ///< then it is decided without anybody
  std::string rollback;  ///< `planned`, `done`, `failed`, `settled`; empty: it was never put back
  std::uint32_t gates = 0;         ///< that the plan has for it
  std::uint32_t gates_passed = 0;  ///< by the last attempt
  template <class V>
  void fields(V& v) {
    v("id", id);
    v("title", title);
    v("state", state);
    v("group", group);
    v("attempt", attempt);
    v("agent", agent);
    v("progress", progress);
    v("progress_message", progress_message);
    v("eta_us", eta);
    v("started_at_ms", started_at);
    v("finished_at_ms", finished_at);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("detail", detail);
    v("waiting_for", waiting_for);
    v("priority", priority);
    v("category", category);
    v("estimate_us", estimate);
    v("created", created);
    v("step", step);
    v("review_since_ms", review_since);
    v("review_ends_ms", review_ends);
    v("rollback", rollback);
    v("gates", gates);
    v("gates_passed", gates_passed);
  }
  friend bool operator==(const TicketView&, const TicketView&) = default;
};

/// Tickets in one page of a status.
inline constexpr std::uint32_t kStatusPageTickets = 500;

struct StatusRequest {
  RunId run;  ///< 0: the only unfinished one, else the latest
  std::uint32_t first_ticket = 0;
  bool summary_only = false;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("first_ticket", first_ticket);
    v("summary_only", summary_only);
  }
  friend bool operator==(const StatusRequest&, const StatusRequest&) = default;
};
struct StatusAnswer {
  RunSummary run;
  RunMetrics metrics;
  std::vector<TicketView> tickets;
  std::uint32_t next_ticket = 0;  ///< first of the next page; 0: this was the last
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("metrics", metrics);
    v("tickets", tickets);
    v("next_ticket", next_ticket);
  }
  friend bool operator==(const StatusAnswer&, const StatusAnswer&) = default;
};

/// What a slot is doing. `silent`: its worker has not been heard of for some heartbeats; `offline`:
/// it has left, or is lost.
enum class AgentState : std::uint8_t { kIdle, kRunning, kDraining, kSilent, kOffline };
template <>
struct EnumText<AgentState> {
  static constexpr std::array kWords = {
      std::pair{AgentState::kIdle, std::string_view{"idle"}},
      std::pair{AgentState::kRunning, std::string_view{"running"}},
      std::pair{AgentState::kDraining, std::string_view{"draining"}},
      std::pair{AgentState::kSilent, std::string_view{"silent"}},
      std::pair{AgentState::kOffline, std::string_view{"offline"}},
  };
};

struct AgentView {
  std::string id;  ///< `worker/slot`
  std::string worker;
  std::string host;
  std::vector<std::string> types;
  std::vector<std::string> labels;
  bool every_type = false;
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< of its worker, in thousandths
  std::string containment;
  AgentState state = AgentState::kIdle;
  RunId run;
  std::string ticket;  ///< what it runs; idle: what its schedule has next, else its last one
  /// running, validating; `rollback` of its ticket or `plan gate`; of the next one `waiting` (it
  /// could start) or `deps` (it waits for others); of the last one completed, failed, cancelled,
  /// taken back; or empty
  std::string ticket_status;
  std::string step;  ///< as in TicketView; the name of a `plan gate`
  double progress = 0;
  std::optional<Duration> eta;
  std::uint32_t done = 0;
  std::uint32_t failed = 0;
  double mean_duration_s = 0;
  double mean_estimate_s = 0;  ///< of the same tickets, where they had one
  Load load;                   ///< of its machine
  std::optional<Duration> heartbeat_age;
  template <class V>
  void fields(V& v) {
    v("id", id);
    v("worker", worker);
    v("host", host);
    v("types", types);
    v("labels", labels);
    v("every_type", every_type);
    v("resources", resources);
    v("containment", containment);
    v("state", state);
    v("run", run);
    v("ticket", ticket);
    v("ticket_status", ticket_status);
    v("step", step);
    v("progress", progress);
    v("eta_us", eta);
    v("done", done);
    v("failed", failed);
    v("mean_duration_s", mean_duration_s);
    v("mean_estimate_s", mean_estimate_s);
    v("load", load);
    v("heartbeat_age_us", heartbeat_age);
  }
  friend bool operator==(const AgentView&, const AgentView&) = default;
};

struct AgentsRequest {
  std::uint32_t first_agent = 0;
  template <class V>
  void fields(V& v) {
    v("first_agent", first_agent);
  }
  friend bool operator==(const AgentsRequest&, const AgentsRequest&) = default;
};
struct AgentsAnswer {
  std::vector<AgentView> agents;
  std::uint32_t next_agent = 0;  ///< 0: this was the last page
  template <class V>
  void fields(V& v) {
    v("agents", agents);
    v("next_agent", next_agent);
  }
  friend bool operator==(const AgentsAnswer&, const AgentsAnswer&) = default;
};

struct RunsRequest {
  RunId before;  ///< older than this one; 0: from the latest
  template <class V>
  void fields(V& v) {
    v("before", before);
  }
  friend bool operator==(const RunsRequest&, const RunsRequest&) = default;
};
struct RunsAnswer {
  std::vector<RunSummary> runs;  ///< the latest first
  RunId next;                    ///< `before` of the next page; 0: this was the last
  template <class V>
  void fields(V& v) {
    v("runs", runs);
    v("next", next);
  }
  friend bool operator==(const RunsAnswer&, const RunsAnswer&) = default;
};

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
  std::vector<EventView> history;  ///< its facts
  template <class V>
  void fields(V& v) {
    v("ticket", ticket);
    v("reasons", reasons);
    v("history", history);
  }
  friend bool operator==(const ExplainAnswer&, const ExplainAnswer&) = default;
};

enum class CheckVerdict : std::uint8_t { kPassed, kFailed, kSkipped };
template <>
struct EnumText<CheckVerdict> {
  static constexpr std::array kWords = {
      std::pair{CheckVerdict::kPassed, std::string_view{"passed"}},
      std::pair{CheckVerdict::kFailed, std::string_view{"failed"}},
      std::pair{CheckVerdict::kSkipped, std::string_view{"skipped"}},
  };
};

/// One check of a run's state. What it found is told also where it passed: a word of warning.
struct StateCheck {
  std::string name;
  CheckVerdict verdict = CheckVerdict::kPassed;
  std::vector<std::string> findings;
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("verdict", verdict);
    v("findings", findings);
  }
  friend bool operator==(const StateCheck&, const StateCheck&) = default;
};

/// Checks the state of a run before it goes on; takes as long as reading the registry and all
/// artifacts does.
struct ValidateRequest {
  RunId run;  ///< 0: the only unfinished one, else the latest
  template <class V>
  void fields(V& v) {
    v("run", run);
  }
  friend bool operator==(const ValidateRequest&, const ValidateRequest&) = default;
};
struct ValidateAnswer {
  RunId run;
  std::vector<StateCheck> checks;
  std::vector<std::string> missing;  ///< succeeded tickets whose artifacts are gone or have changed
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("checks", checks);
    v("missing", missing);
  }
  friend bool operator==(const ValidateAnswer&, const ValidateAnswer&) = default;
};

}  // namespace headway
