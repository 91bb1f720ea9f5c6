#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// What a new version of the plan does to a run that goes on. That counts, groups and locks stay
/// right, and that the journal folds to the same, is checked by the harness after each turn.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;
constexpr PlanChangeWishes kRestart{.restart = true};
constexpr PlanChangeWishes kRerun{.rerun = true};

/// `a` runs on a worker with one slot; `b` waits for it, `c` for `b`.
struct Going {
  Going() {
    h.join("w", 1);
    plan.add("a");
    plan.add("b").after({"a"});
    plan.add("c").after({"b"});
    run = h.submit(plan);
    h.assigned();
    h.start("a");
  }
  Ticket& ticket(std::size_t index) { return plan.plan.tickets[index]; }
  [[nodiscard]] std::string fate(const PlanChange& change, const std::string& ticket) const {
    for (const TicketFate& each : change.fates) {
      if (change.revision->plan->plan.tickets[each.ticket.index()].id == ticket) return each.words;
    }
    return "";
  }
  CoreHarness h;
  PlanBuilder plan;
  RunId run;
};

TEST(PlanChange, AddedTicketsRunAndTheRunEndsWithThem) {
  Going p;
  p.plan.add("d").after({"c"});
  p.h.apply(p.plan);
  p.h.finish("a");
  p.h.finish_all();
  EXPECT_EQ(p.h.state("d"), TicketState::kSucceeded);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
  EXPECT_EQ(p.h.count(FactKind::kPlanChanged), 1U);
}

TEST(PlanChange, ARemovedTicketIsNotRunAndIsNoFailure) {
  Going p;
  PlanBuilder shorter;
  shorter.add("a");
  shorter.add("c").after({"a"});
  p.h.apply(shorter);
  EXPECT_EQ(p.h.state("b"), TicketState::kCancelled);
  EXPECT_EQ(p.h.record("b").detail, "removed from the plan (version 2)");
  p.h.finish("a");
  EXPECT_EQ(p.h.assigned(), Ids{"c"});
  p.h.finish("c");
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, ARemovedTicketThatRunsIsStoppedAndItsLocksAreKeptUntilItIsDead) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("a").never_beside({"b"});
  plan.add("b");
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.start("a");
  PlanBuilder shorter;
  shorter.add("b");
  h.apply(shorter);
  EXPECT_EQ(h.sent<Stop>("w").outcome, Outcome::kCancelled);
  EXPECT_EQ(h.assigned(), Ids{});
  h.end("a", Outcome::kCancelled);
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(PlanChange, ARunningTicketGoesOnByItsOldTextAndARetryTakesTheNewOne) {
  Going p;
  p.ticket(0).command.shell_line = "make better";
  p.ticket(0).retry.max = 1;
  const PlanChange change = p.h.apply(p.plan);
  EXPECT_NE(p.fate(change, "a").find("old text"), std::string::npos);
  EXPECT_EQ(attempt_spec(*p.h.core().state().find_run(p.run), TicketIndex{0}).words.back(), "true");
  p.h.fail("a");
  EXPECT_EQ(p.h.assigned(), Ids{"a"});
  EXPECT_EQ(attempt_spec(*p.h.core().state().find_run(p.run), TicketIndex{0}).words.back(),
            "make better");
  p.h.finish("a");
  p.h.finish_all();
}

TEST(PlanChange, WhatWasHandedOutAndHasNotStartedIsTakenBackAndGoesOutByItsNewText) {
  Going p;
  p.h.finish("a");
  EXPECT_EQ(p.h.assigned(), Ids{"b"});
  p.ticket(1).command.shell_line = "make better";
  p.h.apply(p.plan);
  EXPECT_TRUE(p.h.sent<Stop>("w").recall);
  p.h.end("b", Outcome::kTakenBack);
  EXPECT_EQ(p.h.assigned(), Ids{"b"});
  EXPECT_EQ(attempt_spec(*p.h.core().state().find_run(p.run), TicketIndex{1}).words.back(),
            "make better");
  p.h.finish("b");
  p.h.finish_all();
}

