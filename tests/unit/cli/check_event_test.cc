#include "coordinator/cli/show/check_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/show/words.h"

/// Gates, reviews and rollbacks in the words of the event lines, and of a ticket's state.

namespace headway::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

EventView told(const std::string& kind, const std::string& detail) {
  EventView view;
  view.run = RunId{1};
  view.ticket = "A";
  view.kind = kind;
  view.detail = detail;
  return view;
}

EventView ended(const std::string& kind, const std::string& detail, Outcome outcome) {
  EventView view = told(kind, detail);
  view.outcome = outcome;
  return view;
}

TEST(CheckEvents, SayWhichGateFailedAndWhenItIsTriedAgain) {
  EventView failed = ended("check ended", "gate 1 'unit tests' failed: exit 2", Outcome::kExit);
  failed.check = "gate";
  failed.delay = 10s;
  EXPECT_EQ(event_text(failed).what, "gate 1 'unit tests' failed: exit 2 (again in 10s)");
  EXPECT_FALSE(event_text(failed).minor);
  const EventView passed = ended("check ended", "gate 1 'unit tests'", Outcome::kSucceeded);
  EXPECT_EQ(event_text(passed).what, "gate 1 'unit tests' passed");
  EXPECT_TRUE(event_text(passed).minor);
  EventView assigned = told("check assigned", "on arm");
  assigned.check = "gate";
  assigned.number = 2;
  assigned.worker = "arm";
  EXPECT_EQ(event_text(assigned).what, "gate 2 'on arm' assigned to arm");
  EXPECT_TRUE(event_text(assigned).minor);
}

TEST(CheckEvents, SayWhatToTypeForAReview) {
  EventView opened = told("review opened", "sign-off");
  opened.delay = 2h;
  EXPECT_EQ(event_text(opened).what,
            "is in review, sign-off: headway ticket approve A, or reject; decided without anybody "
            "in 2h 00m");
  EXPECT_TRUE(is_alarm(opened));
  opened.ticket = "R V";
  EXPECT_THAT(event_text(opened).what, HasSubstr("headway ticket approve 'R V', or reject"));
  EXPECT_EQ(event_text(ended("review decided", "approve by ann", Outcome::kSucceeded)).what,
            "review passed: approve by ann");
  EXPECT_EQ(event_text(ended("review decided", "gate 1 'sign-off' was rejected: reject by ann",
                             Outcome::kGate))
                .what,
            "gate 1 'sign-off' was rejected: reject by ann");
}

TEST(CheckEvents, ShoutARollbackThatFailed) {
  const EventView failed = ended("rollback ended", "rollback of A failed: exit 3", Outcome::kExit);
  EXPECT_EQ(event_text(failed).what,
            "ITS ROLLBACK FAILED: exit 3; once that is put right: headway ticket settle A");
  EXPECT_EQ(event_text(failed).colour, Colour::kRed);
  EXPECT_TRUE(is_alarm(failed));
  EventView done = ended("rollback ended", "rollback of A", Outcome::kSucceeded);
  done.token = Token{7};
  EXPECT_EQ(event_text(done).what, "was put back");
  EXPECT_FALSE(is_alarm(done));
}

TEST(CheckEvents, TellOfThePlansGatesAsOfTheRun) {
  EventView failed =
      ended("plan gate ended", "plan gate 1 'whole tree' failed: exit 2", Outcome::kExit);
  failed.ticket.clear();
  EXPECT_EQ(event_text(failed).who, "run r1");
  EXPECT_EQ(event_text(failed).what, "plan gate 1 'whole tree' failed: exit 2");
  EventView same = ended("check ended", failed.detail, Outcome::kExit);
  same.check = "plan gate";
  same.number = 1;
  same.worker = "local";
  same.slot = SlotId{2};
  same.elapsed = 4s;
  EXPECT_TRUE(event_text(same).minor) << "it is said once";
  EXPECT_EQ(event_text(same).what, "the command of plan gate 1 ended on local/2 after 4.0s");
  same.outcome = Outcome::kWorkerLost;
  EXPECT_EQ(event_text(same).what, failed.detail) << "no end of the gate follows";
}

TEST(CheckEvents, TellWithThePlansGateThatTheRunIsPaused) {
  EventView paused = told("run paused", "plan gate 1 'whole tree' failed: exit 2");
  paused.ticket.clear();
  paused.state = "paused";
  EXPECT_TRUE(event_text(paused).minor) << "the gate's line says so";
  paused.detail.clear();
  EXPECT_FALSE(event_text(paused).minor) << "somebody has paused it";
}

TEST(CheckEvents, TellOfACheckpointThatFailedInTheWordsOfTheRegistry) {
  const EventView failed =
      ended("checkpoint", "checkpoint 'c' failed: could not start: no such program",
            Outcome::kCouldNotStart);
  EXPECT_EQ(event_text(failed).what, failed.detail);
  EXPECT_FALSE(event_text(failed).minor);
}

TEST(CheckEvents, LetNothingOfAPlanReachTheTerminal) {
  EventView hostile = told("checkpoint", "x\x1b[2J");
  hostile.outcome = Outcome::kSucceeded;
  EXPECT_EQ(event_text(hostile).what, "reached checkpoint 'x\\x1b[2J'");
}

TEST(StateWords, SayTheStepTheReviewsAgeAndTheRollback) {
  const WallTime now = wall_from_millis(1'000'000'000);
  TicketView ticket;
  ticket.state = TicketState::kValidating;
  ticket.step = "gate 2/3";
  EXPECT_EQ(state_words(ticket, now), "validating gate 2/3");
  ticket.state = TicketState::kReview;
  ticket.review_since = now - 6min - 12s;
  EXPECT_EQ(state_words(ticket, now), "review 6m");
  TicketView failed;
  failed.state = TicketState::kFailed;
  failed.rollback = "failed";
  EXPECT_EQ(state_words(failed, now), "failed, ROLLBACK FAILED");
  failed.rollback = "planned";
  EXPECT_EQ(state_words(failed, now), "failed, to be put back");
  failed.state = TicketState::kUndone;
  failed.rollback = "done";
  EXPECT_EQ(state_words(failed, now), "undone");
}

TEST(AttentionSentences, NameWhatOnlyAPersonCanMend) {
  RunSummary run;
  run.id = RunId{7};
  EXPECT_TRUE(attention_sentences(run).empty());
  run.rollbacks_failed = 1;
  run.failing_gates = {"whole tree"};
  run.in_review = 2;
  EXPECT_THAT(
      attention_sentences(run),
      ElementsAre(HasSubstr("ROLLBACK FAILED: 1 ticket may be half put back"),
                  "plan gate 'whole tree' fails", HasSubstr("2 tickets wait for a person")));
  run.alive = 5;
  run.assigned = 2;
  run.undone = 1;
  run.total = 6;
  EXPECT_EQ(counts_sentence(run), "1 undone, 1 running, 2 assigned, 2 in review of 6 tickets");
}

TEST(NamesOfMany, AreCutShort) {
  EXPECT_EQ(some_of({"a", "b"}), "a and b");
  EXPECT_EQ(some_of({"a", "b", "c", "d", "e", "f", "g"}), "a, b, c, d, e and 2 more");
}

}  // namespace
}  // namespace headway::cli
