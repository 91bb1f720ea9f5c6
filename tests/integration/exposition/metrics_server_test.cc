#include "coordinator/exposition/metrics_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/clock.h"
#include "common/system/unique_fd.h"

namespace headway {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

UniqueFd connected(const MetricsServer& server) {
  const std::string& address = server.address();
  sockaddr_in to{};
  to.sin_family = AF_INET;
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{20, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  // NOLINTNEXTLINE(*-reinterpret-cast): the sockets interface
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return socket;
}

/// Sends and reads until the other side closes.
std::string said_to(const MetricsServer& server, const std::string& request) {
  const UniqueFd socket = connected(server);
  EXPECT_EQ(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t count = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (count <= 0) return answer;
    answer.append(piece.data(), static_cast<std::size_t>(count));
  }
}

std::string get(const MetricsServer& server, const std::string& path) {
  return said_to(server, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

class Serving : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<MetricsServer>> started = MetricsServer::start("127.0.0.1:0");
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  void publish(Duration age, const std::string& refusal = "") {
    Exposition exposition;
    exposition.at = read_clocks().steady - age;
    exposition.refusal = refusal;
    exposition.facts = 42;
    server_->publish(exposition);
  }
  std::unique_ptr<MetricsServer> server_;
};

TEST_F(Serving, TellsWhatWasPublishedLast) {
  publish({});
  const std::string answer = get(*server_, "/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("headway_facts_total 42\n"));
}

TEST_F(Serving, IsHealthyWhileTheCoordinatorTurns) {
  EXPECT_THAT(get(*server_, "/healthz"), StartsWith("HTTP/1.1 503"));
  publish({});
  EXPECT_THAT(get(*server_, "/healthz"), StartsWith("HTTP/1.1 200"));
  publish(std::chrono::seconds{60});
  EXPECT_THAT(get(*server_, "/healthz"), StartsWith("HTTP/1.1 503"));
}

TEST_F(Serving, IsReadyWhilePlansMayBeSubmittedAndSaysWhyNot) {
  EXPECT_THAT(get(*server_, "/readyz"), EndsWith("starting\n"));
  publish({});
  EXPECT_THAT(get(*server_, "/readyz"), StartsWith("HTTP/1.1 200"));
  publish({}, "the disk is full");
  EXPECT_THAT(get(*server_, "/readyz"), EndsWith("the disk is full\n"));
}

TEST_F(Serving, RefusesWhatIsNoQuestion) {
  EXPECT_THAT(get(*server_, "/other"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(said_to(*server_, "POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(
      said_to(*server_, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b"),
      StartsWith("HTTP/1.1 405"))
      << "whether it has a body or not";
  EXPECT_THAT(said_to(*server_, "HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("\r\n\r\n"));
  EXPECT_EQ(said_to(*server_, "no http at all\r\n\r\n"), "") << "closed without a word";
  const std::string endless = "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x');
  EXPECT_EQ(said_to(*server_, endless), "");
}

TEST_F(Serving, SilentConnectionsAreBoundedAndKeepNobodyElseOut) {
  publish({});
  {
    std::vector<UniqueFd> silent;
    for (int i = 0; i < 100; ++i) silent.push_back(connected(*server_));
  }
  std::string answer;
  for (int i = 0; i < 1000 && answer.empty(); ++i) answer = get(*server_, "/healthz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST(MetricsServer, RefusesAnAddressThatIsNoneOrTaken) {
  for (const char* address : {"", "7422", "127.0.0.1", "127.0.0.1:", "nowhere.example:1",
                              "127.0.0.1:99999", "127.0.0.1:1x"}) {
    ASSERT_FALSE(MetricsServer::check(address)) << address;
    EXPECT_EQ(MetricsServer::check(address).error().kind, ErrorKind::kUsage);
    EXPECT_FALSE(MetricsServer::start(address)) << address;
  }
  const auto first = MetricsServer::start("127.0.0.1:0");
  ASSERT_TRUE(first);
  const auto second = MetricsServer::start((*first)->address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kInUse);
}

}  // namespace
}  // namespace headway