TEST(PlanChange, WithRestartARunningTicketBeginsAnewByItsNewText) {
  Going p;
  p.ticket(0).command.shell_line = "make better";
  p.h.apply(p.plan, kRestart);
  EXPECT_EQ(p.h.sent<Stop>("w").outcome, Outcome::kTakenBack);
  p.h.end("a", Outcome::kTakenBack);
  EXPECT_EQ(p.h.assigned(), Ids{"a"});
  p.h.finish("a");
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, ASucceededTicketStaysSoUnlessItIsToRunAgain) {
  Going p;
  p.h.finish("a");
  EXPECT_EQ(p.h.assigned(), Ids{"b"});
  p.ticket(0).command.shell_line = "make better";
  p.h.apply(p.plan);
  EXPECT_EQ(p.h.state("a"), TicketState::kSucceeded);
  p.ticket(0).command.shell_line = "make best";
  const std::string why = p.h.refused_application(p.plan, kRerun);
  EXPECT_NE(why.find("b comes after a and is assigned"), std::string::npos) << why;
  p.h.finish("b");
  EXPECT_EQ(p.h.assigned(), Ids{"c"});
  p.h.start("c");
  p.h.fail("c");
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
}

TEST(PlanChange, RerunOpensAChangedTicketAndAllOnTopOfIt) {
  Going p;
  p.plan.add("d").after({"c"});
  p.h.apply(p.plan);
  p.h.finish("a");
  p.h.pause(p.run);
  p.h.ignore_messages();
  p.h.finish("b");
  p.ticket(0).command.shell_line = "make better";
  p.h.apply(p.plan, kRerun);
  EXPECT_EQ(p.h.state("a"), TicketState::kReady);
  EXPECT_EQ(p.h.state("b"), TicketState::kWaiting);
  p.h.resume(p.run);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, RefusesANewDependencyOfWhatRuns) {
  Going p;
  PlanBuilder turned;
  turned.add("a").after({"x"});
  turned.add("x");
  const std::string why = p.h.refused_application(turned);
  EXPECT_NE(why.find("a is running already and would depend on x"), std::string::npos) << why;
  EXPECT_EQ(p.h.count(FactKind::kPlanChanged), 0U);
  p.h.finish("a");
  p.h.finish_all();
}

TEST(PlanChange, RefusesAConflictOfTwoThatRun) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add_many("t", 2);
  h.submit(plan);
  h.assigned();
  plan.plan.tickets[0].dependencies.file_conflicts = {"t2"};
  EXPECT_NE(h.refused_application(plan).find("would conflict"), std::string::npos);
  h.finish("t1");
  h.finish("t2");
}

TEST(PlanChange, WhatWaitsDoesNotBeginBesideARunningTicketThatItMayNotMeetAnyMore) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.start("a");
  plan.plan.tickets[0].locks.push_back({"db", LockMode::kWrite});
  plan.add("b").writes("db");
  h.apply(plan);
  EXPECT_EQ(h.assigned(), Ids{});
  h.restart();
  h.rejoin("w");
  EXPECT_EQ(h.assigned(), Ids{}) << "nor after a restart";
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
}

/// `a` and `b` run, `b` with the lock `db`; by the plan that follows `a` is to have it, and `b`
/// not.
struct Swapped {
  Swapped() {
    h.join("w", 3);
    plan.add("a");
    plan.add("b").writes("db");
    h.submit(plan);
    h.assigned();
    h.start("a");
    h.start("b");
    plan.plan.tickets[0].locks.push_back({"db", LockMode::kWrite});
    plan.plan.tickets[1].locks.clear();
  }
  CoreHarness h;
  PlanBuilder plan;
};

TEST(PlanChange, WhatWaitsDoesNotBeginEitherOnceSomebodyElseLetsGoOfWhatARunningTicketIsToHave) {
  for (const bool restarted : {false, true}) {
    Swapped p;
    p.plan.add("c").writes("db");
    p.h.apply(p.plan);
    EXPECT_EQ(p.h.assigned(), Ids{});
    if (restarted) {
      p.h.restart();
      p.h.rejoin("w");
    }
    p.h.finish("b");
    EXPECT_EQ(p.h.assigned(), Ids{}) << "a runs, and may not meet c by this plan";
    p.h.finish("a");
    EXPECT_EQ(p.h.assigned(), Ids{"c"});
    p.h.finish("c");
  }
}

