#include <deque>
#include <random>

#include "besieged.h"
#include "common/system/open_files.h"
#include "raw_connection.h"
#include "tests/support/scale/scale.h"

namespace headway::test {
namespace {

using std::chrono::seconds;

using Hostile = Besieged;

TEST_F(Hostile, AnotherWorkersAttemptIsOutOfReach) {
  Peer thief(worker_endpoint());
  const std::uint64_t session = thief.join("thief");
  const Token token{std::stoull(query("SELECT token FROM attempt"))};
  AttemptResult result;
  result.token = token;
  result.outcome = Outcome::kSucceeded;
  thief.send(session, result);
  const std::optional<ResultAck> ack = thief.receive<ResultAck>();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->verdict, ResultVerdict::kStale);
  for (const WorkerMessage& message :
       {WorkerMessage{Stopped{token}}, WorkerMessage{Reject{token, "mine"}},
        WorkerMessage{Output{token, 0, Bytes{"forged"}}},
        WorkerMessage{Started{token, SlotId{0}, 1}},
        WorkerMessage{CheckpointReached{token, 1, "forged"}}}) {
    thief.send(session, message);
  }
  wait_for_dropped("stale", 6);
  EXPECT_EQ(query("SELECT count(*) FROM facts WHERE kind = 'checkpoint'"), "0");
}

TEST_F(Hostile, ANameThatIsTakenIsRefused) {
  Peer clone(worker_endpoint());
  clone.send(0, clone.hello("honest"));
  const std::optional<Refused> refused = clone.receive<Refused>();
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->reason.find("joined and alive"), std::string::npos) << refused->reason;
  wait_for_dropped("refused", 1);
}

TEST_F(Hostile, WhatWasSaidBeforeOrToAnotherIsNothing) {
  Peer first(worker_endpoint());
  const std::uint64_t session = first.join("first");
  Peer second(worker_endpoint());
  // The first one's words over another connection, and its hello once more.
  Heartbeat heartbeat;
  heartbeat.number = 1;
  second.send(session, heartbeat);
  EXPECT_TRUE(second.receive<HelloAgain>());
  second.send(session, Goodbye{});
  second.send(0, first.hello("first"));
  // Without a session, and with one of a life of the coordinator that never was.
  second.send(0, Drain{});
  second.send(session + (std::uint64_t{1} << 40U), heartbeat);
  wait_for_dropped("misplaced", 5);
  EXPECT_EQ(query("SELECT state FROM worker WHERE name = 'first'"), "joined");
}

TEST_F(Hostile, FramesBeyondEveryLimitCostNothing) {
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  socket.set(zmq::sockopt::linger, 0);
  socket.connect(worker_endpoint());
  // The connection ends at each frame that is too large, and comes back.
  const std::string large(8U << 20U, 'x');
  for (int i = 0; i < test::scaled(20); ++i) socket.send(zmq::buffer(large));
  std::mt19937 random(7);
  Peer babbler(worker_endpoint());
  for (int i = 0; i < 200; ++i) {
    std::string frame(random() % 2000, '\0');
    for (char& c : frame) c = static_cast<char>(random());
    babbler.send(frame);
  }
  zmq::socket_t parts(context, zmq::socket_type::dealer);
  parts.set(zmq::sockopt::linger, 0);
  parts.connect(worker_endpoint());
  for (int i = 0; i < 100; ++i) {
    for (int part = 0; part < 20; ++part) {
      parts.send(zmq::buffer(std::string(100, 'x')),
                 part < 19 ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }
  wait_for_dropped("undecodable", 300);
}

TEST_F(Hostile, AThousandConnectionsThatSayNothingAreGivenUp) {
  allow_open_files();
  constexpr int kMany = 1'500;
  std::deque<RawConnection> silent;
  for (int i = 0; i < kMany; ++i) silent.emplace_back(worker_port());
  // One speaks another protocol, one begins a greeting and goes no further, one never stops.
  RawConnection web(worker_port());
  web.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  RawConnection half(worker_port());
  half.send(std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03", 11));
  RawConnection endless(worker_port());
  while (endless.send(std::string(65'536, '\xff'))) continue;
  for (const RawConnection& each : silent) ASSERT_TRUE(each.closes(seconds{30}));
  EXPECT_TRUE(half.closes(seconds{30}));
  wait_for_dropped("handshake", kMany);
  EXPECT_LT(metric("headway_connections"), 20);
}

}  // namespace
}  // namespace headway::test
