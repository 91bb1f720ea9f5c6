#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"
#include "coordinator/cli/report/junit.h"
#include "coordinator/cli/report/trace.h"

namespace headway::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WallTime at_second(int number) {
  return *parse_time("2026-01-06T09:00:00Z") + std::chrono::seconds{number};
}

EventView event(int second, const std::string& kind, const std::string& ticket = "",
                std::uint64_t token = 0) {
  EventView view;
  view.at = at_second(second);
  view.kind = kind;
  view.ticket = ticket;
  view.token = Token{token};
  view.worker = "one";
  view.slot = SlotId{token % 2 == 0 ? 2U : 1U};
  return view;
}

/// A runs and fails, waits for a lock, and runs again while the run is paused.
std::vector<EventView> sample_events() {
  std::vector<EventView> events = {event(0, "run submitted"),
                                   event(1, "ticket assigned", "A", 1),
                                   event(1, "attempt started", "A", 1),
                                   event(5, "attempt ended", "A", 1),
                                   event(6, "lock wait", "A"),
                                   event(9, "ticket assigned", "A", 2),
                                   event(10, "attempt started", "A", 2),
                                   event(11, "run paused"),
                                   event(14, "run resumed"),
                                   event(15, "attempt ended", "B", 9)};
  events[3].outcome = Outcome::kExit;
  events[3].detail = "exit 1";
  events[4].detail = "docs/index.md";
  return events;
}

TEST(Timeline, HasAttemptsWaitsAndPauses) {
  const Timeline line = make_timeline(sample_events(), at_second(20));
  EXPECT_EQ(line.begin, at_second(0));
  EXPECT_THAT(line.agents, ElementsAre("one/1", "one/2"));
  ASSERT_EQ(line.attempts.size(), 2U);
  EXPECT_EQ(line.attempts[0].end, at_second(5));
  EXPECT_EQ(line.attempts[0].outcome, Outcome::kExit);
  EXPECT_FALSE(line.attempts[1].over);
  EXPECT_EQ(line.attempts[1].end, at_second(20)) << "it still runs";
  ASSERT_EQ(line.waits.size(), 1U);
  EXPECT_EQ(line.waits[0].lock, "docs/index.md");
  EXPECT_EQ(line.waits[0].end, at_second(9));
  ASSERT_EQ(line.pauses.size(), 1U);
  EXPECT_EQ(line.pauses[0].end, at_second(14));
}

TEST(Timeline, NamesTheWorkerAloneWhereTheSlotWasNeverTold) {
  EventView started = event(1, "attempt started", "A", 1);
  started.slot = {};
  EXPECT_THAT(make_timeline({started}, at_second(2)).agents, ElementsAre("one"));
}

TEST(Timeline, TellsGatesElsewhereFromTheAttemptThatWaitsForThem) {
  std::vector<EventView> events = {
      event(1, "attempt started", "A", 1), event(5, "command ended", "A", 1),
      event(6, "check assigned", "A", 2),  event(7, "check started", "A", 2),
      event(9, "check ended", "A", 2),     event(9, "attempt ended", "A", 1)};
  events[2].check = events[4].check = "gate";
  events[2].detail = "on arm";
  events[4].outcome = Outcome::kExit;
  events[5].outcome = Outcome::kGate;
  const Timeline line = make_timeline(events, at_second(20));
  ASSERT_EQ(line.attempts.size(), 1U);
  EXPECT_EQ(line.attempts[0].end, at_second(5)) << "then its agent was free";
  EXPECT_EQ(line.attempts[0].outcome, Outcome::kGate);
  ASSERT_EQ(line.checks.size(), 1U);
  EXPECT_EQ(line.checks[0].what, "A: gate 'on arm'");
  EXPECT_EQ(line.checks[0].start, at_second(7));
  EXPECT_EQ(line.checks[0].end, at_second(9));
  EXPECT_THAT(compact(trace_json("r1", line)), HasSubstr(R"("cat":"failed check")"));
}

TEST(Timeline, IsEmptyWithoutEvents) {
  const Timeline line = make_timeline({}, at_second(1));
  EXPECT_TRUE(line.attempts.empty());
  EXPECT_EQ(trace_json("r1", line)["traceEvents"].size(), 3U) << "names alone";
}

TEST(Trace, HasALaneForEachAgent) {
  const Json trace = trace_json("r1 demo", make_timeline(sample_events(), at_second(20)));
  std::vector<std::string> slices;
  for (const Json& each : trace["traceEvents"]) {
    if (each["ph"] != "X") continue;
    EXPECT_EQ(each["pid"], 1);
    slices.push_back(each["name"].get<std::string>() + "@" + each["tid"].dump() + " " +
                     each["ts"].dump() + "+" + each["dur"].dump());
  }
  EXPECT_THAT(slices, ElementsAre("paused@0 11000000+3000000", "A@1 1000000+4000000",
                                  "A@2 10000000+10000000"));
  EXPECT_THAT(compact(trace), HasSubstr(R"("name":"A waits for docs/index.md")"));
}

TEST(JUnit, TellsWhatBecameOfTickets) {
  StatusAnswer status;
  status.run.id = RunId{3};
  status.run.name = "a<b";
  const auto add = [&](const char* id, TicketState state) -> TicketView& {
    TicketView& view = status.tickets.emplace_back();
    view.id = id;
    view.state = state;
    return view;
  };
  TicketView& done = add("A", TicketState::kSucceeded);
  done.category = "docs";
  done.started_at = at_second(0);
  done.finished_at = at_second(2);
  TicketView& failed = add("B", TicketState::kFailed);
  failed.outcome = Outcome::kExit;
  failed.exit_code = 3;
  failed.detail = "said \"no\" & left\x01";
  add("C", TicketState::kAborted).detail = "B failed";
  const std::string xml = junit_xml(make_registry_report(status, at_second(9)));
  EXPECT_THAT(xml, HasSubstr("name=\"r3 a&lt;b\" tests=\"3\" failures=\"1\" errors=\"0\" "
                             "skipped=\"1\" time=\"2.000\""));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"docs\" name=\"A\" time=\"2.000\"/>"));
  EXPECT_THAT(xml, HasSubstr("&quot;no&quot; &amp; left"));
  EXPECT_EQ(xml.find('\x01'), std::string::npos) << "XML has no control characters";
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"aborted: B failed\"/>"));
}

}  // namespace
}  // namespace headway::cli
