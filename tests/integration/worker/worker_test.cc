#include <csignal>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include "common/system/files.h"
#include "common/wire/codec.h"
#include "fake_coordinator.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

const std::string kProgram = std::string(HEADWAY_BIN_DIR) + "/headway-worker";

class WorkerProgram : public testing::Test {
 protected:
  std::vector<std::string> command(std::vector<std::string> more = {}, int slots = 2) const {
    std::vector<std::string> words = {kProgram,      "--connect",   endpoint_,
                                      "--name",      "test-worker", "--state-dir",
                                      folder_ / "s", "--slots",     std::to_string(slots)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  /// Joins and checks what the worker says of itself.
  void join() {
    coordinator_.welcome();
    coordinator_.expect<Heartbeat>();
  }
  void acknowledge(std::uint64_t token) {
    coordinator_.send(ResultAck{Token{token}, ResultVerdict::kCommitted});
  }

  TemporaryFolder folder_;
  std::string endpoint_ = "ipc://" + (folder_ / "w.sock");
  FakeCoordinator coordinator_{endpoint_};
};

TEST_F(WorkerProgram, JoinsRunsATicketAndReportsItsOutputAndResult) {
  Process worker(command({"--label", "linux", "--type", "builder", "--resource", "gpus=2"}));
  const Hello hello = coordinator_.welcome();
  EXPECT_EQ(hello.worker, "test-worker");
  EXPECT_EQ(hello.slots, 2u);
  EXPECT_EQ(hello.labels, std::vector<std::string>{"linux"});
  EXPECT_EQ(hello.types, std::vector<std::string>{"builder"});
  EXPECT_TRUE(hello.formers.empty());
  EXPECT_EQ(hello.resources.back(), (std::pair<std::string, std::int64_t>{"gpus", 2000}));
  EXPECT_TRUE(worker.wait_for("headway-worker: joined 01234567 as test-worker with 2 slots ("))
      << worker.err();
  coordinator_.assign(1, "echo hello; exit 3", folder_.path());
  const Started started = coordinator_.expect<Started>();
  EXPECT_EQ(started.token, Token{1});
  EXPECT_GT(started.process, 0);
  const AttemptResult result = coordinator_.expect<AttemptResult>();
  EXPECT_EQ(result.outcome, Outcome::kExit);
  EXPECT_EQ(result.exit_code, 3);
  coordinator_.wait_for_output(1, 6);
  EXPECT_EQ(coordinator_.output(1), "hello\n");
  EXPECT_EQ(result.output_size, 6u);
  // Not acknowledged: it comes again.
  EXPECT_EQ(coordinator_.expect<AttemptResult>(), result);
  acknowledge(1);
  EXPECT_FALSE(coordinator_.comes<AttemptResult>(2500ms));
}

TEST_F(WorkerProgram, DrainsOnSigtermAndFinishesWhatRuns) {
  Process worker(command({}, 1));
  join();
  coordinator_.assign(1, "while [ ! -e go ]; do sleep 0.02; done", folder_.path());
  coordinator_.expect<Started>();
  coordinator_.assign(2, "true", folder_.path());
  worker.send_signal(SIGTERM);
  coordinator_.expect<Drain>();
  EXPECT_EQ(coordinator_.expect<Reject>().token, Token{2});
  folder_.write("go", "");
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kSucceeded);
  acknowledge(1);
  coordinator_.expect<Goodbye>();
  const Finished finished = worker.wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
}

TEST_F(WorkerProgram, ASecondSignalStopsEverythingAtOnce) {
  Process worker(command());
  join();
  coordinator_.assign(1, "sleep 1000", folder_.path());
  coordinator_.expect<Started>();
  worker.send_signal(SIGTERM);
  coordinator_.expect<Drain>();
  worker.send_signal(SIGINT);
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kTakenBack);
  acknowledge(1);
  const Finished finished = worker.wait();
  EXPECT_EQ(finished.exit_code, 130) << finished.err;
}

