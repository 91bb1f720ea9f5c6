#include <gmock/gmock.h>

#include "coordinator/core/status.h"
#include "explained.h"
#include "tests/support/core/core_harness.h"

/// What is said of tickets that wait, rest or run; explain_ended_test.cc: of those that have ended.

namespace headway {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A ticket that runs, and one that waits for it; their worker falls silent when the test wants.
struct MayBeDead {
  explicit MayBeDead(bool on_proof = false) {
    h.join("w");
    PlanBuilder plan;
    TicketBuilder a = plan.add("A").estimate(10min);
    if (on_proof) a.only_on_proof();
    plan.add("B").after({"A"});
    h.submit(plan);
    h.assigned();
  }
  ~MayBeDead() { h.ignore_messages(); }
  CoreHarness h;
};

TEST(Explaining, WithoutACoordinatorSaysThatWhatRanMayBeDead) {
  MayBeDead m;
  EXPECT_THAT(why(m.h, nullptr, "A"), HasSubstr("No coordinator is alive"));
  m.h.start("A");
  m.h.pass(1min);
  const std::string runs = why(m.h, nullptr, "A");
  EXPECT_THAT(runs, HasSubstr("It was started on w/1, attempt 1, 60.0s ago."));
  EXPECT_THAT(runs, HasSubstr("No coordinator is alive, and what it ran may be dead: headway "
                              "resume r1 goes on with it."));
  EXPECT_THAT(runs, Not(HasSubstr("is running")));
  const std::string waits = why(m.h, nullptr, "B");
  EXPECT_THAT(waits, HasSubstr("What holds it up longest: A (running)."));
  EXPECT_THAT(waits, HasSubstr("headway resume r1 goes on with it."));
  EXPECT_THAT(waits, Not(HasSubstr("at the earliest")));
}

TEST(Explaining, SaysSinceWhenAWorkerIsSilentAndWhenItsLeaseEnds) {
  MayBeDead m;
  m.h.start("A");
  EXPECT_THAT(why(m.h, "B"), HasSubstr("at the earliest"));
  m.h.silence("w");
  m.h.advance(12s);
  const std::string runs = why(m.h, "A");
  EXPECT_THAT(runs, HasSubstr("w was last heard of 12s ago; its lease ends in 5.2s.\n"
                              "It goes out again when its lease has run out.\n"));
  EXPECT_THAT(runs, Not(HasSubstr("confirm-dead")));
  const std::string waits = why(m.h, "B");
  EXPECT_THAT(waits, HasSubstr("Whether A is alive is not known.\nw was last heard of 12s ago"));
  EXPECT_THAT(waits, Not(HasSubstr("at the earliest")));
}

TEST(Explaining, SaysThatATicketOnProofGoesOutAgainOnAPersonsWord) {
  MayBeDead m(true);
  m.h.start("A");
  m.h.silence("w");
  m.h.advance(CoreHarness::kLeaseAndMargin + 3s);
  EXPECT_THAT(why(m.h, "A"), HasSubstr("w was last heard of 20s ago; its lease ended 3.0s ago."));
  for (const char* ticket : {"A", "B"}) {
    EXPECT_THAT(why(m.h, ticket), HasSubstr("headway worker remove w --confirm-dead")) << ticket;
  }
  EXPECT_THAT(why(m.h, "B"), Not(HasSubstr("at the earliest")));
  m.h.hello("w", m.h.new_life("w"));
  EXPECT_THAT(why(m.h, "A"), HasSubstr("w was started anew since, without proof"));
  EXPECT_THAT(why(m.h, "A"), HasSubstr("headway worker remove w --confirm-dead"));
}

TEST(Explaining, FollowsTheChainOfAWaitingTicketToWhatRuns) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("A").estimate(10min);
  plan.add("SHORT").estimate(1min);
  plan.add("B").estimate(5min).after({"A", "SHORT"});
  plan.add("C").after({"B"});
  harness.submit(plan);
  harness.assigned();
  harness.start("A");
  harness.pass(4min);
  EXPECT_THAT(
      why(harness, "C"),
      HasSubstr("What holds it up longest: B (waiting, 5m itself), which waits for A (running, "
                "6m more)."));
  EXPECT_THAT(why(harness, "C"), HasSubstr("It can start in 11m at the earliest."));
  EXPECT_THAT(why(harness, "C"), HasSubstr("once A has ended; what that does: headway logs A"));
  harness.start("SHORT");
  harness.finish("SHORT");
  harness.finish("A");
  harness.assigned();
  EXPECT_THAT(why(harness, "C"), HasSubstr("What holds it up longest: B (assigned, 5m more)"));
  harness.finish("B");
  harness.finish_all();
}

