#include "samples.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway::cli::samples {

namespace {

using namespace std::chrono_literals;

TicketView active(const std::string& id, const std::string& agent, double progress, int since) {
  TicketView ticket;
  ticket.id = id;
  ticket.title = "Build " + id;
  ticket.state = TicketState::kRunning;
  ticket.attempt = 1;
  ticket.agent = agent;
  ticket.progress = progress;
  ticket.started_at = at(since);
  ticket.estimate = 5min;
  return ticket;
}

EventView ended(std::uint64_t sequence, int seconds, const std::string& ticket, Outcome outcome,
                TicketState state) {
  EventView event = started(sequence, seconds, ticket, "");
  event.kind = "attempt ended";
  event.state = to_text(state);
  event.outcome = outcome;
  if (outcome == Outcome::kExit) event.exit_code = 3;
  event.elapsed = 42s;
  return event;
}

TroubledTicket failed(const std::string& id, const std::string& detail, std::uint32_t blocks) {
  TroubledTicket troubled;
  troubled.ticket.id = id;
  troubled.ticket.state = TicketState::kFailed;
  troubled.ticket.attempt = 3;
  troubled.ticket.outcome = Outcome::kExit;
  troubled.ticket.exit_code = 3;
  troubled.ticket.detail = detail;
  troubled.blocks = blocks;
  troubled.output_end.data = "test_rows (tests.Rows) ... FAIL\nRan 12 tests in 0.4s: 1 failed\n\n";
  return troubled;
}

/// Of the machines; both have two agents.
Load load(double cpu) {
  Load result;
  result.cpu = cpu;
  result.memory = 0.43;
  result.disk_busy = 0.05;
  result.network_rate = 2'340'000;
  return result;
}

}  // namespace

WallTime at(int seconds) {
  constexpr std::int64_t kTwoInTheAfternoon = 14 * 3600;
  return wall_from_millis((kTwoInTheAfternoon + seconds) * 1000);
}

AgentView agent(const std::string& id, const std::string& ticket, const std::string& status,
                double progress) {
  AgentView view;
  view.id = id;
  view.worker = id.substr(0, id.find('/'));
  view.state =
      status == "running" || status == "validating" ? AgentState::kRunning : AgentState::kIdle;
  view.run = RunId{3};
  view.ticket = ticket;
  view.ticket_status = status;
  view.progress = progress;
  if (view.state == AgentState::kRunning) view.eta = from_seconds((1 - progress) * 300);
  view.load = load(view.worker == "build-01" ? 0.81 : 0.12);
  view.heartbeat_age = 1s;
  return view;
}

EventView started(std::uint64_t sequence, int seconds, const std::string& ticket,
                  const std::string& worker) {
  EventView event;
  event.sequence = Sequence{sequence};
  event.at = at(seconds);
  event.run = RunId{3};
  event.ticket = ticket;
  event.attempt = 1;
  event.worker = worker;
  event.slot = SlotId{1};
  event.kind = "attempt started";
  event.state = "running";
  return event;
}

Snapshot running() {
  Snapshot snapshot;
  WatchAnswer& watch = snapshot.watch;
  watch.at = at(725);
  watch.last = Sequence{20};
  RunSummary& run = watch.run;
  run.id = RunId{3};
  run.name = "release-1.4";
  run.started_at = at(0);
  run.groups = {2, 3};
  run.agents = {2, 4};
  run.completion_rate = 0.45;
  run.eta = 490s;
  run.total = 12;
  run.waiting = 4;
  run.ready = 1;
  run.alive = 2;
  run.succeeded = 5;
  watch.agents = {agent("build-01/1", "API-014", "running", 0.6),
                  agent("build-02/1", "UI-003", "validating", 0.95),
                  agent("build-01/2", "DOC-001", "deps", 0),
                  agent("build-02/2", "API-002", "completed", 0)};
  watch.agents_in_all = 4;
  watch.active = {active("API-014", "build-01/1", 0.6, 500),
                  active("UI-003", "build-02/1", 0.95, 530)};
  watch.active[1].state = TicketState::kValidating;
  watch.active[1].step = "gate 2/3";
  watch.agents[1].step = "gate 2/3";
  watch.active[1].progress_message = "checking screens";
  watch.events = {started(20, 720, "API-014", "build-01"),
                  ended(19, 700, "API-002", Outcome::kSucceeded, TicketState::kSucceeded),
                  started(18, 660, "API-002", "build-02")};
  watch.priorities = {{"critical", 2, 3}, {"high", 1, 2}, {"medium", 2, 7}};
  return snapshot;
}

