#include "coordinator/cli/show/event_line.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace headway::cli {
namespace {

EventView event(std::string kind, std::string state) {
  EventView view;
  view.at = wall_from_millis(((12 * 60 + 3) * 60 + 4) * 1000);
  view.run = RunId{1};
  view.ticket = "API-014";
  view.attempt = 1;
  view.worker = "local";
  view.slot = SlotId{1};
  view.kind = std::move(kind);
  view.state = std::move(state);
  return view;
}

std::string line(const EventView& view, std::uint32_t most_attempts = 0) {
  ::setenv("TZ", "UTC", 1);
  return event_line(view, false, most_attempts);
}

TEST(EventLine, SaysWhereATicketRuns) {
  EXPECT_EQ(line(event("attempt started", "running")), "12:03:04 API-014 running on local/1");
  EventView second = event("attempt started", "running");
  second.attempt = 2;
  EXPECT_EQ(line(second, 3), "12:03:04 API-014 running on local/1 (attempt 2 of 3)");
}

TEST(EventLine, SaysHowAnAttemptEnded) {
  EventView done = event("attempt ended", "succeeded");
  done.outcome = Outcome::kSucceeded;
  done.elapsed = std::chrono::milliseconds{1200};
  EXPECT_EQ(line(done), "12:03:04 API-014 succeeded 1.2s");

  EventView again = event("attempt ended", "ready");
  again.outcome = Outcome::kExit;
  again.exit_code = 1;
  again.delay = std::chrono::seconds{10};
  EXPECT_EQ(line(again, 2), "12:03:04 API-014 failed: exit 1 (attempt 1 of 2, again in 10s)");

  EventView failed = event("attempt ended", "failed");
  failed.outcome = Outcome::kTimeout;
  EXPECT_EQ(line(failed, 1), "12:03:04 API-014 failed: timeout");

  EventView lost = event("attempt ended", "ready");
  lost.outcome = Outcome::kWorkerLost;
  EXPECT_EQ(line(lost), "12:03:04 API-014 worker lost; will be handed out again");
}

TEST(EventLine, NamesRunsAndWorkersWhereThereIsNoTicket) {
  EventView run = event("run paused", "paused");
  run.ticket.clear();
  EXPECT_EQ(line(run), "12:03:04 run r1 paused");
  EventView worker = event("worker joined", "");
  worker.ticket.clear();
  EXPECT_EQ(line(worker), "12:03:04 worker local joined");
}

TEST(EventLine, SaysHowBusyMachinesWereToWhoWantsToKnowEverything) {
  EventView event;
  event.run = RunId{3};
  event.kind = "run load";
  event.detail = "0.1200 0.5000 0.0000 0.0000";
  const EventText text = event_text(event, 0);
  EXPECT_EQ(text.what, "machines were busy (cpu, memory, disk, network): " + event.detail);
  EXPECT_TRUE(text.minor) << "nothing of it is a change that people wait for";
}

TEST(EventLine, LetsNothingOfAPlanReachTheTerminal) {
  EventView hostile = event("ticket ended", "aborted");
  hostile.ticket = "x\x1b[2J";
  hostile.detail = "y\nz\x07";
  EXPECT_EQ(line(hostile), "12:03:04 x\\x1b[2J aborted: y\\nz\\x07");
}

}  // namespace
}  // namespace headway::cli