TEST(Explaining, TellsHowTheAttemptBeforeEnded) {
  CoreHarness harness;
  harness.join("w");
  PlanBuilder plan;
  plan.add("A").retry(2, 1min, 1);
  harness.submit(plan);
  harness.assigned();
  harness.start("A");
  AttemptResult failed;
  failed.outcome = Outcome::kExit;
  failed.exit_code = 9;
  failed.detail = "ended with code 9";
  harness.end("A", failed);
  EXPECT_THAT(why(harness, "A"), HasSubstr("It may be tried again in 1m"));
  EXPECT_THAT(why(harness, "A"), HasSubstr("Its attempt 1 ended with code 9.\n"));
  harness.pass(1min);
  harness.assigned();
  harness.start("A");
  harness.end("A", Outcome::kTimeout);
  EXPECT_THAT(why(harness, "A"), HasSubstr("Its attempt 2 ended: timeout"));
  harness.pass(1min);
  harness.finish_all();
}

TEST(Explaining, SaysOfAPausedRunWhatElseKeepsATicketBack) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("AGAIN").retry(2, 1min, 1);
  plan.add("GPU").labelled("gpu");
  plan.add("PLAIN");
  const RunId run = harness.submit(plan);
  harness.assigned();
  harness.start("AGAIN");
  harness.fail("AGAIN");
  EXPECT_THAT(why(harness, "AGAIN"), Not(HasSubstr("headway resume")));
  EXPECT_THAT(why(harness, nullptr, "AGAIN"), HasSubstr("No coordinator is alive"));
  harness.pause(run);
  EXPECT_THAT(why(harness, "AGAIN"), HasSubstr("It may be tried again in 1m. The run is paused: "
                                               "nothing is handed out (headway resume r1)."));
  EXPECT_THAT(why(harness, "GPU"), HasSubstr("(headway resume r1). No joined worker offers"));
  harness.finish("PLAIN");
  harness.ignore_messages();
}

TEST(Explaining, KnowsTheLineAsAPersonHasChangedIt) {
  CoreHarness harness;
  harness.join("w", 1);
  PlanBuilder plan;
  plan.add("A").priority(Priority::kHigh);
  plan.add("B");
  plan.add("D").priority(Priority::kLow);
  plan.add("LAST").after({"D"}).priority(Priority::kLow);
  plan.max_parallel(1);
  harness.submit(plan);
  harness.assigned();
  harness.start("A");
  EXPECT_THAT(why(harness, "B"), HasSubstr("It is the first in line"));
  AdjustRequest urgent;
  urgent.priorities.push_back({"LAST", "critical"});
  harness.adjust(urgent);
  EXPECT_THAT(why(harness, "D"), HasSubstr("It is the first in line")) << "LAST waits for it";
  EXPECT_THAT(why(harness, "B"), HasSubstr("It is number 2 in line"));
  harness.finish_all();
}

TEST(Explaining, SaysThatABarrierWaitsForTheLastOfItsGroup) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.barriers();
  plan.add("A").estimate(10min);
  plan.add("B").estimate(1min);
  plan.add("C").after({"B"});
  harness.submit(plan);
  harness.assigned();
  harness.finish("B");
  EXPECT_THAT(why(harness, "C"), HasSubstr("What holds it up longest: A"));
  harness.finish("A");
  harness.finish_all();
}

TEST(Explaining, SaysWhereAReadyTicketStandsInLine) {
  CoreHarness harness;
  harness.join("w");
  PlanBuilder plan;
  plan.resource("licence", 9);  // what counts resources waits at no busy agent
  for (const char* id : {"RUN", "H1", "H2", "M1"}) {
    plan.add(id).estimate(10min).priority(Priority::kHigh).needs("licence", 1);
  }
  plan.add("LOW").estimate(10min).priority(Priority::kLow).needs("licence", 1);
  harness.submit(plan);
  harness.assigned();
  harness.start("RUN");
  EXPECT_THAT(why(harness, "LOW"),
              HasSubstr("It is number 4 in line: 3 ready tickets go before it, 3 of a higher "
                        "priority."));
  EXPECT_THAT(why(harness, "LOW"), HasSubstr("Its turn is expected in about 40m."));
  EXPECT_THAT(why(harness, "LOW"), HasSubstr("headway adjust --priority LOW=critical"));
  EXPECT_THAT(why(harness, "H1"), HasSubstr("It is the first in line of its run."));
  EXPECT_THAT(why(harness, "H1"), Not(HasSubstr("--priority")));
  harness.finish("RUN");
  harness.finish_all();
}