TEST_F(WorkerProgram, ComesBackWithItsInventoryWhenTheCoordinatorWasAway) {
  Process worker(command());
  join();
  coordinator_.assign(1, "while [ ! -e go ]; do sleep 0.02; done; head -c 3000000 /dev/zero",
                      folder_.path());
  coordinator_.expect<Started>();
  coordinator_.close();
  folder_.write("go", "");
  coordinator_.open();
  // Heartbeats of the old session reach the new socket: it asks for a hello.
  coordinator_.expect<Heartbeat>();
  coordinator_.send(0, HelloAgain{});
  const Hello hello = coordinator_.welcome({{Token{1}, Verdict::kContinue}});
  ASSERT_EQ(hello.inventory.size(), 1u);
  EXPECT_EQ(hello.inventory[0].token, Token{1});
  EXPECT_EQ(hello.registry, "0123456789abcdef");
  const AttemptResult result = coordinator_.expect<AttemptResult>();
  EXPECT_EQ(result.outcome, Outcome::kSucceeded);
  EXPECT_EQ(coordinator_.last_session(), 2u);
  acknowledge(1);
  coordinator_.wait_for_output(1, 3'000'000);
}

TEST_F(WorkerProgram, ASilentCoordinatorIsConnectedToAnew) {
  Process worker(command());
  join();
  coordinator_.acknowledge_heartbeats = false;
  coordinator_.expect<Hello>();
}

TEST_F(WorkerProgram, KillsWhatRunsWhenTheLeaseIsOver) {
  coordinator_.lease = 1s;
  Process worker(command());
  join();
  coordinator_.assign(1, "sleep 1000", folder_.path());
  coordinator_.expect<Started>();
  coordinator_.acknowledge_heartbeats = false;
  Hello hello = coordinator_.expect<Hello>();
  const auto ended = [&] {
    return hello.inventory.size() == 1 && hello.inventory[0].state == HeldState::kEnded;
  };
  while (!ended() && !HasFailure()) hello = coordinator_.expect<Hello>();
  coordinator_.acknowledge_heartbeats = true;
  coordinator_.welcome({{Token{1}, Verdict::kResend}});
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kWorkerLost);
}

TEST_F(WorkerProgram, RevokedAttemptsEnd) {
  Process worker(command());
  join();
  coordinator_.assign(1, "sleep 1000", folder_.path());
  coordinator_.expect<Started>();
  coordinator_.revoke = {Token{1}};
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kWorkerLost);
}

TEST_F(WorkerProgram, AStopOfAnotherSessionIsIgnoredAndOneOfThisSessionIsNot) {
  Process worker(command());
  join();
  coordinator_.assign(1, "sleep 1000", folder_.path());
  coordinator_.expect<Started>();
  coordinator_.send(999, Stop{Token{1}, 0s, false, Outcome::kCancelled});
  EXPECT_FALSE(coordinator_.comes<AttemptResult>(500ms));
  coordinator_.send(Stop{Token{1}, 0s, false, Outcome::kCancelled});
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kCancelled);
}

TEST_F(WorkerProgram, SurvivesRandomBytesFromTheCoordinator) {
  Process worker(command());
  join();
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string frame(random() % 300, '\0');
    for (char& c : frame) c = static_cast<char>(random());
    coordinator_.send_raw(frame);
  }
  coordinator_.assign(1, "true", folder_.path());
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kSucceeded);
  EXPECT_TRUE(worker.wait_for("could not be read")) << worker.err();
}

TEST_F(WorkerProgram, NamesEveryFormerLifeUntilOneIsWelcomed) {
  std::vector<std::uint64_t> lives;
  const auto next_hello = [&] {
    Hello hello = coordinator_.expect<Hello>();
    while (!lives.empty() && hello.incarnation == lives.back())
      hello = coordinator_.expect<Hello>();
    return hello;
  };
  for (int i = 0; i < 3; ++i) {
    Process worker(command());
    const Hello hello = next_hello();
    EXPECT_EQ(hello.formers, lives);
    lives.push_back(hello.incarnation);
    worker.send_signal(SIGKILL);
    worker.wait();
  }
  {
    Process worker(command());
    // The hellos of the dead may still be in the socket.
    std::uint64_t welcomed = coordinator_.welcome().incarnation;
    while (welcomed == lives.back()) welcomed = coordinator_.welcome().incarnation;
    EXPECT_TRUE(worker.wait_for("joined"));
    lives = {welcomed};
    worker.send_signal(SIGKILL);
    worker.wait();
  }
  Process worker(command());
  EXPECT_EQ(next_hello().formers, lives);
}

