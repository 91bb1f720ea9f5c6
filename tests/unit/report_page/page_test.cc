#include "coordinator/cli/report/html/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"
#include "coordinator/cli/report/html/graph_choice.h"
#include "coordinator/cli/report/html/tickets.h"
#include "coordinator/cli/report/markup.h"
#include "markup_check.h"

/// The page of a run.

namespace headway::cli {
namespace {

using namespace std::chrono_literals;
using headway::test::markup_fault;
using testing::HasSubstr;
using testing::Not;

WallTime at_second(int number) {
  return *parse_time("2026-01-06T09:00:00Z") + std::chrono::seconds{number};
}

/// A run of so many tickets, each of which waits for the one before and ran for a second on one of
/// ten agents; every tenth failed.
PageContent run_of(std::uint32_t tickets) {
  StatusAnswer status;
  status.run.id = RunId{3};
  status.run.name = "demo";
  status.run.state = RunState::kFailed;
  status.run.started_at = at_second(0);
  status.run.finished_at = at_second(100);
  PageContent content;
  content.timeline.begin = at_second(0);
  for (int i = 1; i <= 10; ++i) content.timeline.agents.push_back("w/" + std::to_string(i));
  for (std::uint32_t i = 0; i < tickets; ++i) {
    TicketView& view = status.tickets.emplace_back();
    view.id = "ticket-" + std::to_string(i);
    view.title = "What this ticket is to do, in words";
    view.priority = "medium";
    view.category = i % 2 == 0 ? "even" : "odd";
    view.agent = "w/1";
    view.group = i + 1;
    view.attempt = 1;
    view.state = i % 10 == 9 ? TicketState::kFailed : TicketState::kSucceeded;
    view.outcome = i % 10 == 9 ? Outcome::kExit : Outcome::kSucceeded;
    view.exit_code = i % 10 == 9 ? 1 : 0;
    view.started_at = at_second(static_cast<int>(i));
    view.finished_at = at_second(static_cast<int>(i) + 1);
    TimelineAttempt& attempt = content.timeline.attempts.emplace_back();
    attempt.ticket = view.id;
    attempt.attempt = 1;
    attempt.agent = i % 10;
    attempt.start = *view.started_at;
    attempt.end = *view.finished_at;
    attempt.over = true;
    attempt.outcome = view.outcome;
    if (i > 0) content.dependencies.push_back({i - 1, i, DependencyKind::kBlocking});
  }
  content.as_of = at_second(100);
  content.report = make_registry_report(std::move(status), content.as_of);
  return content;
}

TEST(Markup, ShowsWhatItCannotHave) {
  EXPECT_EQ(markup_text("<a href='x'>\"&\x01\xff\x1b"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;\\x01\\xff\\x1b");
  EXPECT_EQ(markup_cut("<<<<", 3), "&lt;&lt;\u2026") << "no half of an entity";
}

TEST(Page, IsWellFormedAndHasEveryTicket) {
  PageContent content = run_of(40);
  content.timeline.waits = {{"ticket-3", "docs", at_second(1), at_second(3)}};
  content.timeline.pauses = {{at_second(5), at_second(8)}};
  content.outputs = {{9, {"it broke", "at line 17"}}};
  const std::string page = html_page(content);
  EXPECT_EQ(markup_fault(page), "");
  for (const ReportedTicket& ticket : content.report.tickets)
    EXPECT_THAT(page, HasSubstr("<td>" + ticket.view.id + "</td>"));
  EXPECT_THAT(page, HasSubstr("it broke\nat line 17\n</pre>"));
  EXPECT_THAT(page, HasSubstr("ticket-3 waits for docs, 2.0s, from 1.0s"));
  EXPECT_THAT(page, HasSubstr("paused for 3.0s, from 5.0s"));
  EXPECT_LT(page.find("<td>ticket-39</td>"), page.find("<td>ticket-0</td>")) << "failures first";
}

TEST(Page, LoadsNothing) {
  const std::string page = html_page(run_of(3));
  for (const char* loads : {"http://", "https://", " src=", "@import", "<link", "url(//"})
    EXPECT_THAT(page, Not(HasSubstr(loads)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Page, TakesHostileTextForText) {
  const std::string hostile =
      "</title></script></style>--><script>alert(1)</script>\"' onload=x &lt; \x01\x1b[31m\xff\xc3"
      "\u202e";
  PageContent content = run_of(2);
  TicketView& view = content.report.tickets[1].view;
  view.state = TicketState::kFailed;
  for (std::string* text :
       {&view.id, &view.title, &view.category, &view.priority, &view.agent, &view.detail,
        &content.report.run.name, &content.report.run.plan_file, &content.timeline.agents[0],
        &content.timeline.attempts[1].ticket, &content.timeline.attempts[1].detail})
    *text = hostile;
  view.waiting_for = {hostile};
  content.timeline.waits = {{hostile, hostile, at_second(0), at_second(1)}};
  content.outputs = {{1, {hostile}}};
  content.report.by_status[0].value = hostile;
  const std::string page = html_page(content);
  EXPECT_EQ(markup_fault(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("\u202e")));
}

TEST(Page, IsWellFormedWithNothingInIt) {
  EXPECT_EQ(markup_fault(html_page({})), "");
  PageContent waiting = run_of(3);
  waiting.timeline = {};
  EXPECT_THAT(html_page(waiting), HasSubstr("Nothing has been started yet."));
}

TEST(Page, StaysBelowFiveMegabytesWithTenThousandTickets) {
  const PageContent content = run_of(10'000);
  const std::string page = html_page(content);
  RecordProperty("bytes", static_cast<int>(page.size()));
  EXPECT_LT(page.size(), 5'000'000U);
  EXPECT_EQ(markup_fault(page), "");
  EXPECT_THAT(page, HasSubstr("id=\"t9999\""));
}

TEST(Page, SaysWhatALargerRunLeavesOut) {
  const std::string page = html_page(run_of(kMostTicketRows + 500));
  EXPECT_LT(page.size(), 5'500'000U);
  EXPECT_THAT(page, HasSubstr("The last 500 of them are left out."));
}

TEST(GraphChoice, ShowsASmallRunWhole) {
  const PageContent content = run_of(40);
  const auto graphs = choose_graphs(content.report, content.dependencies);
  ASSERT_EQ(graphs.size(), 1U);
  EXPECT_EQ(graphs[0].nodes.size(), 40U);
  EXPECT_EQ(graphs[0].edges.size(), 39U);
  EXPECT_EQ(graphs[0].note, "");
}

TEST(GraphChoice, CountsALargeRunByCategoryAndShowsWhatFailed) {
  const PageContent content = run_of(1000);
  const auto graphs = choose_graphs(content.report, content.dependencies);
  ASSERT_EQ(graphs.size(), 2U);
  ASSERT_EQ(graphs[0].nodes.size(), 2U);
  EXPECT_EQ(graphs[0].nodes[0].label, "even");
  EXPECT_EQ(graphs[0].nodes[1].under, "100 failed of 500");
  EXPECT_EQ(graphs[0].edges.size(), 2U) << "both ways, counted";
  EXPECT_EQ(graphs[0].edges[0].count, 500U);
  EXPECT_THAT(graphs[1].note, HasSubstr("40 of the 100 tickets that have not succeeded"));
  EXPECT_EQ(graphs[1].nodes.size(), 120U) << "each with the one before and the one after";
}

TEST(GraphChoice, CountsByGroupWhereThereAreNoCategories) {
  PageContent content = run_of(1000);
  for (ReportedTicket& ticket : content.report.tickets) {
    ticket.view.category.clear();
    ticket.view.state = TicketState::kSucceeded;
  }
  const auto graphs = choose_graphs(content.report, content.dependencies);
  ASSERT_EQ(graphs.size(), 1U) << "nothing is unfinished";
  EXPECT_LE(graphs[0].nodes.size(), 40U);
  EXPECT_THAT(graphs[0].nodes[0].label, testing::StartsWith("groups 1 to "));
}

TEST(GraphChoice, BearsPlacesThatAreNotThere) {
  PageContent content = run_of(2);
  content.dependencies.push_back({7, 1, DependencyKind::kSoft});
  EXPECT_EQ(choose_graphs(content.report, content.dependencies)[0].edges.size(), 1U);
}

}  // namespace
}  // namespace headway::cli
