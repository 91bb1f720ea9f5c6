#include <gmock/gmock.h>

#include "coordinator/core/status.h"
#include "coordinator/core/unserved.h"
#include "coordinator/core/watch.h"
#include "tests/support/core/core_harness.h"

/// What people are told of gates, reviews and rollbacks.

namespace headway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CoreHarness::Offer offering(const std::string& label) {
  return [label](Hello& hello) { hello.labels = {label}; };
}

/// Of the journal's fold: runs that have ended are in it.
Status status_of(const CoreHarness& h) { return Status(h.folded(), &h.core(), h.clock()); }

TicketView shown(const CoreHarness& h, const std::string& ticket) {
  return status_of(h).ticket(h.run(ticket), h.ref(ticket).ticket);
}

std::string explained(const CoreHarness& h, const std::string& ticket) {
  std::string text;
  for (const std::string& reason :
       status_of(h).explain(h.run(ticket), h.ref(ticket).ticket).reasons) {
    text += reason + "\n";
  }
  return text;
}

TEST(ToldOfChecks, AGateElsewhereIsToldWithWhatItWaitsForAndWhoRunsIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("here").gate("on arm", {"arm"});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  EXPECT_EQ(shown(h, "A").step, "gate 2/2");
  EXPECT_EQ(shown(h, "A").gates, 2U);
  EXPECT_EQ(shown(h, "A").gates_passed, 1U);
  EXPECT_THAT(explained(h, "A"), HasSubstr("1 of its 2 gates have passed"));
  EXPECT_THAT(explained(h, "A"),
              HasSubstr("gate 2 'on arm' waits for an agent: no joined worker offers label arm."));
  h.join("arm", 1, offering("arm"));
  h.assigned();
  h.start_check("on arm");
  EXPECT_THAT(explained(h, "A"), HasSubstr("gate 2 'on arm' runs on arm/1."));
  EXPECT_EQ(status_of(h).agent(h.record("A").worker, SlotId{1}).state, AgentState::kIdle)
      << "its command is over there";
  h.pass_check("on arm");
  EXPECT_EQ(shown(h, "A").gates_passed, 2U);
}

TEST(ToldOfChecks, AGateThatNobodyCanRunIsToldBeforeItsTurnAndInItsTicketsRow) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"});
  plan.add("B").after({"A"}).gate("here");
  const RunId run = h.submit(plan);
  const auto unserved_now = [&] {
    return unserved(h.core().scheduler(), *h.core().state().find_run(run));
  };
  const std::map<std::string, std::vector<std::string>> told = {
      {"label arm", {"gate 1 'on arm' of A"}}};
  EXPECT_EQ(unserved_now(), told);
  h.assigned();
  h.start("A");
  EXPECT_THAT(shown(h, "A").waiting_for, ElementsAre());
  h.finish("A");
  EXPECT_EQ(unserved_now(), told);
  EXPECT_THAT(shown(h, "A").waiting_for, ElementsAre("agent"));
  h.join("arm", 1, offering("arm"));
  EXPECT_TRUE(unserved_now().empty());
  h.assigned();
  EXPECT_THAT(shown(h, "A").waiting_for, ElementsAre());
  h.start_check("on arm");
  h.pass_check("on arm");
  EXPECT_TRUE(labelled_gates_left(h.run("A"), h.ref("A").ticket).empty());
  h.finish_all();
}

TEST(ToldOfChecks, EventsSayWhichKindOfCheckTheyAreOf) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.gate("tree", AtEnd{});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.start_check("A");
  h.pass_check("A");
  h.assigned();
  h.start_check("tree");
  h.fail_check("tree");
  std::vector<std::string> told;
  for (const Fact& fact : h.facts()) {
    const EventView view = status_of(h).event(fact);
    if (view.kind == "check assigned" || view.kind == "check ended")
      told.push_back(view.kind + " " + view.check);
  }
  EXPECT_THAT(told, ElementsAre("check assigned rollback", "check ended rollback",
                                "check assigned plan gate", "check ended plan gate"));
}

TEST(ToldOfChecks, AgentsShowWhichCheckTheyRun) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B");
  plan.gate("whole tree", EveryTickets{1});
  plan.max_parallel(1);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  const auto agent = [&] { return status_of(h).agent(WorkerId{1}, SlotId{1}); };
  for (const std::string name : {"A", "whole tree"}) {
    h.assigned();
    h.start_check(name);
    const bool of_plan = name != "A";
    EXPECT_EQ(agent().ticket_status, of_plan ? "plan gate" : "rollback");
    EXPECT_EQ(agent().step, of_plan ? "whole tree" : "");
    EXPECT_EQ(agent().ticket, of_plan ? "" : "A") << "a gate of the plan is no ticket's";
    h.pass_check(name);
  }
  h.ignore_messages();
}

