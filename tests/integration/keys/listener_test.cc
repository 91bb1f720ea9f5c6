#include "common/wire/listener.h"

#include <arpa/inet.h>
#include <atomic>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>

#include "common/system/state_paths.h"
#include "common/system/unique_fd.h"
#include "common/wire/curve.h"
#include "common/wire/socket.h"
#include "tests/support/temporary_folder.h"

/// Who is at the other end, where greetings fail, and when that is final.

namespace headway {
namespace {

constexpr Duration kMost = std::chrono::seconds{10};

/// A tunnel whose other end is away: takes connections, and hangs up.
class Tunnel {
 public:
  Tunnel() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(fd_.get(), any, size), 0);
    EXPECT_EQ(::listen(fd_.get(), 16), 0);
    EXPECT_EQ(::getsockname(fd_.get(), any, &size), 0);
    endpoint_ = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~Tunnel() {
    ::shutdown(fd_.get(), SHUT_RDWR);
    ends_.join();
  }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }

 private:
  void end_connections() const {
    while (UniqueFd{::accept(fd_.get(), nullptr, nullptr)}) {
    }
  }

  UniqueFd fd_;
  std::string endpoint_;
  std::thread ends_{[this] { end_connections(); }};
};

/// After how many greetings that were cut short a listener is taken for a stranger; 0: not by
/// 50 of them.
int greetings_until_stranger(const std::string& endpoint, bool with_key) {
  GreetingJudge judge;
  for (int i = 1; i <= 50; ++i) {
    if (judge.is_stranger(ConnectionLoss::kCutShort, endpoint, with_key)) return i;
  }
  return 0;
}

class ListenerTest : public ::testing::Test {
 protected:
  RouterSocket router(const Door& door) {
    return RouterSocket::bind(context_, "tcp://127.0.0.1:0", door).value();
  }
  zmq::context_t context_;
};

TEST_F(ListenerTest, IsKnownByItsGreeting) {
  const RouterSocket open = router({"", std::nullopt});
  const RouterSocket guarded = router({"", make_key_pair().secret});
  EXPECT_EQ(who_listens(open.endpoint(), kMost), Listener::kOpen);
  EXPECT_EQ(who_listens(guarded.endpoint(), kMost), Listener::kAsksForKeys);
  const test::TemporaryFolder folder;
  const std::string file = "ipc://" + (folder / "socket");
  const RouterSocket local = RouterSocket::bind(context_, file, {}).value();
  EXPECT_EQ(who_listens(file, kMost), Listener::kOpen) << "nobody asks for keys there";
}

TEST_F(ListenerTest, MayBeNobody) {
  std::string gone;
  {
    // It listens until its context has ended, not only as long as the socket.
    zmq::context_t context;
    gone = RouterSocket::bind(context, "tcp://127.0.0.1:0", {"", std::nullopt}).value().endpoint();
  }
  EXPECT_EQ(who_listens(gone, kMost), Listener::kNobody);
  const Tunnel tunnel;
  EXPECT_EQ(who_listens(tunnel.endpoint(), kMost), Listener::kNobody);
  EXPECT_EQ(who_listens("tcp://no.such.host.invalid:1", kMost), Listener::kNobody);
  EXPECT_EQ(who_listens("ipc:///nowhere", kMost), Listener::kNobody);
}

TEST_F(ListenerTest, CountsNoLookAtItsSocketFileAsAFailure) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "socket";
  RouterSocket router = RouterSocket::bind(context_, "ipc://" + path, {}).value();
  constexpr int kLooks = 5;
  for (int i = 0; i < kLooks; ++i) EXPECT_TRUE(socket_is_alive(path));
  int ended = 0;
  while (ended < kLooks) {
    const std::optional<ConnectionLoss> loss = router.next_loss();
    if (!loss) continue;
    EXPECT_EQ(*loss, ConnectionLoss::kEnded);
    ++ended;
  }
  EXPECT_EQ(router.connections().failed_handshakes, 0U);
  EXPECT_EQ(router.connections().open, 0U);
}

TEST_F(ListenerTest, WhoseCoordinatorIsAwayIsNoStranger) {
  const Tunnel tunnel;
  EXPECT_EQ(greetings_until_stranger(tunnel.endpoint(), false), 0);
  EXPECT_EQ(greetings_until_stranger(tunnel.endpoint(), true), 0);
}

TEST_F(ListenerTest, ThatTakesPeersLikeThisOneIsNoStranger) {
  const RouterSocket open = router({"", std::nullopt});
  EXPECT_EQ(greetings_until_stranger(open.endpoint(), false), 0);
  EXPECT_EQ(greetings_until_stranger("ipc:///nowhere", false), 0);
}

TEST_F(ListenerTest, ThatWantsWhatThisSideDoesNotHaveIsAStranger) {
  const RouterSocket open = router({"", std::nullopt});
  const RouterSocket guarded = router({"", make_key_pair().secret});
  EXPECT_GT(greetings_until_stranger(open.endpoint(), true), 1) << "it asks for no keys";
  const int without = greetings_until_stranger(guarded.endpoint(), false);
  EXPECT_GT(without, 1);
  EXPECT_GT(greetings_until_stranger(guarded.endpoint(), true), without)
      << "it may just have come back, and would take this key";
}

TEST_F(ListenerTest, ThatSpeaksOtherwiseIsAStrangerAtOnce) {
  EXPECT_TRUE(GreetingJudge().is_stranger(ConnectionLoss::kProtocol, "tcp://127.0.0.1:1", false));
}

}  // namespace
}  // namespace headway
