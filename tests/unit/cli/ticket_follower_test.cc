#include "coordinator/cli/ticket_follower.h"

#include <gtest/gtest.h>

namespace headway::cli {
namespace {

/// Answers as a coordinator that has one ticket with an output.
class OneTicket final : public Answers {
 public:
  std::uint32_t attempt = 1;
  std::string output;

  Result<LogsAnswer> logs(const LogsRequest& request) override {
    constexpr std::size_t kPage = 1000;
    LogsAnswer answer;
    answer.attempt = attempt;
    if (request.offset < output.size()) answer.bytes.data = output.substr(request.offset, kPage);
    answer.next_offset = request.offset + answer.bytes.data.size();
    return answer;
  }
  Result<ExplainAnswer> explain(const ExplainRequest& request) override {
    if (request.ticket != "A") return nobody();
    ExplainAnswer answer;
    answer.ticket.id = "A";
    return answer;
  }
  Result<StatusAnswer> status(const StatusRequest& /*request*/) override { return nobody(); }
  Result<AgentsAnswer> agents(const AgentsRequest& /*request*/) override { return nobody(); }
  Result<RunsAnswer> runs(const RunsRequest& /*request*/) override { return nobody(); }
  Result<EventsAnswer> events(const EventsRequest& /*request*/) override { return nobody(); }
  Result<WatchAnswer> watch(const WatchRequest& /*request*/) override { return nobody(); }
  Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& /*request*/) override { return nobody(); }
  Result<WhatIfAnswer> what_if(const WhatIfRequest& /*request*/) override { return nobody(); }
  Result<GraphAnswer> graph(const GraphRequest& /*request*/) override { return nobody(); }
  [[nodiscard]] bool live() const override { return true; }

 private:
  static Error nobody() { return {ErrorKind::kNotFound, "there is no such thing"}; }
};

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST(TicketFollower, KeepsTheLastLinesOfALongOutputAsItGrows) {
  OneTicket answers;
  answers.output = numbered_lines(2000);
  TicketFollower follower(RunId{1}, "A");
  follower.update(answers);
  ASSERT_EQ(follower.ticket().output.size(), kMostOutputLines);
  EXPECT_EQ(follower.ticket().output.back(), "line 2000");
  answers.output += "one more\n";
  follower.update(answers);
  EXPECT_EQ(follower.ticket().output.back(), "one more");
  EXPECT_EQ(follower.ticket().output.size(), kMostOutputLines);
}

TEST(TicketFollower, BeginsAnewWithAnotherAttempt) {
  OneTicket answers;
  answers.output = "of the first\n";
  TicketFollower follower(RunId{1}, "A");
  follower.update(answers);
  answers.attempt = 2;
  answers.output = "of the second\n";
  follower.update(answers);
  EXPECT_EQ(follower.ticket().attempt, 2U);
  EXPECT_EQ(follower.ticket().output, std::vector<std::string>{"of the second"});
}

TEST(TicketFollower, SaysWhyNothingIsKnown) {
  OneTicket answers;
  TicketFollower follower(RunId{1}, "B");
  follower.update(answers);
  EXPECT_EQ(follower.ticket().problem, "there is no such thing");
  EXPECT_FALSE(follower.ticket().answer.has_value());
}

}  // namespace
}  // namespace headway::cli
