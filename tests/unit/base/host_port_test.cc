#include "common/base/host_port.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

TEST(HostPort, IsReadInEveryFormThatPeopleWrite) {
  const auto read = [](const char* text) { return parse_host_port(text).value_or(HostPort{}); };
  EXPECT_EQ(read("build.example"), (HostPort{"build.example", std::nullopt}));
  EXPECT_EQ(read("build-01:7420"), (HostPort{"build-01", 7420}));
  EXPECT_EQ(read("my_container:1"), (HostPort{"my_container", 1}));
  EXPECT_EQ(read("10.0.0.1:65535"), (HostPort{"10.0.0.1", 65535}));
  EXPECT_EQ(read("[::1]:7420"), (HostPort{"[::1]", 7420}));
  EXPECT_EQ(read("[fe80::1%eth0]"), (HostPort{"[fe80::1%eth0]", std::nullopt}));
  EXPECT_EQ(read("fe80::1"), (HostPort{"[fe80::1]", std::nullopt}));
  EXPECT_EQ(read("::ffff:10.0.0.1"), (HostPort{"[::ffff:10.0.0.1]", std::nullopt}));
}

TEST(HostPort, IsNothingElse) {
  for (const char* text : {"",           ":",          ":7420",        "host:",    "host:0",
                           "host:65536", "host:99999", "host:-1",      "host:+1",  "host:7420x",
                           "host: 1",    "bad host",   "bad host:1",   "host:1:2", "[::1",
                           "[host]:1",   "[]:1",       "[::1]7420",    "[::1]:",   "::1%",
                           "-host",      "host/x:1",   "tcp://host:1", "host\n:1", "*:1"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

TEST(HostPort, LeavesThePortToTheSystemWhereThatIsAllowed) {
  EXPECT_EQ(parse_host_port("host:0", 0), (HostPort{"host", 0}));
  EXPECT_FALSE(parse_host_port("host:65536", 0));
}

}  // namespace
}  // namespace headway