Snapshot troubled() {
  Snapshot snapshot = running();
  WatchAnswer& watch = snapshot.watch;
  watch.run.active_conflicts = 1;
  watch.run.failed = 1;
  watch.run.aborted = 2;
  watch.run.waiting = 1;
  watch.retrying = 1;
  watch.in_review = 1;
  watch.agents[1].state = AgentState::kSilent;
  watch.silent = {{.name = "build-02", .heartbeat_age = 12s, .tickets = 1}};
  watch.conflicts = {
      {.name = "database",
       .holders = {{.run = RunId{3}, .ticket = "API-014", .agent = "build-01/1", .since = at(500)}},
       .waiters = {{.run = RunId{3}, .ticket = "MOD-012", .since = at(691)},
                   {.run = RunId{3}, .ticket = "MOD-013", .since = at(700)}},
       .holders_in_all = 1,
       .waiters_in_all = 2}};
  TroubledTicket retrying = failed("UI-007", "connection refused", 0);
  retrying.ticket.state = TicketState::kReady;
  retrying.ticket.attempt = 1;
  retrying.ticket.rest = 8s;
  TroubledTicket review;
  review.ticket.id = "DOC-009";
  review.ticket.state = TicketState::kReview;
  review.ticket.review_since = at(600);
  review.ticket.step = "gate 2/2";
  review.blocks = 1;
  review.behind = 12min;
  TroubledTicket half_back = failed("DB-001", "", 0);
  half_back.ticket.rollback = "failed";
  watch.troubled = {failed("API-007", "assertion failed: rows == 3", 4), retrying, review,
                    half_back};
  watch.troubled_in_all = 4;
  watch.run.rollbacks_failed = 1;
  watch.run.in_review = 1;
  watch.run.failing_gates = {"whole tree"};
  watch.events.insert(watch.events.begin(),
                      ended(21, 722, "API-007", Outcome::kExit, TicketState::kFailed));
  return snapshot;
}

Snapshot without_worker() {
  Snapshot snapshot = running();
  snapshot.here = true;
  WatchAnswer& watch = snapshot.watch;
  watch.run.agents = {0, 0};
  watch.run.groups = {0, 3};
  watch.run.alive = 0;
  watch.run.succeeded = 0;
  watch.run.ready = 3;
  watch.run.waiting = 9;
  watch.run.completion_rate = 0;
  watch.run.eta.reset();
  watch.agents.clear();
  watch.agents_in_all = 0;
  watch.active.clear();
  watch.events.clear();
  for (PriorityCount& count : watch.priorities) count.done = 0;
  return snapshot;
}

Snapshot paused() {
  Snapshot snapshot = running();
  snapshot.watch.run.state = RunState::kPaused;
  snapshot.watch.run.eta.reset();
  return snapshot;
}

Snapshot succeeded() {
  Snapshot snapshot = running();
  WatchAnswer& watch = snapshot.watch;
  RunSummary& run = watch.run;
  run.state = RunState::kSucceeded;
  run.finished_at = at(700);
  run.groups.active = 0;
  run.agents.active = 0;
  run.completion_rate = 1;
  run.eta.reset();
  run.waiting = run.ready = run.alive = 0;
  run.succeeded = 12;
  for (AgentView& view : watch.agents) view = agent(view.id, view.ticket, "completed", 0);
  watch.active.clear();
  for (PriorityCount& count : watch.priorities) count.done = count.total;
  return snapshot;
}

