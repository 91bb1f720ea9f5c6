#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/heartbeat_messages.h"

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
  Count groups;  ///< total 0: not counted, in a list of runs that have ended; nor are agents then
  Count agents;  ///< active: run a ticket of this run, or may; total: of all joined workers
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
  std::uint32_t assigned = 0;              ///< of the alive: handed to an agent, not begun there
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
    v("assigned", assigned);
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
  /// What its last attempt took, without waiting for a person or for gates elsewhere; none: it
  /// counts still, or none has started
  std::optional<Duration> took;
  std::optional<Duration> rest;  ///< after a failure, before it is tried again
  bool rejected = false;         ///< by a person, or since none decided in time: so `detail` says
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
    v("took_us", took);
    v("rest_us", rest);
    v("rejected", rejected);
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

}  // namespace headway
