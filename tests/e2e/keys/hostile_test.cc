#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sys/resource.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.hpp>

#include "common/system/open_files.h"
#include "common/wire/codec.h"
#include "common/wire/curve.h"
#include "common/wire/socket.h"
#include "site.h"
#include "tests/support/scale/scale.h"

namespace headway::test {
namespace {

using ::testing::HasSubstr;

/// A connection that says what it likes, and need not speak ZMTP.
UniqueFd connect_plainly(const std::string& endpoint) {
  UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::atoi(endpoint.c_str() + endpoint.rfind(':') + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    fd.reset();
  return fd;
}

void say(const UniqueFd& fd, const std::string& bytes) {
  static_cast<void>(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

/// The greeting of ZMTP 3.1 with a mechanism, as a client gives it (RFC 37).
std::string greeting(const std::string& mechanism) {
  std::string bytes("\xff\0\0\0\0\0\0\0\1\x7f\3\1", 12);
  bytes += mechanism + std::string(20 - mechanism.size(), '\0');
  return bytes + std::string(32, '\0');
}

std::optional<std::string> next_frame(DealerSocket& socket) {
  std::optional<std::string> frame;
  wait_until([&] { return (frame = socket.receive()).has_value(); }, std::chrono::seconds{10});
  return frame;
}

/// A worker of which the test says every word, with a key.
class PlayedWorker {
 public:
  PlayedWorker(const std::string& endpoint, const KeyFile& key)
      : socket_(DealerSocket::connect(context_, endpoint, Credentials{key.keys, key.coordinator})
                    .value()) {}

  void say(const FromWorker& message) {
    EXPECT_TRUE(wait_until([&] { return socket_.send(encode(message)) == SendResult::kSent; }));
  }
  FromCoordinator hear() {
    const std::optional<std::string> frame = next_frame(socket_);
    if (!frame) ADD_FAILURE() << "nothing came";
    return frame ? decode_from_coordinator(*frame).value() : FromCoordinator{};
  }
  static FromWorker hello(const std::string& name, std::uint64_t incarnation) {
    Hello message;
    message.worker = name;
    message.incarnation = incarnation;
    return {0, message};
  }

 private:
  zmq::context_t context_;
  DealerSocket socket_;
};

KeyFile key_in(const std::string& path) { return read_key_file(path).value(); }

TEST(Identity, IsTheKeysAndNotWhatThePeerSays) {
  Site site;
  const KeyFile eve = key_in(site.key("worker", "eve"));
  const KeyFile bob = key_in(site.key("worker", "bob"));
  PlayedWorker hostile(site.workers(), eve);
  hostile.say(PlayedWorker::hello("bob", 1));
  const FromCoordinator answer = hostile.hear();
  const auto* refused = std::get_if<Refused>(&answer.message);
  ASSERT_NE(refused, nullptr);
  EXPECT_FALSE(refused->retry);
  EXPECT_THAT(refused->reason, HasSubstr("does not let it call itself bob"));
  EXPECT_TRUE(wait_until([&] { return site.dropped("other name") == 1; }));

  PlayedWorker honest(site.workers(), bob);
  honest.say(PlayedWorker::hello("bob", 2));
  const FromCoordinator welcome = honest.hear();
  ASSERT_TRUE(std::holds_alternative<Welcome>(welcome.message));
  // Another worker's session is of no use to it.
  hostile.say({welcome.session, Goodbye{}});
  EXPECT_TRUE(std::holds_alternative<HelloAgain>(hostile.hear().message));
  honest.say({welcome.session, Heartbeat{}});
  EXPECT_TRUE(std::holds_alternative<HeartbeatAck>(honest.hear().message));
}

TEST(Identity, OfTwoLivePeersIsTheFirstOnes) {
  Site site;
  const KeyFile bob = key_in(site.key("worker", "bob"));
  PlayedWorker first(site.workers(), bob);
  first.say(PlayedWorker::hello("bob", 1));
  const FromCoordinator welcome = first.hear();
  ASSERT_TRUE(std::holds_alternative<Welcome>(welcome.message));
  // A copy of its state directory on another machine takes the first for its own former life.
  FromWorker copied = PlayedWorker::hello("bob", 2);
  std::get<Hello>(copied.message).formers = {1};
  std::get<Hello>(copied.message).boot_id = "another machine";
  PlayedWorker clone(site.workers(), bob);
  first.say({welcome.session, Heartbeat{}});
  ASSERT_TRUE(std::holds_alternative<HeartbeatAck>(first.hear().message));
  clone.say(copied);
  const FromCoordinator answer = clone.hear();
  const auto* refused = std::get_if<Refused>(&answer.message);
  ASSERT_NE(refused, nullptr);
  EXPECT_TRUE(refused->retry) << "the first may leave";
  EXPECT_THAT(refused->reason, HasSubstr("joined and alive"));
  EXPECT_TRUE(wait_until([&] { return site.dropped("twin") == 1; }));
  first.say({welcome.session, Heartbeat{}});
  EXPECT_TRUE(std::holds_alternative<HeartbeatAck>(first.hear().message));
}

TEST(Identity, OfACopyBesideItHarmsNothingOfTheFirst) {
  Site site;
  const std::string ran = site.folder() / "ran";
  const std::string done = site.folder() / "done";
  site.folder().write("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'echo x >> " + ran +
                                       "; while ! test -e " + done + "; do sleep 0.05; done'}\n");
  auto first = site.worker("w", {"--name", "w", "--join", site.join()});
  ASSERT_TRUE(first->wait_for("joined ")) << first->err();
  Process run({std::string(HEADWAY_BIN_DIR) + "/headway", "run", site.folder() / "plan.yaml",
               "--state-dir", site.state()});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(ran); })) << run.err();

  // What the copy has on record is the first one's, and alive.
  ASSERT_EQ(run_process({"cp", "-a", site.folder() / "w", site.folder() / "copy"}).exit_code, 0);
  auto copy = site.worker("copy", {});
  EXPECT_TRUE(wait_until([&] { return site.dropped("twin") >= 1; })) << copy->err();
  site.folder().write("done", "");
  EXPECT_EQ(run.wait().exit_code, 0) << run.err();
  EXPECT_EQ(std::filesystem::file_size(ran), 2U) << "its ticket was begun once";
  first->send_signal(SIGTERM);
  EXPECT_EQ(first->wait().exit_code, 0) << first->err();
  EXPECT_TRUE(copy->wait_for("joined ")) << "once the first has left: " << copy->err();
}

TEST(Identity, OfARevokedKeyThatIsStillConnectedIsNobodys) {
  Site site;
  const KeyFile bob = key_in(site.key("worker", "bob"));
  PlayedWorker worker(site.workers(), bob);
  worker.say(PlayedWorker::hello("bob", 1));
  const FromCoordinator welcome = worker.hear();
  ASSERT_TRUE(std::holds_alternative<Welcome>(welcome.message));
  ASSERT_EQ(site.headway({"keys", "revoke", "bob", "--state-dir", site.state()}).exit_code, 0);
  ASSERT_TRUE(wait_until([&] { return site.log().find("bob is shut out") != std::string::npos; }));
  worker.say({welcome.session, Heartbeat{}});
  EXPECT_TRUE(std::holds_alternative<HelloAgain>(worker.hear().message));
  worker.say(PlayedWorker::hello("bob", 1));
  EXPECT_TRUE(std::holds_alternative<Refused>(worker.hear().message));
  EXPECT_TRUE(wait_until([&] { return site.dropped("revoked key") == 2; }));
}

/// One worker that goes on running tickets while others do what they like.
class Flood : public ::testing::Test {
 protected:
  /// Under the address sanitizer, memory that was given back stays resident in its quarantine: tens
  /// of MiB for a hundred connections that have ended. It is kept small, so that what is measured
  /// is what the coordinator holds.
  static void SetUpTestSuite() { ::setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 0); }

