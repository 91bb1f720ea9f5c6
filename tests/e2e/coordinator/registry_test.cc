#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator.h"
#include "coordinator/control/run_source.h"
#include "coordinator/journal/database.h"
#include "tests/support/large_plan.h"

namespace headway {
namespace {

using test::Client;
using test::Coordinator;
using ::testing::HasSubstr;
using ::testing::Not;

class OnARegistry : public ::testing::Test {
 protected:
  /// Kills the coordinator, lets `change` have the registry, and starts it again.
  template <class Change>
  void between_lives(Change change) {
    coordinator_.kill();
    change(coordinator_.paths().registry);
    coordinator_.start();
  }
  static void change(const std::string& registry, const char* sql) {
    const Result<journal::Database> database =
        journal::Database::open(registry, SQLITE_OPEN_READWRITE);
    ASSERT_TRUE(database);
    const Result<void> done = database->execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  void submit_small() {
    Client client(coordinator_);
    client.submit("version: 1\nname: small\ntickets: [{id: a, run: 'true'}]\n");
    ASSERT_EQ(client.answer<SubmitAnswer>().run, RunId{1});
  }
  std::string state_of_a() {
    Client client(coordinator_);
    client.ask(Verb::kStatus, StatusRequest{});
    const StatusAnswer status = client.answer<StatusAnswer>();
    return status.tickets.empty() ? "" : std::string(to_text(status.tickets.front().state));
  }

  Coordinator coordinator_;
};

TEST_F(OnARegistry, ARestartUsesTheCompiledPlan) {
  submit_small();
  // The text stays the truth, but nobody reads it: so it could be anything.
  between_lives([](const std::string& registry) {
    change(registry, "UPDATE runs SET plan_text = 'not a plan'");
  });
  EXPECT_EQ(state_of_a(), "ready");
  EXPECT_THAT(coordinator_.log(), Not(HasSubstr("no compiled plan")));
}

TEST_F(OnARegistry, APlanWithoutACompiledFormIsReadFromItsTextOnce) {
  submit_small();
  for (const char* damage :
       {"DELETE FROM compiled_plans", "UPDATE compiled_plans SET compiled = x'00'",
        "UPDATE compiled_plans SET compiled = substr(compiled, 1, length(compiled) - 1)",
        "UPDATE compiled_plans SET compiled = CAST('HWPLAN' || x'7f' || substr(compiled, 8) AS "
        "BLOB)"}) {
    SCOPED_TRACE(damage);
    between_lives([&](const std::string& registry) { change(registry, damage); });
    EXPECT_EQ(state_of_a(), "ready");
    EXPECT_THAT(coordinator_.log(), HasSubstr("r1 has no compiled plan of this version"));
    between_lives([](const std::string&) {});
    EXPECT_EQ(state_of_a(), "ready");
    EXPECT_THAT(coordinator_.log(), Not(HasSubstr("no compiled plan")));
  }
}

TEST_F(OnARegistry, QuestionsAboutALargeEndedRunHoldUpNobody) {
  constexpr std::size_t kTickets = 20'000;
  between_lives([](const std::string& path) {
    Result<Registry> registry = Registry::open_owner(path);
    ASSERT_TRUE(registry);
    StoredRun run;
    run.id = RunId{1};
    run.plan_text = test::large_plan_text(kTickets);
    run.plan_sha256 = sha256_hex(run.plan_text);
    const Result<RunPlan> source = make_run_plan(run.plan_text, run.options);
    ASSERT_TRUE(source);
    run.name = source->name;
    run.tickets = stored_tickets(*source);
    run.compiled = compile_run_plan(*source, run.plan_sha256);
    Commit commit;
    commit.runs.push_back(std::move(run));
    std::uint64_t sequence = registry->head()->last_sequence.number();
    const auto add = [&](Fact fact) {
      fact.sequence = Sequence{++sequence};
      commit.facts.push_back(std::move(fact));
    };
    Fact fact;
    fact.run = RunId{1};
    fact.kind = FactKind::kRunSubmitted;
    add(fact);
    for (std::uint32_t i = 0; i < kTickets; ++i) {
      Fact ended;
      ended.run = RunId{1};
      ended.kind = FactKind::kTicketEnded;
      ended.ticket = TicketIndex{i};
      ended.ticket_state = TicketState::kCancelled;
      add(ended);
    }
    fact.kind = FactKind::kRunEnded;
    fact.run_state = RunState::kCancelled;
    add(fact);
    ASSERT_TRUE(registry->commit(commit));
  });
  Client patient(coordinator_);
  Client hasty(coordinator_);
  hasty.ask(Verb::kRuns, RunsRequest{});
  EXPECT_EQ(hasty.answer<RunsAnswer>().runs.size(), 1U);
  patient.ask(Verb::kStatus, StatusRequest{RunId{1}, 0, false});
  patient.repeat();  // it waits for the same answer
  for (int i = 0; i < 3; ++i) {
    hasty.ask(Verb::kAgents, AgentsRequest{});
    static_cast<void>(hasty.answer<AgentsAnswer>());
  }
  EXPECT_FALSE(patient.reply(Duration{})) << "it was answered before those who came later";
  StatusAnswer page = patient.answer<StatusAnswer>();
  EXPECT_EQ(page.run.cancelled, kTickets);
  EXPECT_EQ(page.tickets.size(), 500U);
  // The other pages come from the same fold.
  while (page.next_ticket != 0) {
    patient.ask(Verb::kStatus, StatusRequest{RunId{1}, page.next_ticket, false});
    page = patient.answer<StatusAnswer>();
    ASSERT_FALSE(page.tickets.empty());
  }
  EXPECT_EQ(page.tickets.back().id, "TICKET-019999");
  patient.ask(Verb::kStatus, StatusRequest{RunId{7}, 0, false});
  const std::optional<Reply> unknown = patient.reply();
  ASSERT_TRUE(unknown);
  EXPECT_THAT(unknown->error, HasSubstr("there is no run r7"));
}

}  // namespace
}  // namespace headway
