#include "coordinator/keys/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/keys/listen_address.h"
#include "coordinator/keys/zap_door.h"
#include "letters.h"

namespace headway {
namespace {

using ::testing::HasSubstr;

using test::key_of;

class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    add(KeyRole::kWorker, 'w', "build-01");
    add(KeyRole::kViewer, 'v', "ada");
    add(KeyRole::kOperator, 'o', "ann");
    add(KeyRole::kJoin, 'j', "join-j");
    add(KeyRole::kWorker, 'r', "gone");
    EXPECT_TRUE(keys_.revoke("gone", WallTime{}));
  }

  void add(KeyRole role, char letter, const std::string& name) {
    KnownKey key;
    key.role = role;
    key.key = key_of(letter);
    key.name = name;
    EXPECT_TRUE(keys_.add(key));
  }
  Sender from(char letter) { return sender_of(key_of(letter).hex(), keys_); }
  static FromWorker hello(const std::string& name) {
    Hello message;
    message.worker = name;
    return {0, message};
  }
  std::optional<Objection::Kind> objected(const Sender& sender, const FromWorker& message) {
    const std::optional<Objection> no = objection(sender, message);
    if (!no) return std::nullopt;
    return no->kind;
  }
  std::optional<std::string> let_in(const std::string& domain, const std::string& mechanism,
                                    char letter) {
    return user_behind({domain, mechanism, key_of(letter).bytes()}, keys_);
  }

  KnownKeys keys_;
};

TEST_F(GateTest, LetsInKnownKeysAlone) {
  EXPECT_EQ(let_in(kKeyDoor, "CURVE", 'w'), key_of('w').hex());
  EXPECT_EQ(let_in(kKeyDoor, "CURVE", 'x'), std::nullopt) << "unknown";
  EXPECT_EQ(let_in(kKeyDoor, "CURVE", 'r'), std::nullopt) << "revoked";
  EXPECT_EQ(let_in(kKeyDoor, "NULL", 'w'), std::nullopt);
  EXPECT_EQ(let_in(kKeyDoor, "PLAIN", 'w'), std::nullopt);
  EXPECT_EQ(let_in("elsewhere", "CURVE", 'w'), std::nullopt);
  EXPECT_EQ(user_behind({kKeyDoor, "CURVE", "short"}, keys_), std::nullopt);
  EXPECT_EQ(let_in(kOpenDoor, "NULL", 'w'), kLocalUser);
}

TEST_F(GateTest, LetsARevokedJoinTokenInSoThatItCanBeTold) {
  ASSERT_TRUE(keys_.revoke("join-j", WallTime{}));
  EXPECT_EQ(let_in(kKeyDoor, "CURVE", 'j'), key_of('j').hex());
}

TEST_F(GateTest, TakesAWorkersMessagesFromAWorkersKeyAndUnderItsNameAlone) {
  EXPECT_EQ(objected(from('w'), hello("build-01")), std::nullopt);
  EXPECT_EQ(objected(from('w'), {7, Heartbeat{}}), std::nullopt);
  EXPECT_EQ(objected(from('w'), hello("build-02")), Objection::Kind::kOtherName);
  for (const char other : {'v', 'o', 'j'}) {
    EXPECT_EQ(objected(from(other), hello("build-01")), Objection::Kind::kRole) << other;
  }
  EXPECT_EQ(objected(from('r'), hello("gone")), Objection::Kind::kRevoked);
  EXPECT_EQ(objected(from('x'), {7, Heartbeat{}}), Objection::Kind::kRevoked);
  EXPECT_EQ(objected(sender_of("", keys_), hello("build-01")), Objection::Kind::kRevoked)
      << "who was never asked about";
  EXPECT_EQ(objected(sender_of(kLocalUser, keys_), hello("any")), std::nullopt);
}

TEST_F(GateTest, LetsViewersAskAndOperatorsChange) {
  const auto denied = [](const Result<void>& allowed) {
    return allowed ? std::string("allowed") : allowed.error().message;
  };
  EXPECT_TRUE(allow(from('o'), true));
  EXPECT_TRUE(allow(from('o'), false));
  EXPECT_TRUE(allow(from('v'), false));
  EXPECT_THAT(denied(allow(from('v'), true)), HasSubstr("viewer ada may not change anything"));
  EXPECT_THAT(denied(allow(from('w'), false)), HasSubstr("worker build-01 may not ask"));
  EXPECT_THAT(denied(allow(from('j'), false)), HasSubstr("join join-j may not ask"));
  EXPECT_THAT(denied(allow(from('r'), false)), HasSubstr("revoked"));
  EXPECT_TRUE(allow(sender_of(kLocalUser, keys_), true));
  EXPECT_EQ(allow(from('v'), true).error().kind, ErrorKind::kDenied);
}

