#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elsewhere.h"

/// When a run will be over, and when it would be, as the command line promises it.

namespace headway::test {
namespace {

using testing::HasSubstr;

/// Tickets of a minute each by their estimates, none of which ends.
class WhatIf : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<std::string> tickets;
    for (const char* id : {"A", "B", "C", "D", "E", "F", "G", "H"}) {
      tickets.push_back(std::string("{id: ") + id +
                        ", estimate: 1m, run: 'until test -e go; do sleep 0.05; done'}");
    }
    project_.plan(tickets);
    ASSERT_TRUE(has_agent(project_, elsewhere_.address(), "w/2"));
    ASSERT_EQ(say({"run", "plan.yaml", "--detach"}).exit_code, 0);
  }
  Finished say(std::vector<std::string> words) const {
    words.insert(words.end(), {"--connect", elsewhere_.address()});
    return project_.headway(words);
  }

  Project project_;
  Elsewhere elsewhere_{project_.folder()};
};

TEST_F(WhatIf, StatusHasAnEtaFromTheFirstQuestionOn) {
  const auto run = nlohmann::json::parse(say({"status", "--format", "json"}).out)["run"];
  ASSERT_TRUE(run["eta_seconds"].is_number()) << run;
  EXPECT_GT(run["eta_seconds"].get<double>(), 120);
  EXPECT_GT(run["eta_p90_seconds"].get<double>(), run["eta_seconds"].get<double>());
  const Finished text = say({"status", "--summary"});
  EXPECT_THAT(text.out, HasSubstr("ETA "));
  EXPECT_THAT(text.out, HasSubstr(" (90 %: within "));
}

TEST_F(WhatIf, PrintsTheEtaBeforeAndAfterAndChangesNothing) {
  const Finished asked = say({"what-if", "--agents", "+2", "--drop", "H", "--priority", "G=high",
                              "--parallelism", "4", "--format", "json"});
  ASSERT_EQ(asked.exit_code, 0) << asked.err;
  const auto answer = nlohmann::json::parse(asked.out);
  EXPECT_EQ(answer["run"], "r1");
  EXPECT_EQ(answer["before"]["agents"], 2);
  EXPECT_EQ(answer["after"]["agents"], 4);
  EXPECT_EQ(answer["before"]["tickets"], 8);
  EXPECT_EQ(answer["after"]["tickets"], 7);
  EXPECT_LT(answer["difference"]["eta_seconds"].get<double>(), -60);
  const auto status = nlohmann::json::parse(say({"status", "--format", "json"}).out);
  EXPECT_EQ(status["run"]["tickets"]["total"], 8);
  EXPECT_EQ(status["run"]["agents"]["total"], 2);

  const Finished table = say({"what-if", "--agents=-2"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("never"));
  EXPECT_THAT(table.err, HasSubstr("there is no agent: the run has no end"));
  EXPECT_EQ(say({"what-if"}).exit_code, 2);
  EXPECT_EQ(say({"what-if", "--resource", "gold=1"}).exit_code, 2);
  EXPECT_THAT(say({"what-if", "--drop", "a"}).err, HasSubstr("there is no ticket a"));
}

}  // namespace
}  // namespace headway::test