TEST_F(WorkerProgram, ProvesAfterAKillThatNothingOfItsFormerLifeIsLeft) {
  std::uint64_t incarnation = 0;
  {
    Process worker(command());
    incarnation = coordinator_.welcome().incarnation;
    coordinator_.assign(1, "sleep 1000", folder_.path());
    coordinator_.expect<Started>();
    worker.send_signal(SIGKILL);
    worker.wait();
  }
  Process worker(command());
  Hello hello = coordinator_.expect<Hello>();
  while (hello.incarnation == incarnation) hello = coordinator_.expect<Hello>();
  EXPECT_EQ(hello.formers, std::vector{incarnation});
  ASSERT_EQ(hello.inventory.size(), 1u);
  EXPECT_EQ(hello.inventory[0], (InventoryEntry{Token{1}, HeldState::kDead}));
}

TEST_F(WorkerProgram, SaysClearlyThatThePlansFolderIsNotThere) {
  Process worker(command());
  join();
  coordinator_.assign(1, "true", "/no/such/folder");
  const AttemptResult result = coordinator_.expect<AttemptResult>();
  EXPECT_EQ(result.outcome, Outcome::kCouldNotStart);
  EXPECT_NE(result.detail.find("--root"), std::string::npos) << result.detail;
}

TEST_F(WorkerProgram, GivesSecretsOnlyToTicketsThatNameThem) {
  const std::string secrets = folder_.write("secrets", "# mine\nTOKEN_A=swordfish\n");
  ASSERT_EQ(::chmod(secrets.c_str(), 0600), 0);
  Process worker(command({"--secrets-file", secrets}));
  join();
  coordinator_.assign(1, "echo \"[${TOKEN_A}]\"", folder_.path());
  coordinator_.expect<AttemptResult>();
  coordinator_.wait_for_output(1, 3);
  EXPECT_EQ(coordinator_.output(1), "[]\n");
  acknowledge(1);
  coordinator_.assign(2, "[ \"${TOKEN_A}\" = swordfish ] && echo \"${TOKEN_A}\"", folder_.path(),
                      {"TOKEN_A"});
  EXPECT_EQ(coordinator_.expect<AttemptResult>().outcome, Outcome::kSucceeded);
  coordinator_.wait_for_output(2, 1);
  EXPECT_EQ(coordinator_.output(2).find("swordfish"), std::string::npos);
}

TEST_F(WorkerProgram, EndsWhenItsLifelineCloses) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // both ends are inherited; the writing one must not be
  ASSERT_EQ(::fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
  Process worker(command({"--lifeline", std::to_string(ends[0])}));
  ::close(ends[0]);
  join();
  coordinator_.assign(1, "sleep 1000", folder_.path());
  const pid_t process = static_cast<pid_t>(coordinator_.expect<Started>().process);
  ::close(ends[1]);
  const Finished finished = worker.wait();
  EXPECT_EQ(finished.exit_code, 130) << finished.err;
  EXPECT_NE(::kill(process, 0), 0) << "the ticket is alive";
}

TEST_F(WorkerProgram, MarksInItsHealthFileThatTheCoordinatorAnswers) {
  const std::string path = folder_.write("heard", "of a former life");
  const auto heard = [&] {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mtim.tv_sec;
  };
  Process worker(command({"--health-file", path}));
  coordinator_.expect<Hello>();
  EXPECT_EQ(heard(), 0) << "nobody has answered this worker yet";
  join();
  EXPECT_NE(heard(), 0);
  const Finished refused = run_process(command({"--health-file", folder_ / "none/heard"}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("none/heard"), std::string::npos) << refused.err;
}

TEST_F(WorkerProgram, EndsWithAReasonWhenItIsRefused) {
  Process worker(command());
  coordinator_.expect<Hello>();
  coordinator_.send(0, Refused{"it is not on the list", false});
  const Finished finished = worker.wait();
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.err.find("not on the list"), std::string::npos) << finished.err;
}

TEST_F(WorkerProgram, ASecondOneOnTheSameStateDirectoryIsToldSo) {
  Process worker(command());
  join();
  const Finished second = run_process(command());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_FALSE(second.err.empty());
}

}  // namespace
}  // namespace headway::test
