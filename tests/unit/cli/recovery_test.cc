#include "coordinator/cli/report/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"

namespace headway::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

EventView happened(int second, const std::string& kind, const std::string& ticket = "",
                   std::uint64_t token = 0) {
  EventView view;
  view.at = *parse_time("2026-01-06T09:00:00Z") + std::chrono::seconds{second};
  view.run = RunId{1};
  view.kind = kind;
  view.ticket = ticket;
  view.token = Token{token};
  view.worker = "one";
  return view;
}

EventView of_no_run(int second, const std::string& kind) {
  EventView view = happened(second, kind);
  view.run = {};
  return view;
}

/// A runs, and B is in review, when the coordinator is killed; A's worker does not come back.
std::vector<EventView> killed() {
  std::vector<EventView> events = {
      of_no_run(0, "epoch started"),          happened(1, "run submitted"),
      happened(2, "ticket assigned", "A", 1), happened(2, "attempt started", "A", 1),
      happened(3, "ticket assigned", "B", 2), happened(4, "command ended", "B", 2),
      happened(4, "review opened", "B"),      of_no_run(10, "epoch started"),
      of_no_run(25, "worker lost"),           happened(25, "attempt ended", "A", 1),
      happened(26, "ticket assigned", "A", 3)};
  events[3].slot = SlotId{2};
  events[8].detail = "no heartbeat came within its lease";
  events[9].outcome = Outcome::kWorkerLost;
  events[9].state = "ready";
  return events;
}

TEST(RecoveryReport, TellsWhatWasUnderWayAndWhatBecameOfIt) {
  const std::vector<Recovery> found = recoveries(killed(), RunId{1});
  ASSERT_EQ(found.size(), 1U) << "the first start is before the run";
  EXPECT_EQ(found[0].cause, "the coordinator was started again");
  ASSERT_EQ(found[0].under_way.size(), 2U);
  EXPECT_EQ(found[0].under_way[0].what, "A, attempt 1");
  EXPECT_EQ(found[0].under_way[0].agent, "one/2");
  EXPECT_EQ(found[0].under_way[0].fate, "ended: worker lost; its ticket goes out again");
  EXPECT_EQ(found[0].under_way[1].what, "review of B");
  EXPECT_EQ(found[0].under_way[1].fate, "not known yet");
  ASSERT_EQ(found[0].found.size(), 1U);
  EXPECT_THAT(found[0].found[0], HasSubstr("worker one was lost: no heartbeat"));
  EXPECT_THAT(found[0].look_at, ElementsAre(HasSubstr("headway ticket approve B")));
}

/// As a command is that was refused, or that only asked.
TEST(RecoveryReport, DoesNotCountACoordinatorOfWhichNothingCame) {
  std::vector<EventView> events = killed();
  events.insert(events.begin() + 7, {of_no_run(8, "epoch started"), of_no_run(9, "epoch started")});
  events.push_back(of_no_run(30, "epoch started"));
  const std::vector<Recovery> found = recoveries(events, RunId{1});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, events[9].at);
}

TEST(RecoveryReport, HasNothingToTellOfARunThatWentThrough) {
  EXPECT_THAT(recoveries({happened(1, "run submitted"), happened(2, "run ended")}, RunId{1}),
              IsEmpty());
  EXPECT_EQ(recovery_text({}, "r1 p", false), "r1 p: taken up again 0 times\n");
}

TEST(RecoveryReport, IsTextMarkdownOrJson) {
  const std::vector<Recovery> found = recoveries(killed(), RunId{1});
  EXPECT_THAT(recovery_text(found, "r1 p", false),
              HasSubstr("    A, attempt 1 on one/2: ended: worker lost"));
  EXPECT_THAT(recovery_text(found, "r1 p", true), HasSubstr("\n- A, attempt 1 on one/2: ended"));
  RunSummary run;
  run.id = RunId{1};
  const Json json = recovery_json(found, run);
  EXPECT_EQ(json["recoveries"][0]["under_way"][1]["what"], "review of B");
}

TEST(RecoveryReport, CountsAResumptionOfARunThatHadStopped) {
  const std::vector<Recovery> found = recoveries(
      {happened(1, "run submitted"), happened(2, "run ended"), of_no_run(3, "epoch started"),
       happened(4, "run resumed"), happened(5, "run paused"), happened(6, "run resumed")},
      RunId{1});
  ASSERT_EQ(found.size(), 1U) << "a pause is no end";
  EXPECT_EQ(found[0].cause, "the run was resumed");
}

TEST(RecoveryReport, CountsThatACancelledRunIsPutBack) {
  const std::vector<Recovery> found =
      recoveries({happened(1, "run submitted"), happened(2, "run stopping"),
                  happened(3, "run ended"), happened(4, "run stopping"), happened(5, "run ended")},
                 RunId{1});
  ASSERT_EQ(found.size(), 1U) << "the first stop was the end";
  EXPECT_EQ(found[0].cause, "what the run has done is put back");
}

