#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"
#include "coordinator/cli/report/registry_text.h"

namespace headway::cli {
namespace {

using testing::HasSubstr;

WallTime second(int number) {
  return *parse_time("2026-01-06T09:00:00Z") + std::chrono::seconds{number};
}

TicketView ticket(const std::string& id, TicketState state, const std::string& priority,
                  const std::string& category) {
  TicketView view;
  view.id = id;
  view.state = state;
  view.priority = priority;
  view.category = category;
  return view;
}

/// Four tickets: done in more than was estimated, failed, running, and one that nothing is known
/// of.
RegistryReport sample_report() {
  StatusAnswer status;
  status.run.id = RunId{3};
  status.run.name = "demo";
  status.run.started_at = second(0);
  status.run.total = 4;
  status.run.alive = 1;
  status.run.waiting = 1;
  status.run.succeeded = 1;
  status.run.failed = 1;
  TicketView done = ticket("D-1", TicketState::kSucceeded, "low", "docs");
  done.title = "Write | draw";
  done.estimate = std::chrono::minutes{1};
  done.created = "2026-01-05";
  done.started_at = second(1);
  done.finished_at = second(91);
  TicketView failed = ticket("D-2", TicketState::kFailed, "high", "docs");
  failed.started_at = second(2);
  failed.finished_at = second(12);
  TicketView running = ticket("B-1", TicketState::kRunning, "high", "build");
  running.estimate = std::chrono::minutes{3};
  running.started_at = second(80);
  status.tickets = {done, failed, running, ticket("X-1", TicketState::kWaiting, "urgent", "")};
  return make_registry_report(status, second(100));
}

TEST(RegistryReport, CountsByStatusPriorityAndCategory) {
  const RegistryReport report = sample_report();
  ASSERT_EQ(report.by_status.size(), 4U);
  EXPECT_EQ(report.by_status[0].value, "waiting") << "in the order of a ticket's life";
  EXPECT_EQ(report.by_status[3].value, "failed");
  ASSERT_EQ(report.by_priority.size(), 3U);
  EXPECT_EQ(report.by_priority[0].value, "high");
  EXPECT_EQ(report.by_priority[0].tickets, 2U);
  EXPECT_EQ(report.by_priority[0].failed, 1U);
  EXPECT_EQ(report.by_priority[1].value, "low");
  EXPECT_EQ(report.by_priority[2].value, "urgent") << "a word that is not known comes last";
  ASSERT_EQ(report.by_category.size(), 3U);
  EXPECT_EQ(report.by_category[0].value, "build");
  EXPECT_EQ(report.by_category[0].took, std::chrono::seconds{20}) << "so far";
  EXPECT_EQ(report.by_category[1].value, "docs");
  EXPECT_EQ(report.by_category[1].succeeded, 1U);
  EXPECT_EQ(report.by_category[1].estimated, std::chrono::seconds{60});
  EXPECT_EQ(report.by_category[1].took, std::chrono::seconds{100});
  EXPECT_EQ(report.by_category[2].value, "") << "those without one last";
}

TEST(RegistryReport, CountsWhatAnAttemptTookAndNotTheWaitForAPerson) {
  StatusAnswer status;
  TicketView approved = ticket("A", TicketState::kSucceeded, "low", "");
  approved.started_at = second(0);
  approved.finished_at = second(180);
  approved.took = std::chrono::seconds{1};
  status.tickets = {approved, approved};
  status.tickets[1].state = TicketState::kReview;
  status.tickets[1].finished_at.reset();
  const RegistryReport report = make_registry_report(status, second(300));
  EXPECT_EQ(report.tickets[0].took, std::chrono::seconds{1});
  EXPECT_EQ(report.tickets[1].took, std::chrono::seconds{1});
  EXPECT_EQ(report.by_priority[0].took, std::chrono::seconds{2});
}

TEST(RegistryReport, DoesNotCountTheTimeBetweenTwoAttempts) {
  StatusAnswer status;
  status.tickets = {ticket("A", TicketState::kReady, "low", "")};
  status.tickets[0].started_at = second(0);
  EXPECT_FALSE(make_registry_report(status, second(50)).tickets[0].took.has_value());
}

TEST(RegistryReport, IsATableWithTheCountsBelow) {
  const std::string text = registry_text(sample_report(), Format::kTable, false, 0);
  EXPECT_THAT(text, HasSubstr("r3 demo  running  "));
  EXPECT_THAT(text, HasSubstr("\nstarted 2026-01-06T09:00:00Z\n\nTICKET"));
  EXPECT_THAT(text,
              testing::ContainsRegex("\nD-1 +succeeded +low +docs +1m 00s +1m 30s +2026-01-05 +"
                                     "2026-01-06T09:00:01Z +2026-01-06T09:01:31Z +Write"));
  EXPECT_THAT(text, testing::ContainsRegex("\ncategory +\\(none\\) +1 +0 +0"));
}

TEST(RegistryReport, IsMarkdownThatABarDoesNotBreak) {
  const std::string text = registry_text(sample_report(), Format::kMarkdown, false, 0);
  EXPECT_TRUE(text.starts_with("# r3 demo\n\nrunning: ")) << text;
  EXPECT_THAT(text, HasSubstr("## Tickets\n\n| TICKET"));
  EXPECT_THAT(text, HasSubstr("Write \\| draw"));
  EXPECT_THAT(text, HasSubstr("\n## Counts\n\n| COUNT BY"));
}

TEST(RegistryReport, IsPlainForOtherPrograms) {
  const std::string text = registry_text(sample_report(), Format::kPlain, false, 0);
  EXPECT_TRUE(text.starts_with("D-1\tsucceeded\tlow\tdocs\t1m 00s\t1m 30s\t2026-01-05\t")) << text;
  EXPECT_THAT(text, HasSubstr("\n\nstatus\twaiting\t1\t0\t0\t\t\n"));
}

TEST(RegistryReport, IsJson) {
  const Json json = registry_json(sample_report(), false);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["run"]["id"], "r3");
  const Json& tickets = json["registry"]["tickets"];
  ASSERT_EQ(tickets.size(), 4U);
  EXPECT_EQ(tickets[0]["priority"], "low");
  EXPECT_EQ(tickets[0]["estimate_seconds"], 60.0);
  EXPECT_EQ(tickets[0]["took_seconds"], 90.0);
  EXPECT_TRUE(tickets[3]["took_seconds"].is_null());
  EXPECT_TRUE(tickets[3]["category"].is_null());
  const Json& counts = json["registry"]["counts"]["category"];
  EXPECT_EQ(counts[1]["value"], "docs");
  EXPECT_EQ(counts[1]["took_seconds"], 100.0);
  EXPECT_TRUE(counts[2]["value"].is_null());
}

}  // namespace
}  // namespace headway::cli