TEST(Explaining, SaysWhenALockIsExpectedToBeFree) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("HOLD").estimate(10min).writes("db").priority(Priority::kHigh);
  plan.add("WAIT").writes("db");
  harness.submit(plan);
  harness.assigned();
  harness.start("HOLD");
  harness.pass(4min);
  EXPECT_THAT(why(harness, "WAIT"), HasSubstr("HOLD is expected to let go in 6m."));
  harness.finish("HOLD");
  harness.finish_all();
}

TEST(Explaining, SaysThatAPersonDecidesWhatIsInReview) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("V-1").estimate(3s).approval("looks");
  plan.add("B").estimate(5min).after({"V-1"});
  plan.add("LONG").estimate(1h);
  plan.add("C").after({"B", "LONG"});
  const RunId run = harness.submit(plan);
  harness.assigned();
  harness.run_through("V-1");
  harness.start("LONG");
  EXPECT_THAT(why(harness, "B"), HasSubstr("It waits for V-1, which is in review."));
  EXPECT_THAT(why(harness, "B"), HasSubstr("What holds it up longest: V-1 (review).\n"));
  EXPECT_THAT(why(harness, "B"),
              HasSubstr("A person decides about V-1: headway ticket approve V-1, or reject."));
  EXPECT_THAT(why(harness, "B"), Not(HasSubstr("at the earliest")));
  EXPECT_THAT(why(harness, "B"), Not(HasSubstr("headway logs")));
  EXPECT_THAT(why(harness, "C"), HasSubstr("which waits for V-1 (review)"))
      << "nobody knows how long that takes";
  EXPECT_THAT(why(harness, "C"), HasSubstr("It can start 5m after the review at the earliest."));
  harness.stop(run, true);
  harness.ignore_messages();
}

TEST(Explaining, NamesWhoHasACountedResourceAndWhenItIsGivenBack) {
  CoreHarness harness;
  harness.join("w", 4);
  PlanBuilder plan;
  plan.resource("lic", 3);
  plan.add("L-1").estimate(10min).needs("lic", 2).priority(Priority::kHigh);
  plan.add("L-2").estimate(20min).needs("lic", 1).priority(Priority::kHigh);
  plan.add("L-3").estimate(1min).needs("lic", 2).priority(Priority::kLow);
  harness.submit(plan);
  harness.assigned();
  harness.start("L-1");
  harness.start("L-2");
  harness.pass(4min);
  EXPECT_THAT(why(harness, "L-3"), HasSubstr("It waits for the resource lic, held by L-1, L-2: 0 "
                                             "of 3 free, 2 needed."));
  EXPECT_THAT(why(harness, "L-3"), HasSubstr("L-1 is expected to give it back in 6m."));
  EXPECT_THAT(why(harness, "L-3"), HasSubstr("headway adjust --resource lic=5"));
  EXPECT_THAT(why(harness, "L-3"), Not(HasSubstr("--priority")));
  harness.finish("L-1");
  harness.finish("L-2");
  harness.finish_all();
}

TEST(Explaining, HasNothingThatShortensABackoff) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.resource("lic", 1);
  plan.add("R-1").retry(2, 120s).priority(Priority::kLow);
  plan.add("GO");
  for (const char* id : {"H1", "H2"}) {
    plan.add(id).after({"GO"}).priority(Priority::kHigh).needs("lic", 1);
  }
  const RunId run = harness.submit(plan);
  harness.assigned();
  harness.run_through("GO");
  harness.assigned();
  harness.start("H1");
  harness.start("R-1");
  harness.fail("R-1");
  harness.pass(10s);
  EXPECT_EQ(harness.state("H2"), TicketState::kReady) << "a more urgent one is in line";
  EXPECT_THAT(why(harness, "R-1"), HasSubstr("It may be tried again in 1m 50s."));
  EXPECT_THAT(why(harness, "R-1"), Not(HasSubstr("headway adjust")));
  EXPECT_THAT(why(harness, "R-1"), Not(HasSubstr("in line")));
  harness.stop(run, true);
  harness.ignore_messages();
}