Snapshot large() {
  Snapshot snapshot = running();
  WatchAnswer& watch = snapshot.watch;
  RunSummary& run = watch.run;
  run.name = "nightly";
  run.total = 10'000;
  run.succeeded = 4'100;
  run.failed = 120;
  run.alive = 150;
  run.ready = 430;
  run.waiting = 5'200;
  run.completion_rate = 0.41;
  run.groups = {12, 340};
  run.agents = {150, 200};
  run.active_conflicts = 3;
  watch.agents.clear();
  watch.active.clear();
  watch.troubled.clear();
  for (int i = 0; i < 200; ++i) {
    const std::string id = fmt::format("node-{:02}/{}", i / 10 + 1, i % 10 + 1);
    const std::string ticket = fmt::format("T-{:05}", 4000 + i);
    const bool runs = i < 150;
    watch.agents.push_back(agent(id, ticket, runs ? "running" : "completed", runs ? i / 150.0 : 0));
    if (runs) watch.active.push_back(active(ticket, id, i / 150.0, 725 - i));
  }
  watch.agents_in_all = 200;
  for (int i = 0; i < 120; ++i) {
    watch.troubled.push_back(
        failed(fmt::format("T-{:05}", i * 7), "", 120U - static_cast<unsigned>(i)));
  }
  watch.troubled_in_all = 120;
  watch.events.clear();
  for (int i = 0; i < 50; ++i) {
    watch.events.push_back(started(static_cast<std::uint64_t>(9000 - i), 724 - i,
                                   fmt::format("T-{:05}", 4200 - i), "node-03"));
  }
  watch.priorities = {{"critical", 100, 120},
                      {"high", 900, 1900},
                      {"medium", 3000, 7000},
                      {"low", 50, 500},
                      {"background", 50, 480}};
  return snapshot;
}

Snapshot hostile() {
  Snapshot snapshot = troubled();
  WatchAnswer& watch = snapshot.watch;
  watch.run.name = "evil\x1b[2J\x1b[31m\nname";
  watch.agents[0].ticket = "\x1b]0;title\x07rm\r\n";
  watch.agents[1].ticket = "東京都庁舎ビルディングのとても長い名前のチケット";
  watch.agents[2].ticket = "e\u0301te\u0301 zalgo Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306";
  watch.agents[3].ticket = "\u202egnp.exe\u2066 עברית \xff\xfe";
  watch.silent[0].name = "w\u200bo\u200dr👩\u200d💻ker";
  watch.troubled[0].ticket.detail =
      "line one\nline two\ttab \x9b"
      "31m 🚀🚀🚀";
  watch.troubled[0].output_end.data = "first\n\x1b[31mred\x1b[0m \x07 \xff done\r\n";
  watch.events[0].ticket = "\t\t\t";
  watch.priorities[0].priority = "\x1b[5mblink";
  return snapshot;
}

Snapshot with_open_ticket() {
  Snapshot snapshot = troubled();
  OpenTicket open;
  open.id = "API-014";
  ExplainAnswer answer;
  answer.ticket = active("API-014", "build-01/1", 0.6, 500);
  answer.ticket.title = "Users can sign in with a code";
  answer.ticket.priority = "critical";
  answer.ticket.eta = 120s;
  answer.ticket.progress_message = "testing 3 of 5";
  answer.reasons = {"It runs on build-01/1, and has been for 3m 45s of its estimated 5m 00s.",
                    "MOD-012 and MOD-013 wait for its lock `database`."};
  answer.history = {started(12, 400, "API-014", "build-02"),
                    ended(14, 442, "API-014", Outcome::kWorkerLost, TicketState::kReady),
                    started(15, 500, "API-014", "build-01")};
  answer.history.back().attempt = 2;
  open.answer = std::move(answer);
  open.attempt = 2;
  for (int i = 1; i <= 60; ++i) open.output.push_back(fmt::format("test {} ... ok", i));
  snapshot.ticket = std::move(open);
  return snapshot;
}

}  // namespace headway::cli::samples