TEST(ListenAddress, IsLocalOnLoopbackAndNowhereElse) {
  for (const char* local : {"tcp://127.0.0.1:7420", "tcp://127.8.9.1:1", "tcp://[::1]:7420",
                            "tcp://localhost:7420", "ipc:///tmp/x"}) {
    EXPECT_TRUE(is_local_endpoint(local)) << local;
  }
  for (const char* wide :
       {"tcp://0.0.0.0:7420", "tcp://*:7420", "tcp://[::]:7420", "tcp://10.0.0.1:7420",
        "tcp://lo:7420", "tcp://128.0.0.1:1", "tcp://[fe80::1]:7420", "tcp://127.0.0.1.evil.org:1",
        "tcp://[::ffff:10.0.0.1]:7420", "ws://127.0.0.1:1", ""}) {
    EXPECT_FALSE(is_local_endpoint(wide)) << wide;
  }
}

TEST(ConnectAddress, IsWhatIsListenedOnAndHostWhereThatIsEverywhere) {
  const HostPort build{"build.example", {}};
  EXPECT_EQ(connect_address("tcp://127.0.0.1:7420", build), "127.0.0.1:7420");
  EXPECT_EQ(connect_address("tcp://10.0.0.1:7", {}), "10.0.0.1:7");
  EXPECT_EQ(connect_address("tcp://0.0.0.0:7420", {}), "HOST:7420");
  EXPECT_EQ(connect_address("tcp://[::]:7420", {}), "HOST:7420");
  EXPECT_EQ(connect_address("tcp://*:7420", build), "build.example:7420");
  EXPECT_EQ(connect_address("ipc:///tmp/w.sock", build), "ipc:///tmp/w.sock");
}

TEST(ListenAddress, IsTcpWithAPortOrIpc) {
  const auto read = [](const char* address) {
    const Result<std::string> endpoint = listen_endpoint("--listen", address);
    return endpoint ? *endpoint : endpoint.error().message;
  };
  EXPECT_EQ(read("127.0.0.1:7420"), "tcp://127.0.0.1:7420");
  EXPECT_EQ(read("tcp://127.0.0.1:65535"), "tcp://127.0.0.1:65535");
  for (const char* address : {"tcp://*:7420", "tcp://eth0:*", "tcp://[::1]:0", "ipc:///tmp/x"})
    EXPECT_EQ(read(address), address);
  for (const char* address :
       {"", "tcp://", "ipc://", "ws://h:1", "7420", "127.0.0.1", "tcp://[::1]", "127.0.0.1:99999",
        "127.0.0.1:65536", "127.0.0.1:65537", "127.0.0.1:-1", "127.0.0.1:7420x", "127.0.0.1:**"}) {
    EXPECT_THAT(read(address),
                HasSubstr(std::string("--listen: `") + address + "` is no address to listen on"));
    EXPECT_EQ(listen_endpoint("--listen", address).error().kind, ErrorKind::kUsage);
  }
}

TEST(ListenAddress, IsReachedByTheHostThatIsAdvertised) {
  const auto reached = [](const char* endpoint, const char* advertise) {
    const Result<HostPort> place = parse_advertised(advertise);
    return place ? reachable_address(endpoint, *place) : place.error().message;
  };
  EXPECT_EQ(reached("tcp://0.0.0.0:7420", "build.example"), "build.example:7420");
  EXPECT_EQ(reached("tcp://0.0.0.0:7420", "build.example:38470"), "build.example:38470");
  EXPECT_EQ(reached("tcp://[::]:7420", "fe80::1"), "[fe80::1]:7420");
  EXPECT_EQ(reached("tcp://[::]:7420", "[fe80::1]:1"), "[fe80::1]:1");
  for (const char* wrong : {"", "bad host", "bad host:1", "build.example:99999", "build:0", ":1"}) {
    EXPECT_THAT(reached("tcp://*:7420", wrong),
                HasSubstr(std::string("--advertise: `") + wrong + "` is no place"));
  }
  EXPECT_EQ(reachable_address("tcp://10.0.0.1:7", {}), "10.0.0.1:7");
  const std::string own = reachable_address("tcp://0.0.0.0:7420", {});
  EXPECT_TRUE(own.ends_with(":7420")) << own;
  EXPECT_FALSE(own.starts_with("0.0.0.0")) << own;
}

}  // namespace
}  // namespace headway