TEST(Explaining, SaysHowMuchOfAResourceIsOfferedWhereThatIsTooLittle) {
  CoreHarness harness;
  harness.join("w", 1, [](Hello& hello) { hello.resources = {{"cpus", 2000}}; });
  PlanBuilder plan;
  plan.resource("lic", 1);
  plan.add("X-1").needs("cpus", 64);
  plan.add("X-2").needs("lic", 2);
  const RunId run = harness.submit(plan);
  EXPECT_THAT(why(harness, "X-1"), HasSubstr("No joined worker offers enough of the resource cpus "
                                             "(at most 2, 64 are needed)"));
  EXPECT_THAT(why(harness, "X-2"), HasSubstr("There is never enough of the resource lic (at most "
                                             "1, 2 are needed): it waits until there is more."));
  harness.stop(run, true);
  harness.ignore_messages();
}

/// `OV` holds `src/**`, `OV2` wants a file below it, and the run's limit is reached.
struct Full {
  Full() {
    harness.join("w", 3);
    PlanBuilder plan;
    plan.max_parallel(2);
    plan.add("OV").writes("src").priority(Priority::kCritical);
    plan.add("A").priority(Priority::kHigh);
    plan.add("OV2").writes("src");
    run = harness.submit(plan);
    EXPECT_EQ(harness.assigned(), (CoreHarness::Ids{"OV", "A"}));
    harness.start("OV");
    harness.start("A");
  }
  ~Full() {
    harness.stop(run, true);
    harness.ignore_messages();
  }
  [[nodiscard]] std::vector<std::string> waiting_for() const {
    const Status status(harness.core().state(), &harness.core(), harness.clock());
    return status.ticket(harness.run("OV2"), harness.ref("OV2").ticket).waiting_for;
  }
  [[nodiscard]] std::uint32_t conflicts() const {
    return harness.core().scheduler().active_conflicts(run);
  }
  CoreHarness harness;
  RunId run;
};

TEST(Explaining, AgreesWithTheConflictsThatAreCounted) {
  Full full;
  EXPECT_EQ(full.waiting_for(), CoreHarness::Ids{"max_parallel"});
  EXPECT_EQ(full.conflicts(), 0U);
  EXPECT_THAT(why(full.harness, "OV2"),
              HasSubstr("as max_parallel allows. Besides, the lock src is held by OV."));
  full.harness.finish("A");
  EXPECT_EQ(full.waiting_for(), CoreHarness::Ids{"lock src"});
  EXPECT_EQ(full.conflicts(), 1U);
  EXPECT_EQ(full.harness.core().scheduler().lock_lines(9).size(), 1U);
  EXPECT_THAT(why(full.harness, "OV2"), HasSubstr("It waits for the lock src, held by OV."));
}

TEST(Explaining, NamesTheWorkersThatAPlanExcludes) {
  CoreHarness harness;
  harness.join("w");
  PlanBuilder plan;
  plan.add("A").not_on("w");
  harness.submit(plan);
  EXPECT_THAT(why(harness, "A"),
              HasSubstr("No joined worker offers an agent on a worker other than w: it waits"));
}

TEST(Explaining, HasNothingToAddOfOneThatRuns) {
  CoreHarness harness;
  harness.join("w");
  PlanBuilder plan;
  plan.add("A");
  harness.submit(plan);
  harness.assigned();
  harness.start("A");
  EXPECT_THAT(why(harness, "A"), HasSubstr("It is running on w/1"));
  EXPECT_THAT(why(harness, "A"), Not(HasSubstr("gets on")));
  harness.finish("A");
}

TEST(Explaining, NamesWhoHasTheLocksOfWhatIsToBePutBack) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("old").writes("db").rolls_back();
  plan.add("bad").rolls_back(RollbackScope::kRun);
  plan.add("next").writes("db");
  h.submit(plan);
  h.assigned();
  h.run_through("old");
  EXPECT_EQ(h.assigned(), CoreHarness::Ids{"next"});
  h.start("next");
  h.start("bad");
  h.fail("bad");
  h.assigned();
  h.pass_check("bad");
  EXPECT_THAT(why(h, "old"),
              HasSubstr("It is to be put back once nobody else has its locks: now next."));
  h.finish("next");
  EXPECT_EQ(h.assigned(), CoreHarness::Ids{"check old"});
  h.pass_check("old");
  h.ignore_messages();
}

}  // namespace
}  // namespace headway