/// Its outcome, and the state of its ticket after it.
EventView ended(EventView view, Outcome outcome, const std::string& state = "") {
  view.outcome = outcome;
  view.state = state;
  return view;
}

EventView of_rollback(int second, const std::string& kind, const std::string& ticket,
                      std::uint64_t token) {
  EventView view = happened(second, kind, ticket, token);
  view.check = "rollback";
  view.detail = ticket;
  return view;
}

TEST(RecoveryReport, AsksNobodyToDecideAReviewThatWasCancelled) {
  const std::vector<Recovery> found = recoveries(
      {happened(1, "run submitted"), happened(2, "ticket assigned", "A", 1),
       happened(3, "command ended", "A", 1), happened(3, "review opened", "A"),
       ended(happened(4, "attempt ended", "A", 1), Outcome::kCancelled, "cancelled"),
       happened(5, "run stopping"), happened(6, "run ended"), happened(7, "run resumed")},
      RunId{1});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].look_at, IsEmpty());
}

TEST(RecoveryReport, TellsOfTicketsThatWereTakenBackWhenTheRunWasStopped) {
  const std::vector<Recovery> found =
      recoveries({happened(1, "run submitted"), happened(2, "ticket assigned", "A", 1),
                  happened(2, "ticket assigned", "B", 2), happened(3, "run stopping"),
                  ended(happened(4, "attempt ended", "A", 1), Outcome::kTakenBack, "ready"),
                  ended(happened(4, "attempt ended", "B", 2), Outcome::kSucceeded, "succeeded"),
                  happened(5, "run ended"), happened(6, "run resumed"),
                  happened(7, "ticket assigned", "A", 3)},
                 RunId{1});
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].under_way.size(), 1U) << "B had ended by itself";
  EXPECT_EQ(found[0].under_way[0].what, "A, attempt 1");
  EXPECT_EQ(found[0].under_way[0].agent, "one");
  EXPECT_EQ(found[0].under_way[0].fate, "ended: taken back; its ticket goes out again");
}

TEST(RecoveryReport, TellsOfRollbacksThatWerePlanned) {
  EventView failed = ended(happened(8, "rollback ended", "A", 3), Outcome::kExit);
  failed.detail = "rollback of A failed: exit 3";
  const std::vector<Recovery> found =
      recoveries({happened(1, "run submitted"), happened(2, "rollback planned", "B"),
                  happened(2, "rollback planned", "A"), of_no_run(3, "epoch started"),
                  ended(happened(4, "rollback ended", "B"), Outcome::kSucceeded),
                  of_rollback(5, "check assigned", "A", 3),
                  ended(of_rollback(7, "check ended", "A", 3), Outcome::kExit), failed},
                 RunId{1});
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].under_way.size(), 2U);
  EXPECT_EQ(found[0].under_way[0].what, "rollback of A");
  EXPECT_EQ(found[0].under_way[0].agent, "");
  EXPECT_EQ(found[0].under_way[0].fate, "rollback of A failed: exit 3");
  EXPECT_EQ(found[0].under_way[1].what, "rollback of B");
  EXPECT_EQ(found[0].under_way[1].fate, "it was put back");
  EXPECT_THAT(found[0].look_at, ElementsAre(HasSubstr("headway ticket settle A")));
}

TEST(RecoveryReport, SaysThatARollbackLostWithItsWorkerRunsAgain) {
  EventView started = happened(3, "check started", "A", 3);
  started.slot = SlotId{2};
  std::vector<EventView> events = {
      happened(1, "run submitted"),
      happened(2, "rollback planned", "A"),
      of_rollback(3, "check assigned", "A", 3),
      started,
      of_no_run(4, "epoch started"),
      ended(of_rollback(9, "check ended", "A", 3), Outcome::kWorkerLost)};
  std::vector<Recovery> found = recoveries(events, RunId{1});
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].under_way.size(), 1U);
  EXPECT_EQ(found[0].under_way[0].what, "rollback of A");
  EXPECT_EQ(found[0].under_way[0].agent, "one/2");
  EXPECT_EQ(found[0].under_way[0].fate, "ended: worker lost; it runs again");

  events.push_back(of_rollback(10, "check assigned", "A", 4));
  events.push_back(ended(happened(11, "rollback ended", "A", 4), Outcome::kSucceeded));
  found = recoveries(events, RunId{1});
  EXPECT_EQ(found[0].under_way[0].fate, "ended: worker lost; it runs again: it was put back");
}

TEST(RecoveryReport, TellsWhatWasUnderWayInTheOrderInWhichItWasHandedOut) {
  const std::vector<Recovery> found =
      recoveries({happened(1, "run submitted"), happened(2, "ticket assigned", "A", 9),
                  happened(3, "ticket assigned", "B", 10), of_no_run(4, "epoch started"),
                  of_no_run(5, "worker joined")},
                 RunId{1});
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].under_way.size(), 2U);
  EXPECT_EQ(found[0].under_way[0].what, "A, attempt 1");
}

}  // namespace
}  // namespace headway::cli
