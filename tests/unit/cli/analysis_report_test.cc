#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/analysis/graph_text.h"
#include "coordinator/cli/analysis/report.h"
#include "coordinator/cli/analysis/report_json.h"

namespace headway::cli {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

/// Three tickets in a chain by kind, and a fourth that changes what the first does.
class Report : public testing::Test {
 protected:
  Report() {
    const auto add = [&](std::string id, std::string title, int estimate) -> Ticket& {
      Ticket ticket;
      ticket.id = std::move(id);
      ticket.title = std::move(title);
      ticket.estimate = minutes{estimate};
      read_.plan.tickets.push_back(std::move(ticket));
      read_.origins.push_back({});
      return read_.plan.tickets.back();
    };
    add("A", "Say \"it\" | <b>\x1b[31m", 60).affected_files = {"docs/**"};
    add("B", "", 20).dependencies.blocking = {"A"};
    add("C", "", 10).dependencies.sequential = {"B"};
    Ticket& last = add("D", "", 10);
    last.affected_files = {"docs/index.md"};
    last.dependencies.soft = {"A"};
    Result<Analysis> made = analyze(read_.plan, {.agents = 2, .by_label = {}});
    EXPECT_TRUE(made.ok());
    analysis_ = std::move(*made);
  }
  [[nodiscard]] AnalysisReport report() const { return {"tickets", read_, analysis_, {}}; }

  ReadTickets read_;
  Analysis analysis_;
};

TEST_F(Report, TellsPeopleAllThereIs) {
  const std::string text = analysis_text(report(), false, Format::kTable, false, 0);
  for (const char* words :
       {"4 tickets to do", "1 blocking, 1 sequential, 1 soft", "Conflicts (1)",
        "docs/**, docs/index.md", "A, then D: A first, more work follows it",
        "Critical path: 1h 30m", "Bottlenecks", "1h 40m of work, 1h 30m with 2 agents: factor 1.11",
        "limited by the critical path: 1h 30m", "Recommendations",
        "letting C start without waiting for B would shorten the plan by 10m"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "titles are made safe for a terminal";
}

TEST_F(Report, IsMarkdownAsWell) {
  const std::string text = analysis_text(report(), false, Format::kMarkdown, false, 0);
  EXPECT_THAT(text, HasSubstr("# Analysis of tickets\n\n- 4 tickets to do\n"));
  EXPECT_THAT(text, HasSubstr("## Conflicts (1)\n\n| TYPE | ABOUT |"));
}

TEST_F(Report, IsJsonWithEveryTicket) {
  const Json json = analysis_json(report(), false);
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["counts"]["to_do"], 4);
  EXPECT_EQ(json["conflicts"][0]["tickets"], Json({"A", "D"}));
  EXPECT_EQ(json["conflicts"][0]["resolution"], "sequential");
  EXPECT_EQ(json["critical_path"]["tickets"], Json({"A", "B", "C"}));
  EXPECT_EQ(json["critical_path"]["duration"], 5400.0);
  EXPECT_EQ(json["bottlenecks"][0], Json({{"ticket", "A"}, {"blocks", 2}, {"work", 1800.0}}));
  EXPECT_EQ(json["parallelism"]["limits"][0]["kind"], "critical_path");
  EXPECT_EQ(json["tickets"].size(), 4U);
  EXPECT_EQ(json["tickets"][3]["slack"], 4800.0);
  EXPECT_FALSE(json["recommendations"].empty());
  const Json few = analysis_json(report(), true);
  EXPECT_TRUE(few.contains("conflicts"));
  EXPECT_FALSE(few.contains("tickets"));
}

TEST_F(Report, IsAGraphForGraphviz) {
  const std::string dot = analysis_dot(report(), false);
  EXPECT_THAT(dot, HasSubstr("t0 [label=\"A\\nSay \\\"it\\\" | <b>\\\\x1b[31m\\n1h\", color=red"));
  EXPECT_THAT(dot, HasSubstr("t0 -> t1 [style=solid, color=red"));
  EXPECT_THAT(dot, HasSubstr("t1 -> t2 [style=dashed, color=red"));
  EXPECT_THAT(dot, HasSubstr("t0 -> t3 [style=dotted]"));
  EXPECT_THAT(dot, HasSubstr("c0 [label=\"docs/**\""));
  const std::string conflicts = analysis_dot(report(), true);
  EXPECT_THAT(conflicts, HasSubstr("c0 -> t3"));
  EXPECT_THAT(conflicts, Not(HasSubstr("t1")));
}

TEST_F(Report, IsAGraphForMermaid) {
  const std::string mermaid = analysis_mermaid(report(), false);
  EXPECT_TRUE(mermaid.starts_with("flowchart LR\n"));
  EXPECT_THAT(mermaid, HasSubstr("t0[\"A<br>Say #quot;it#quot; | #lt;b#gt;"));
  EXPECT_THAT(mermaid, HasSubstr("t0 ==> t1"));
  EXPECT_THAT(mermaid, HasSubstr("t1 -->|then| t2"));
  EXPECT_THAT(mermaid, HasSubstr("t0 -.-> t3"));
  EXPECT_THAT(mermaid, HasSubstr("c0{{\"docs/**\"}}:::conflict"));
}

TEST_F(Report, HasARowForEachTicket) {
  EXPECT_THAT(tickets_plain(report()), HasSubstr("\nB\tmedium\t"));
}

}  // namespace
}  // namespace headway::cli