  void SetUp() override {
    worker_ = site_.worker("w", {"--name", "w", "--join", site_.join()});
    ASSERT_TRUE(worker_->wait_for("joined ")) << worker_->err();
    before_ = site_.resident();
  }

  void expect_that_tickets_run() {
    site_.folder().write("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'true'}\n");
    const Finished run =
        site_.headway({"run", site_.folder() / "plan.yaml", "--state-dir", site_.state()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(site_.has("w"));
    EXPECT_THAT(site_.log(), ::testing::Not(HasSubstr("lease")));
  }
  /// Memory of so many connections beyond what was there, in MiB.
  void expect_little_memory(std::size_t connections) {
    constexpr double kMostEachMib = 0.125;
    EXPECT_LT(site_.resident(), before_ + 20 + kMostEachMib * static_cast<double>(connections));
  }
  std::vector<UniqueFd> connections(const std::string& words, std::size_t count = kConnections) {
    std::vector<UniqueFd> all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(connect_plainly(site_.workers()));
      if (!all.back()) return all;
      say(all.back(), words);
    }
    return all;
  }

  static constexpr std::size_t kConnections = scaled(1'000);
  Site site_;
  std::unique_ptr<Process> worker_;
  double before_ = 0;
};

TEST_F(Flood, OfTenThousandConnectionsThatSayNothingIsCutShort) {
  // Each is a descriptor here and one in the coordinator, which both take as many as they may have.
  constexpr std::size_t kOthers = 500;
  allow_open_files();
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  const std::size_t count =
      std::min(scaled(std::size_t{10'000}), std::size_t{files.rlim_cur} - kOthers);
  const std::vector<UniqueFd> all = connections("", count);
  ASSERT_TRUE(all.back());
  expect_that_tickets_run();
  expect_little_memory(all.size());
  EXPECT_TRUE(wait_until([&] {
    return site_.dropped("handshake cut short") >= static_cast<double>(count);
  })) << "half-open ones end within the handshake's time";
}

TEST_F(Flood, OfGreetingsThatNeverGoOnIsCutShort) {
  const std::vector<UniqueFd> all = connections(greeting("CURVE") + std::string("\4\x40", 2));
  ASSERT_TRUE(all.back());
  expect_that_tickets_run();
  expect_little_memory(all.size());
  EXPECT_TRUE(wait_until([&] { return site_.dropped("handshake cut short") >= kConnections; }));
}

TEST_F(Flood, OfMechanismsThatAreNotAskedForIsCounted) {
  double counted = site_.dropped("handshake protocol");
  for (const char* mechanism : {"NULL", "PLAIN"}) {
    const std::vector<UniqueFd> all = connections(greeting(mechanism));
    ASSERT_TRUE(all.back());
    expect_little_memory(all.size());
    counted = std::max(counted, 0.0) + static_cast<double>(kConnections);
    EXPECT_TRUE(wait_until([&] { return site_.dropped("handshake protocol") >= counted; }))
        << mechanism;
  }
  expect_that_tickets_run();
}

TEST_F(Flood, OfEndlessFramesEndsTheirConnections) {
  // A command of 2^62 bytes, before anything is known of the peer.
  const std::string endless = greeting("CURVE") + std::string("\6\x40\0\0\0\0\0\0\0", 9);
  const double before = site_.metric("headway_connections_ended_total");
  const std::vector<UniqueFd> all = connections(endless);
  ASSERT_TRUE(all.back());
  expect_little_memory(all.size());
  EXPECT_TRUE(wait_until([&] {
    return site_.metric("headway_connections_ended_total") >=
           before + static_cast<double>(kConnections);
  }));
  expect_that_tickets_run();
}

TEST_F(Flood, OfUnknownKeysIsCounted) {
  constexpr int kStrangers = scaled(100);
  const PublicKey coordinator = key_in(site_.folder() / "w/key").coordinator;
  zmq::context_t context;
  context.set(zmq::ctxopt::max_sockets, 4 * kStrangers + 10);
  std::vector<DealerSocket> strangers;
  for (int i = 0; i < kStrangers; ++i) {
    strangers.push_back(
        DealerSocket::connect(context, site_.workers(), Credentials{make_key_pair(), coordinator})
            .value());
  }
  EXPECT_TRUE(wait_until([&] { return site_.dropped("unknown key") >= kStrangers; }));
  for (DealerSocket& stranger : strangers) {
    std::optional<ConnectionLoss> failure;
    EXPECT_TRUE(wait_until([&] {
      failure = stranger.last_loss();
      return failure.has_value();
    }));
    EXPECT_EQ(failure, ConnectionLoss::kNotKnown);
  }
  expect_that_tickets_run();
}

}  // namespace
}  // namespace headway::test