TEST(PlanChange, NobodyBeginsBesideAReaderThatIsToBeAWriter) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("a").reads("db");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.start("a");
  plan.plan.tickets[0].locks = {{"db", LockMode::kWrite}};
  plan.add("b").reads("db");
  h.apply(plan);
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
}

TEST(PlanChange, SaysBesideWhomARunningTicketGoesOnThatIsToHaveALock) {
  Swapped p;
  const PlanChange change = p.h.apply(p.plan, {}, true);
  ASSERT_EQ(change.fates.size(), 2U);
  EXPECT_EQ(change.fates[0].words,
            "goes on by its old text beside b, which holds db until it ends, another attempt by "
            "the new one; --restart begins anew");
  EXPECT_EQ(change.fates[1].words,
            "goes on by its old text, another attempt by the new one; --restart begins anew");
  p.h.finish("a");
  p.h.finish("b");
}

TEST(PlanChange, ARollbackWaitsForARunningTicketThatIsToHaveItsLock) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("x").writes("db").rolls_back();
  plan.add("a");
  plan.add("y").rolls_back(RollbackScope::kRun);
  plan.add("b").writes("db");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"x", "a", "y"}));
  h.run_through("x");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  for (const char* ticket : {"a", "b", "y"}) h.start(ticket);
  plan.plan.tickets[1].locks.push_back({"db", LockMode::kWrite});
  plan.plan.tickets[3].locks.clear();
  h.apply(plan);
  h.fail("y");
  EXPECT_EQ(h.assigned(), Ids{"check y"});
  h.pass_check("y");
  EXPECT_EQ(h.assigned(), Ids{}) << "b has what x changed";
  h.finish("b");
  EXPECT_EQ(h.assigned(), Ids{}) << "and a is to have it";
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"check x"});
  h.pass_check("x");
  h.ignore_messages();
}

TEST(PlanChange, UndoneARemovedTicketComesBack) {
  Going p;
  PlanBuilder shorter;
  shorter.add("a");
  p.h.apply(shorter);
  EXPECT_EQ(p.h.state("c"), TicketState::kCancelled);
  p.h.apply(p.plan);
  EXPECT_EQ(p.h.state("b"), TicketState::kWaiting);
  p.h.finish("a");
  p.h.finish_all();
  EXPECT_EQ(p.h.state("c"), TicketState::kSucceeded);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, WhatRunsCannotComeAfterATicketThatComesBack) {
  Going p;
  PlanBuilder without;
  without.add("a");
  p.h.apply(without);
  PlanBuilder turned;
  turned.add("b");
  turned.add("a").after_end_of({"b"});
  const std::string why = p.h.refused_application(turned);
  EXPECT_NE(why.find("a comes after b, which would run again"), std::string::npos) << why;
  p.h.finish("a");
}

TEST(PlanChange, WhatDependsOnAFailedTicketByTheNewPlanIsAborted) {
  Going p;
  p.plan.add("other");
  p.h.apply(p.plan);
  p.h.fail("a");
  p.plan.add("late").after({"a"});
  p.h.apply(p.plan);
  EXPECT_EQ(p.h.state("late"), TicketState::kAborted);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
}

TEST(PlanChange, ADryRunTellsWhatWillBeAbortedSinceItComesToDependOnAFailure) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("going");
  plan.add("c");
  plan.add("turned").after({"going"});
  plan.add("kept").after({"turned"});
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"going", "c"}));
  h.start("c");
  h.fail("c");
  plan.plan.tickets[2].dependencies.blocking = {"c"};
  plan.add("g").after({"c"});
  plan.add("h").after({"g"});
  plan.add("fine").after({"going"});
  const PlanChange change = h.apply(plan, {}, true);
  std::vector<std::string> told;
  for (const TicketFate& fate : change.fates) {
    told.push_back(change.after->ticket(fate.ticket).id + " " + fate.words);
  }
  EXPECT_EQ(told, (Ids{"turned is aborted at once: c failed, and it depends on it",
                       "kept is aborted at once: turned aborted, and it depends on it",
                       "g is aborted at once: c failed, and it depends on it",
                       "h is aborted at once: g aborted, and it depends on it", "fine is run"}));
  EXPECT_EQ(remaining_path(*change.after).tickets.size(), 2U) << "going > fine";
  h.apply(plan);
  for (const TicketFate& fate : change.fates) {
    const std::string& id = change.after->ticket(fate.ticket).id;
    EXPECT_EQ(h.state(id), change.after->tickets[fate.ticket.index()].state) << id;
    if (id == "fine") continue;
    EXPECT_EQ(fate.words, "is aborted at once: " + h.record(id).detail);
  }
  h.finish("going");
  h.finish_all();
}

