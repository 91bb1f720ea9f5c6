#include "coordinator/keys/zap_door.h"

#include <arpa/inet.h>
#include <array>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "common/system/unique_fd.h"
#include "common/wire/curve.h"
#include "common/wire/socket.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

std::string property(const std::string& name, const std::string& value) {
  return static_cast<char>(name.size()) + name + std::string(3, '\0') +
         static_cast<char>(value.size()) + value;
}

/// What a peer says who comes without a mechanism and calls itself `user`.
std::string greeting_and_ready(const std::string& user) {
  std::string words("\xff\0\0\0\0\0\0\0\1\x7f\3\1NULL", 16);
  words.resize(64);
  const std::string ready =
      "\5READY" + property("Socket-Type", "DEALER") + property("User-Id", user);
  return words + '\4' + static_cast<char>(ready.size()) + ready;
}

/// A socket with an open door and one that asks for keys, and whoever answers for them.
class ZapDoorTest : public ::testing::Test {
 protected:
  ZapDoorTest() {
    EXPECT_TRUE(router_.also_bind("tcp://127.0.0.1:0", Door{kKeyDoor, server_.secret}));
    guarded_ = router_.endpoint();
    KnownKey key;
    key.key = known_.open;
    key.name = "w";
    EXPECT_TRUE(keys_.add(key));
  }

  DealerSocket dealer(const std::string& endpoint, const std::optional<Credentials>& credentials) {
    return DealerSocket::connect(context_, endpoint, credentials).value();
  }
  /// Turns until a frame comes from this dealer; none where its handshake fails instead.
  std::optional<Incoming> first_frame(DealerSocket& from) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    bool sent = false;
    while (std::chrono::steady_clock::now() < deadline) {
      door_.answer(keys_);
      sent = sent || from.send("frame") == SendResult::kSent;
      if (std::optional<Incoming> incoming = router_.receive()) return incoming;
      loss_ = from.last_loss();
      if (loss_) return std::nullopt;
    }
    ADD_FAILURE() << "neither a frame nor a refusal came";
    return std::nullopt;
  }

  /// Both sides notice that they mean different mechanisms, and the first one hangs up.
  [[nodiscard]] bool is_mismatch() const {
    return loss_ == ConnectionLoss::kProtocol || loss_ == ConnectionLoss::kCutShort;
  }

  test::TemporaryFolder folder_;
  const KeyPair server_ = make_key_pair();
  const KeyPair known_ = make_key_pair();
  KnownKeys keys_;
  zmq::context_t context_;
  ZapDoor door_ = ZapDoor::open(context_).value();
  const std::string open_ = "ipc://" + (folder_ / "open");
  RouterSocket router_ = RouterSocket::bind(context_, open_, Door{kOpenDoor, std::nullopt}).value();
  std::string guarded_;
  std::optional<ConnectionLoss> loss_;
};

TEST_F(ZapDoorTest, GivesEveryFrameTheKeyThatItCameBy) {
  DealerSocket known = dealer(guarded_, Credentials{known_, server_.open});
  const std::optional<Incoming> incoming = first_frame(known);
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->user, known_.open.hex());
  EXPECT_EQ(incoming->frame, "frame");
  DealerSocket local = dealer(open_, std::nullopt);
  const std::optional<Incoming> inside = first_frame(local);
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->user, kLocalUser) << "one socket, two doors";
}

TEST_F(ZapDoorTest, RefusesAKeyThatIsNotKnownAndTellsSo) {
  DealerSocket stranger = dealer(guarded_, Credentials{make_key_pair(), server_.open});
  EXPECT_FALSE(first_frame(stranger));
  EXPECT_EQ(loss_, ConnectionLoss::kNotKnown);
  EXPECT_EQ(door_.refused(), 1U);
}

