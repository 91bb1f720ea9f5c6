#include "coordinator/exposition/prometheus_text.h"

#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway {
namespace {

using testing::HasSubstr;
using testing::Not;

Exposition sample() {
  Exposition exposition;
  ExposedRun& each = exposition.runs.emplace_back();
  each.run.id = RunId{7};
  each.run.name = "release";
  each.run.ready = 3;
  each.run.succeeded = 5;
  each.run.eta = std::chrono::milliseconds{1500};
  each.metrics.busy_time_s = 12.5;
  each.metrics.cpu = 0.25;
  exposition.agents = {{AgentState::kIdle, 1}, {AgentState::kRunning, 2}};
  exposition.facts = 99;
  return exposition;
}

TEST(PrometheusText, HasEachMeasureWithItsRun) {
  const std::string text = prometheus_text(sample());
  EXPECT_THAT(text, HasSubstr("headway_tickets{run=\"r7\",state=\"ready\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("headway_tickets{run=\"r7\",state=\"succeeded\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("headway_busy_seconds_total{run=\"r7\"} 12.5\n"));
  EXPECT_THAT(text, HasSubstr("headway_machine_busy_ratio{run=\"r7\",part=\"cpu\"} 0.25\n"));
  EXPECT_THAT(text, HasSubstr("headway_eta_seconds{run=\"r7\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("headway_agents{state=\"running\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("headway_facts_total 99\n"));
}

TEST(PrometheusText, LeavesOutAnEtaThatNobodyKnows) {
  Exposition exposition = sample();
  exposition.runs[0].run.eta.reset();
  EXPECT_THAT(prometheus_text(exposition), Not(HasSubstr("headway_eta_seconds{")));
}

TEST(PrometheusText, NamesOfPlansCannotEndTheirLabel) {
  Exposition exposition = sample();
  exposition.runs[0].run.name = "a\"} 1\nevil{x=\"\\";
  const std::string text = prometheus_text(exposition);
  EXPECT_THAT(text, Not(HasSubstr("\nevil")));
  EXPECT_THAT(text, HasSubstr("name=\"a\\\"} 1"));
}

TEST(PrometheusText, IsWellFormed) {
  std::istringstream lines(prometheus_text(sample()));
  std::map<std::string, int> types;
  std::string line;
  std::string family;
  while (std::getline(lines, line)) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_EQ(++types[family], 1) << "declared once: " << family;
    } else if (!line.starts_with("# HELP ")) {
      EXPECT_TRUE(line.starts_with(family)) << line << " stands with the family " << family;
      EXPECT_NE(line.rfind(' '), std::string::npos) << line;
    }
  }
  EXPECT_GT(types.size(), 15U);
}

}  // namespace
}  // namespace headway
