#include "coordinator/cli/control_client.h"

#include <atomic>

#include <gtest/gtest.h>

#include "common/system/files.h"
#include "fake_coordinator.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

using namespace std::chrono_literals;

class ControlClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<ControlClient> connect(const ClientTimeouts& timeouts = {}) {
    Result<std::unique_ptr<ControlClient>> client =
        ControlClient::connect(endpoint_, interrupts_, timeouts);
    EXPECT_TRUE(client.ok());
    return std::move(client).value();
  }

  test::TemporaryFolder folder_;
  std::string endpoint_ = "ipc://" + (folder_ / "control.sock");
  Interrupts interrupts_;
};

TEST_F(ControlClientTest, GetsTheAnswerToItsQuestion) {
  FakeCoordinator coordinator(endpoint_, [](const Request& request) {
    StatusAnswer answer;
    answer.run.id = decode_body<StatusRequest>(request.body.data).value().run;
    return reply_to(request, answer);
  });
  const Result<StatusAnswer> status = connect()->status({.run = RunId{3}});
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(status->run.id, RunId{3});
  ASSERT_EQ(coordinator.asked().size(), 1U);
  EXPECT_EQ(coordinator.asked()[0].verb, Verb::kStatus);
}

TEST_F(ControlClientTest, HandsOnTheCoordinatorsError) {
  FakeCoordinator coordinator(endpoint_, [](const Request& request) {
    return Reply{.id = request.id,
                 .ok = false,
                 .error_kind = ErrorKind::kUsage,
                 .error = "which run?",
                 .body = {}};
  });
  const Result<StatusAnswer> status = connect()->status({});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error(), (Error{ErrorKind::kUsage, "which run?"}));
}

TEST_F(ControlClientTest, AsksAgainUnderTheSameIdWhenAQuestionGotLost) {
  std::atomic<int> lost{0};
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) -> std::optional<Reply> {
    if (lost.fetch_add(1) == 0) return std::nullopt;
    return reply_to(request, RunsAnswer{});
  });
  EXPECT_TRUE(connect({.answer = 10s, .submit = 10s, .resend = 20ms})->runs({}).ok());
  ASSERT_GE(coordinator.asked().size(), 2U);
  EXPECT_EQ(coordinator.asked()[0], coordinator.asked()[1]);
}

TEST_F(ControlClientTest, WaitsForNoLongAnswerWhereNobodyListensAnyMore) {
  std::string gone;
  {
    zmq::context_t context;
    gone = RouterSocket::bind(context, "tcp://127.0.0.1:0").value().endpoint();
  }
  const auto client =
      ControlClient::connect(gone, interrupts_, {.answer = 50ms, .validate = 1h, .resend = 10ms});
  ASSERT_TRUE(client.ok());
  const Result<ValidateAnswer> answer = (*client)->validate({});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnreachable);
}

TEST_F(ControlClientTest, PassesOverTheAnswerToAnOlderQuestion) {
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) -> std::optional<Reply> {
    if (request.id == 1) return std::nullopt;
    if (request.verb == Verb::kRuns)
      return Reply{.id = 1, .ok = false, .error = "late", .body = {}};
    return reply_to(request, AgentsAnswer{.agents = {AgentView{}}, .next_agent = 0});
  });
  const auto client = connect({.answer = 100ms, .submit = 1s, .resend = 1s});
  EXPECT_FALSE(client->runs({}).ok());
  EXPECT_FALSE(client->runs({}).ok()) << "an answer to question 1 is none to question 2";
  const Result<AgentsAnswer> agents = client->agents({});
  ASSERT_TRUE(agents.ok()) << agents.error().message;
  EXPECT_EQ(agents->agents.size(), 1U);
}

TEST_F(ControlClientTest, SaysThatNobodyAnswers) {
  const Result<RunsAnswer> runs = connect({.answer = 50ms, .submit = 1s, .resend = 1s})->runs({});
  ASSERT_FALSE(runs.ok());
  EXPECT_EQ(runs.error().kind, ErrorKind::kUnreachable);
  EXPECT_NE(runs.error().message.find(endpoint_), std::string::npos);
}

TEST_F(ControlClientTest, UploadsAPlanInPiecesWithItsDigest) {
  std::string plan;
  for (int i = 0; plan.size() < 2 * kUploadChunkBytes + 5; ++i) plan += std::to_string(i) + "\n";
  std::string received;
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) -> std::optional<Reply> {
    if (request.verb == Verb::kUpload) {
      const UploadRequest piece = decode_body<UploadRequest>(request.body.data).value();
      EXPECT_EQ(piece.offset, received.size());
      received += piece.bytes.data;
      return reply_to(request, UploadAnswer{.received = received.size()});
    }
    const SubmitRequest submit = decode_body<SubmitRequest>(request.body.data).value();
    EXPECT_EQ(submit.size, plan.size());
    EXPECT_EQ(submit.sha256, sha256_hex(plan));
    EXPECT_EQ(submit.options.plan_file, "plan.yaml");
    return reply_to(request,
                    SubmitAnswer{.run = RunId{1}, .sequence = Sequence{4}, .warnings = {}});
  });
  RunOptions options;
  options.plan_file = "plan.yaml";
  const Result<SubmitAnswer> submitted = connect()->submit(plan, options);
  ASSERT_TRUE(submitted.ok()) << submitted.error().message;
  EXPECT_EQ(submitted->run, RunId{1});
  EXPECT_EQ(received, plan);
  EXPECT_EQ(coordinator.asked().size(), 4U);
}

TEST_F(ControlClientTest, PutsPagesTogether) {
  FakeCoordinator coordinator(endpoint_, [](const Request& request) -> std::optional<Reply> {
    const StatusRequest status = decode_body<StatusRequest>(request.body.data).value();
    StatusAnswer page;
    page.run.id = RunId{1};
    page.tickets.resize(2);
    page.tickets[0].id = std::to_string(status.first_ticket);
    page.next_ticket = status.first_ticket < 4 ? status.first_ticket + 2 : 0;
    return reply_to(request, page);
  });
  const auto client = connect();
  const Result<StatusAnswer> whole = whole_status(*client, RunId{});
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->tickets.size(), 6U);
  EXPECT_EQ(whole->tickets[4].id, "4");
}

TEST_F(ControlClientTest, DoesNotGoInCirclesWithPagesThatDoNotEnd) {
  FakeCoordinator coordinator(endpoint_, [](const Request& request) {
    return reply_to(request, AgentsAnswer{.agents = {AgentView{}}, .next_agent = 1});
  });
  const auto client = connect();
  EXPECT_EQ(all_agents(*client).value().size(), 2U);
}

}  // namespace
}  // namespace headway::cli