TEST_F(ZapDoorTest, TellsHowManyConnectionsAreOpenAndHowManyNeverWere) {
  DealerSocket known = dealer(guarded_, Credentials{known_, server_.open});
  ASSERT_TRUE(first_frame(known));
  DealerSocket stranger = dealer(guarded_, Credentials{make_key_pair(), server_.open});
  EXPECT_FALSE(first_frame(stranger));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  std::vector<ConnectionLoss> losses;
  while (losses.size() < 2 && std::chrono::steady_clock::now() < deadline) {
    if (const std::optional<ConnectionLoss> loss = router_.next_loss()) losses.push_back(*loss);
  }
  EXPECT_EQ(losses, (std::vector{ConnectionLoss::kNotKnown, ConnectionLoss::kEnded}));
  EXPECT_EQ(router_.connections().open, 1U);
  EXPECT_EQ(router_.connections().ended, 1U);
  EXPECT_EQ(router_.connections().failed_handshakes, 1U);
}

TEST_F(ZapDoorTest, RefusesWhoComesWithoutAKey) {
  DealerSocket plain = dealer(guarded_, std::nullopt);
  EXPECT_FALSE(first_frame(plain));
  EXPECT_TRUE(is_mismatch());
}

TEST_F(ZapDoorTest, RefusesWhoMeansAnotherCoordinator) {
  DealerSocket astray = dealer(guarded_, Credentials{known_, make_key_pair().open});
  EXPECT_FALSE(first_frame(astray));
  EXPECT_EQ(loss_, ConnectionLoss::kCutShort);
}

TEST_F(ZapDoorTest, RefusesAKeyWhereNoneIsAskedFor) {
  DealerSocket lost = dealer(open_, Credentials{known_, server_.open});
  EXPECT_FALSE(first_frame(lost));
  EXPECT_TRUE(is_mismatch());
}

TEST_F(ZapDoorTest, DoesNotTakeAPropertyOfThePeersOwnForWhoItIs) {
  ASSERT_TRUE(router_.also_bind("tcp://127.0.0.1:0", Door{kOpenDoor, std::nullopt}));
  const std::string endpoint = router_.endpoint();
  const UniqueFd forger{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::atoi(endpoint.c_str() + endpoint.rfind(':') + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(forger.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  const auto say = [&](const std::string& words) {
    ASSERT_EQ(::send(forger.get(), words.data(), words.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(words.size()));
  };
  // A greeting without a mechanism, READY with a User-Id; once it is answered, a message (RFC 37).
  say(greeting_and_ready(known_.open.hex()));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  std::string heard;
  std::optional<Incoming> incoming;
  while (!incoming && std::chrono::steady_clock::now() < deadline) {
    door_.answer(keys_);
    std::array<char, 256> block{};
    const ssize_t got = ::recv(forger.get(), block.data(), block.size(), MSG_DONTWAIT);
    const bool before = heard.find("READY") != std::string::npos;
    if (got > 0) heard.append(block.data(), static_cast<std::size_t>(got));
    if (!before && heard.find("READY") != std::string::npos) say(std::string("\0\5frame", 7));
    incoming = router_.receive();
  }
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->frame, "frame");
  EXPECT_EQ(incoming->user, kLocalUser);
}

/// Connects to a socket as another user; whether the system lets it.
bool connect_as_nobody(const std::string& path) {
  constexpr uid_t kNobody = 65'534;
  const pid_t child = ::fork();
  if (child == 0) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected =
        ::setuid(kNobody) == 0 &&
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::_exit(connected ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

TEST_F(ZapDoorTest, DoesNotTakeConnectionsOfOtherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  // Were it for the modes of files alone, everybody could come in.
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((folder_ / "open").c_str(), 0777), 0);
  ASSERT_TRUE(connect_as_nobody(folder_ / "open"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  std::optional<ConnectionLoss> loss;
  while (!loss && std::chrono::steady_clock::now() < deadline) {
    door_.answer(keys_);
    loss = router_.next_loss();
  }
  EXPECT_EQ(loss, ConnectionLoss::kNotTaken);
}

}  // namespace
}  // namespace headway
