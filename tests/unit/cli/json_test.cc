#include "coordinator/cli/show/json.h"

#include <gtest/gtest.h>

namespace headway::cli {
namespace {

StatusAnswer sample_status() {
  StatusAnswer answer;
  answer.run.id = RunId{7};
  answer.run.name = "release-1.4";
  answer.run.state = RunState::kRunning;
  answer.run.started_at = wall_from_millis(1'767'225'600'000);
  answer.run.groups = {.active = 2, .total = 3};
  answer.run.agents = {.active = 5, .total = 8};
  answer.run.completion_rate = 0.75;
  answer.run.active_conflicts = 1;
  answer.run.eta = std::chrono::seconds{8100};
  answer.run.eta_late = std::chrono::seconds{9000};
  answer.run.total = 4;
  answer.run.succeeded = 3;
  answer.run.alive = 1;
  answer.run.plan_file = "plan.yaml";
  answer.metrics.average_execution_time_s = 12.5;
  answer.metrics.parallelism_efficiency = 0.92;
  answer.metrics.cpu = 0.8;
  answer.metrics.memory = 0.7;
  answer.metrics.disk = 0.4;
  answer.metrics.network = 0.1;
  answer.metrics.conflict_resolution_time_s = 3;
  TicketView ticket;
  ticket.id = "MOD-012";
  ticket.title = "Move it";
  ticket.state = TicketState::kRunning;
  ticket.group = 2;
  ticket.attempt = 1;
  ticket.agent = "build-01/1";
  ticket.progress = 0.6;
  ticket.eta = std::chrono::milliseconds{1'800'123};
  ticket.started_at = wall_from_millis(1'767'225'600'250);
  ticket.priority = "high";
  ticket.estimate = std::chrono::seconds{90};
  answer.tickets.push_back(ticket);
  return answer;
}

TEST(StatusJson, TellsNoCountsOfGroupsAndAgentsThatAListDoesNotHave) {
  RunSummary run;
  run.state = RunState::kSucceeded;
  run.total = run.succeeded = 4;
  EXPECT_EQ(run_json(run)["groups"]["total"], nullptr);
  EXPECT_EQ(run_json(run)["agents"]["total"], nullptr);
  run.groups.total = 1;
  EXPECT_EQ(run_json(run)["groups"]["total"], 1);
  EXPECT_EQ(run_json(run)["agents"]["total"], 0) << "nobody has joined";
}

TEST(StatusJson, IsTheDocumentedOne) {
  EXPECT_EQ(
      compact(status_json(sample_status())),
      R"({"schema_version":1,)"
      R"("run":{"id":"r7","name":"release-1.4","state":"running","started_at":"2026-01-01T00:00:00Z",)"
      R"("finished_at":null,"groups":{"active":2,"total":3},"agents":{"running":5,"total":8},)"
      R"("completion_rate":0.75,"active_conflicts":1,"eta_seconds":8100.0,)"
      R"("eta_p90_seconds":9000.0,)"
      R"("tickets":{"total":4,"waiting":0,"ready":0,"alive":1,"succeeded":3,"failed":0,"aborted":0,)"
      R"("cancelled":0,"failures_allowed":0,"undone":0,"in_review":0,"assigned":0},"plan_file":"plan.yaml","plan_version":1,)"
      R"("rollbacks":{"planned":0,"failed":0},"failing_gates":[]},)"
      R"("metrics":{"total_tickets":4,"completed_tickets":3,"failed_tickets":0,)"
      R"("average_execution_time":12.5,"parallelism_efficiency":0.92,)"
      R"("resource_utilization":{"cpu":0.8,"memory":0.7,"disk_io":0.4,"network_io":0.1},)"
      R"("conflict_resolution_time":3.0,"aborted_tickets":0,"cancelled_tickets":0,"retries":0,)"
      R"("agent_utilization":0.0,"queue_time":0.0,"lead_time":0.0,"agent_time":0.0,"busy_time":0.0,)"
      R"("lost_time":0.0},)"
      R"("tickets":[{"id":"MOD-012","state":"running","attempt":1,"agent":"build-01/1","progress":0.6,)"
      R"("eta_seconds":1800.123,"started_at":"2026-01-01T00:00:00.250Z","finished_at":null,)"
      R"("exit_code":null,"waiting_for":[],"title":"Move it","group":2,"outcome":null,"detail":"",)"
      R"("progress_message":"","priority":"high","category":null,"estimate_seconds":90.0,"created":null,)"
      R"("step":null,"review_since":null,"review_ends":null,"rollback":null,"gates":0,"gates_passed":0,)"
      R"("again_in_seconds":null}]})"
      "\n");
}

TEST(StatusJson, SaysNoOutcomeOfAnAttemptThatIsUnderWay) {
  StatusAnswer answer = sample_status();
  TicketView& ticket = answer.tickets[0];
  ticket.outcome = Outcome::kExit;
  ticket.exit_code = 3;
  ticket.detail = "ended with code 3";
  const Json running = status_json(answer)["tickets"][0];
  EXPECT_TRUE(running["outcome"].is_null());
  EXPECT_TRUE(running["exit_code"].is_null());
  EXPECT_EQ(running["detail"], "");
  ticket.state = TicketState::kReady;
  const Json resting = status_json(answer)["tickets"][0];
  EXPECT_EQ(resting["outcome"], "exit");
  EXPECT_EQ(resting["exit_code"], 3);
}

TEST(StatusJson, SurvivesBytesThatAreNotText) {
  StatusAnswer answer = sample_status();
  answer.tickets[0].detail = "\xff\xfe";
  EXPECT_TRUE(Json::accept(compact(status_json(answer))));
}

TEST(EventJson, SaysNullForWhatIsNotThere) {
  EventView event;
  event.sequence = Sequence{12};
  event.kind = "worker joined";
  event.worker = "w";
  const Json json = event_json(event);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["sequence"], 12);
  EXPECT_TRUE(json["ticket"].is_null());
  EXPECT_TRUE(json["outcome"].is_null());
}

}  // namespace
}  // namespace headway::cli