TEST(ToldOfChecks, ReviewsComeInTheOrderOfWhatWaitsBehindThem) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("CHEAP").approval("sign-off");
  plan.add("MANY").approval("sign-off");
  plan.add("DEAR").approval("sign-off", 2h);
  plan.add("M1").after({"MANY"}).estimate(1min);
  plan.add("M2").after({"MANY"}).estimate(1min);
  plan.add("D1").after({"DEAR"}).estimate(20min);
  plan.add("D2").after({"D1"}).estimate(10min);
  const RunId run = h.submit(plan);
  h.assigned();
  for (const char* ticket : {"CHEAP", "MANY", "DEAR"}) {
    h.start(ticket);
    h.finish(ticket);
  }
  const WatchAnswer answer =
      RunWatch(h.core().state(), &h.core(), h.clock()).answer(h.core().state().runs.at(run));
  std::vector<std::string> order;
  for (const TroubledTicket& troubled : answer.troubled) order.push_back(troubled.ticket.id);
  EXPECT_THAT(order, ElementsAre("DEAR", "MANY", "CHEAP"));
  EXPECT_EQ(answer.troubled.front().behind, Duration{30min});
  EXPECT_EQ(answer.troubled.front().ticket.review_ends,
            *answer.troubled.front().ticket.review_since + 2h);
  EXPECT_EQ(answer.run.in_review, 3U);
  EXPECT_EQ(answer.in_review, 3U);
  EXPECT_THAT(explained(h, "DEAR"), HasSubstr("headway ticket approve DEAR --by NAME"));
  for (const char* ticket : {"CHEAP", "MANY", "DEAR"}) h.cancel({ticket});
}

TEST(ToldOfChecks, AnApprovalThatComesTwiceOrTooLateOrForNothingIsRefusedInWords) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("A").approval("sign-off");
  plan.add("LATE").approval("sign-off", 1h);
  plan.add("PLAIN");
  h.submit(plan);
  h.assigned();
  for (const char* ticket : {"A", "LATE"}) {
    h.start(ticket);
    h.finish(ticket);
  }
  h.assigned();
  EXPECT_THAT(h.refused(TicketAction::kApprove, {"PLAIN"}),
              HasSubstr("PLAIN has no gate that a person decides"));
  EXPECT_THAT(h.refused(TicketAction::kApprove, {"NONE"}), HasSubstr("has no ticket NONE"));
  h.approve("A");
  EXPECT_THAT(h.refused(TicketAction::kApprove, {"A"}),
              HasSubstr("A is succeeded: only a ticket in review can be approved"));
  h.run_through("PLAIN");
  h.pass(2h);
  EXPECT_THAT(h.refused(TicketAction::kApprove, {"LATE"}), HasSubstr("nobody decided in time"));
}

TEST(ToldOfChecks, ARollbackThatFailedIsToldUntilItIsSettled) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("BAD").after({"A"}).rolls_back(RollbackScope::kRun).writes("db");
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.assigned();
  h.start("BAD");
  h.fail("BAD");
  h.assigned();
  EXPECT_EQ(shown(h, "A").rollback, "planned");
  EXPECT_THAT(explained(h, "A"), HasSubstr("It is to be put back after BAD."));
  EXPECT_THAT(explained(h, "BAD"), HasSubstr("Its rollback was handed to w"));
  h.start_check("BAD");
  h.fail_check("BAD");
  EXPECT_EQ(shown(h, "BAD").rollback, "failed");
  const RunSummary summary = status_of(h).summary(h.run("A"));
  EXPECT_EQ(summary.rollbacks_failed, 1U);
  EXPECT_EQ(summary.rollbacks_planned, 1U);
  EXPECT_THAT(explained(h, "BAD"), HasSubstr("headway ticket settle BAD --by NAME"));
  EXPECT_THAT(explained(h, "A"), HasSubstr("the rollback of BAD failed before it"));
  const WatchAnswer answer = RunWatch(h.folded(), nullptr, h.clock()).answer(h.run("A"));
  ASSERT_EQ(answer.troubled.size(), 1U);
  EXPECT_EQ(answer.troubled.front().ticket.rollback, "failed");
  h.settle("BAD");
  EXPECT_THAT(explained(h, "BAD"), HasSubstr("a person has settled that"));
  h.assigned();
  h.pass_check("A");
}

TEST(ToldOfChecks, AnEventSaysWhichKindOfCheckItIsOf) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.fail_check("A");
  const Fact* ended = nullptr;
  for (const Fact& fact : h.facts()) {
    if (fact.kind == FactKind::kCheckEnded) ended = &fact;
  }
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(status_of(h).event(*ended).check, "rollback");
}

TEST(ToldOfChecks, WhatAFailedRollbackHoldsIsNamedToWhoWaitsForIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back().writes("db").priority(Priority::kHigh);
  plan.add("B").writes("db");
  plan.add("C");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.fail_check("A");
  EXPECT_THAT(explained(h, "B"), HasSubstr("held by A (its rollback failed)"));
  h.ignore_messages();
}

TEST(ToldOfChecks, AGateOfThePlanThatFailsIsNamedWithItsRun) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  plan.gate("whole tree", EveryGroup{}, OnPlanGateFail::kPause);
  plan.max_parallel(1);
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.assigned();
  h.fail_check("whole tree");
  EXPECT_THAT(status_of(h).summary(h.run("A")).failing_gates, ElementsAre("whole tree"));
  h.ignore_messages();
}

}  // namespace
}  // namespace headway
