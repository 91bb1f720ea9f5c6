#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/sanitizer.h"
#include "common/system/files.h"
#include "coordinator.h"
#include "tests/support/large_plan.h"

namespace headway {
namespace {

using test::Client;
using test::Coordinator;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Some second of reading, under the sanitizers a few: long beside all that the tests do meanwhile.
constexpr std::size_t kManyTickets = kAddressSanitizer ? 5'000 : 20'000;
constexpr std::string_view kSmall = "version: 1\ntickets: [{id: a, run: 'true'}]\n";

class Submission : public ::testing::Test {
 protected:
  std::vector<RunSummary> runs() {
    Client asking(coordinator_);
    asking.ask(Verb::kRuns, RunsRequest{});
    return asking.answer<RunsAnswer>().runs;
  }

  Coordinator coordinator_;
};

TEST_F(Submission, OfALargePlanHoldsUpNobody) {
  Client submitting(coordinator_);
  Client other(coordinator_);
  const std::uint64_t submitted = submitting.submit(test::large_plan_text(kManyTickets));
  const pid_t reading = coordinator_.wait_for_child();
  ASSERT_NE(reading, 0) << "nobody reads the plan";
  // Everything that another client does takes place before the plan has been read.
  other.ask(Verb::kRuns, RunsRequest{});
  EXPECT_TRUE(other.answer<RunsAnswer>().runs.empty());
  other.ask(Verb::kAgents, AgentsRequest{});
  EXPECT_TRUE(other.answer<AgentsAnswer>().agents.empty());
  other.ask(Verb::kStatus, StatusRequest{});
  const std::optional<Reply> status = other.reply();
  ASSERT_TRUE(status);
  EXPECT_THAT(status->error, HasSubstr("there is no run yet"));
  EXPECT_THAT(coordinator_.children(), ::testing::ElementsAre(reading)) << "it had ended already";

  const std::optional<Reply> answer = submitting.reply();
  ASSERT_TRUE(answer && answer->ok) << (answer ? answer->error : "no answer");
  EXPECT_EQ(answer->id, submitted);
  other.ask(Verb::kStatus, StatusRequest{{}, 0, true});
  EXPECT_EQ(other.answer<StatusAnswer>().run.total, kManyTickets);
}

TEST_F(Submission, ThatIsRepeatedWhileThePlanIsReadMakesOneRun) {
  Client submitting(coordinator_);
  submitting.submit(test::large_plan_text(kManyTickets));
  ASSERT_NE(coordinator_.wait_for_child(), 0);
  submitting.repeat();
  submitting.repeat();
  const RunId run = submitting.answer<SubmitAnswer>().run;
  submitting.repeat();
  EXPECT_EQ(submitting.answer<SubmitAnswer>().run, run) << "the first answer again";
  EXPECT_EQ(runs().size(), 1U);
}

TEST_F(Submission, OfAClientThatWentAwayBecomesARunAllTheSame) {
  {
    Client gone(coordinator_);
    gone.submit(test::large_plan_text(kManyTickets));
    ASSERT_NE(coordinator_.wait_for_child(), 0);
  }
  Client waiting(coordinator_);
  waiting.ask(Verb::kEvents, EventsRequest{{}, Sequence{1}, 1, std::chrono::seconds{30}});
  const EventsAnswer events = waiting.answer<EventsAnswer>();
  ASSERT_EQ(events.events.size(), 1U);
  EXPECT_EQ(events.events.front().kind, "run submitted");
}

TEST_F(Submission, IsRefusedWithAReasonWhenTheReadingProcessIsKilled) {
  Client submitting(coordinator_);
  submitting.submit(test::large_plan_text(kManyTickets));
  const pid_t reading = coordinator_.wait_for_child();
  ASSERT_NE(reading, 0);
  ASSERT_EQ(::kill(reading, SIGKILL), 0);
  const std::optional<Reply> answer = submitting.reply();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  EXPECT_THAT(answer->error,
              AllOf(HasSubstr("the process that reads it was ended by signal 9 (Killed)"),
                    HasSubstr("nothing was submitted")));
  submitting.repeat();
  const std::optional<Reply> again = submitting.reply();
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *answer);
  EXPECT_TRUE(runs().empty());
  submitting.submit(std::string(kSmall));
  EXPECT_EQ(submitting.answer<SubmitAnswer>().run, RunId{1}) << "the next one is taken";
}

TEST_F(Submission, ThatWasNotAcknowledgedLeavesNothingWhenTheCoordinatorIsKilled) {
  pid_t reading = 0;
  {
    Client submitting(coordinator_);
    submitting.submit(std::string(kSmall));
    EXPECT_EQ(submitting.answer<SubmitAnswer>().run, RunId{1});
    submitting.submit(test::large_plan_text(kManyTickets));
    reading = coordinator_.wait_for_child();
    ASSERT_NE(reading, 0);
    coordinator_.kill();
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (::kill(reading, 0) == 0 && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_NE(::kill(reading, 0), 0) << "the process that read the plan lives on";
  coordinator_.start();
  const std::vector<RunSummary> left = runs();
  ASSERT_EQ(left.size(), 1U) << "what was acknowledged, and nothing else";
  EXPECT_EQ(left.front().id, RunId{1});
}

TEST_F(Submission, WhoseAnswerWasLostWithTheCoordinatorMakesOneRun) {
  Client submitting(coordinator_);
  submitting.submit(std::string(kSmall));
  const SubmitAnswer first = submitting.answer<SubmitAnswer>();
  coordinator_.kill();
  coordinator_.start();
  submitting.repeat();
  const SubmitAnswer second = submitting.answer<SubmitAnswer>();
  EXPECT_EQ(second.run, first.run);
  EXPECT_EQ(second.sequence, first.sequence);
  EXPECT_EQ(runs().size(), 1U);
}

TEST_F(Submission, WhoseUploadWasLostWithTheCoordinatorIsToBeSentAgain) {
  const std::string text(kSmall);
  const UploadRequest whole{7, 0, {text}};
  const SubmitRequest request{7, text.size(), sha256_hex(text), {}};
  Client submitting(coordinator_);
  submitting.ask(Verb::kUpload, whole);
  submitting.answer<UploadAnswer>();
  coordinator_.kill();
  coordinator_.start();
  submitting.ask(Verb::kSubmit, request);
  const std::optional<Reply> lost = submitting.reply();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->error_kind, ErrorKind::kNotFound);
  submitting.ask(Verb::kUpload, whole);
  submitting.answer<UploadAnswer>();
  submitting.ask(Verb::kSubmit, request);
  EXPECT_EQ(submitting.answer<SubmitAnswer>().run, RunId{1});
  // The same upload once more, under a new request: still one run.
  submitting.ask(Verb::kUpload, whole);
  submitting.answer<UploadAnswer>();
  submitting.ask(Verb::kSubmit, request);
  EXPECT_EQ(submitting.answer<SubmitAnswer>().run, RunId{1});
}

TEST_F(Submission, TellsEveryErrorWithItsPlace) {
  Client submitting(coordinator_);
  RunOptions options;
  options.plan_file = "plan.yaml";
  submitting.submit(
      "version: 1\ntickets:\n  - {id: a, run: x, prioritty: high}\n  - {id: a, run: y}\n", options);
  const std::optional<Reply> answer = submitting.reply();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_kind, ErrorKind::kInvalidPlan);
  EXPECT_THAT(answer->error, AllOf(HasSubstr("plan.yaml:3:21: error:"), HasSubstr("prioritty"),
                                   HasSubstr("plan.yaml:4:")));
}

TEST_F(Submission, OfGroupsLooksForWhatTheyNeedInTheRegistry) {
  Client submitting(coordinator_);
  RunOptions options;
  options.groups = {2};
  submitting.submit("version: 1\ntickets: [{id: a, run: x}, {id: b, run: y, needs: [a]}]\n",
                    options);
  const std::optional<Reply> answer = submitting.reply();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  EXPECT_THAT(answer->error, HasSubstr("b needs a of group 1"));
  options.skip_dependencies = true;
  submitting.submit("version: 1\ntickets: [{id: a, run: x}, {id: b, run: y, needs: [a]}]\n",
                    options);
  EXPECT_EQ(submitting.answer<SubmitAnswer>().run, RunId{1});
}

}  // namespace
}  // namespace headway