TEST(PlanChange, ARemovedFailureDoesNotFailTheRun) {
  Going p;
  p.plan.add("other");
  p.h.apply(p.plan);
  p.h.fail("a");
  PlanBuilder rest;
  rest.add("other");
  p.h.apply(rest);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, ARemovedTicketCannotBeRetried) {
  Going p;
  PlanBuilder shorter;
  shorter.add("a");
  p.h.apply(shorter);
  EXPECT_EQ(p.h.refused(TicketAction::kRetry, {"b"}), "b is not in the plan of run r1 any more");
  p.h.finish("a");
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, WithoutTicketsLeftTheRunEnds) {
  Going p;
  p.h.pause(p.run);
  p.h.finish("a");
  PlanBuilder done;
  done.add("a");
  p.h.apply(done);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(PlanChange, BarriersHoldByTheNewPlan) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.barriers();
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"b"});
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  plan.add("a2");
  plan.add("b2").after({"a2"});
  h.apply(plan);
  EXPECT_EQ(h.assigned(), Ids{"a2"});
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{}) << "b waits for a2, which is of the first group";
  h.finish("a2");
  h.finish_all();
}

TEST(PlanChange, RefusesWhatWasMadeOfAnOlderVersionAndRunsThatHaveEnded) {
  Going p;
  p.plan.add("d").after({"c"});
  p.h.apply(p.plan);
  const std::string why = p.h.refused_application(p.plan, {.base = 1});
  EXPECT_NE(why.find("version 2 meanwhile"), std::string::npos) << why;
  p.h.stop(p.run);
  p.h.sent<Stop>("w");
  EXPECT_NE(p.h.refused_application(p.plan).find("being stopped"), std::string::npos);
  p.h.end("a", Outcome::kCancelled);
  const std::string ended = p.h.refused_application(p.plan);
  EXPECT_NE(ended.find("has ended"), std::string::npos) << ended;
  EXPECT_NE(ended.find("of one that succeeded headway ticket rerun"), std::string::npos) << ended;
}

TEST(PlanChange, ADryRunChangesNothingAndShowsTheRunAsItWouldBe) {
  Going p;
  p.plan.add("d").after({"c"}).estimate(1h);
  const PlanChange change = p.h.apply(p.plan, {}, true);
  EXPECT_EQ(p.h.count(FactKind::kPlanChanged), 0U);
  EXPECT_EQ(change.after->tickets.size(), 4U);
  const headway::Run& run = *p.h.core().state().find_run(p.run);
  EXPECT_EQ(remaining_path(run).length, 30min);
  EXPECT_EQ(remaining_path(*change.after).length, 90min);
  EXPECT_EQ(remaining_path(*change.after).tickets.size(), 4U);
  p.h.finish("a");
  p.h.finish_all();
}

TEST(PlanChange, EveryPrefixOfTheJournalRecovers) {
  Going p;
  PlanBuilder next;
  next.add("a").writes("db");
  next.add("c").after({"a"});
  next.add("d").writes("db");
  p.h.apply(next);
  p.h.apply(p.plan);
  p.h.finish("a");
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
  for (std::size_t length = 0; length <= p.h.facts().size(); ++length) {
    Journal prefix = p.h.journal();
    prefix.facts.resize(length);
    Core core(CoreHarness::default_options(), fold(prefix), p.h.clock());
    core.finish_turn(p.h.clock());
    for (const std::string& what : broken_invariants(core)) ADD_FAILURE() << length << ": " << what;
  }
}

}  // namespace
}  // namespace headway
