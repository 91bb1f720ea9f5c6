#include "worker/shell/options.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using Words = std::vector<std::string>;

WorkerOptions parsed(const std::vector<std::string>& words,
                     const std::map<std::string, std::string>& environment = {}) {
  const auto answer = parse_options(words, environment);
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  return answer ? std::get<WorkerOptions>(*answer) : WorkerOptions{};
}

std::string refusal(const std::vector<std::string>& words) {
  const auto answer = parse_options(words, {});
  EXPECT_FALSE(answer);
  if (answer) return {};
  EXPECT_EQ(answer.error().kind, ErrorKind::kUsage);
  return answer.error().message;
}

TEST(WorkerOptions, JoinByATokenAtTheAddressAfterIt) {
  const JoinToken token{PublicKey::from_bytes(std::string(kKeyBytes, 'c')).value(),
                        SecretKey::from_bytes(std::string(kKeyBytes, 's')).value()};
  const std::string line = join_token_text(token) + "@build:7420";
  const WorkerOptions flag = parsed({"--join", line});
  EXPECT_EQ(flag.join, token);
  EXPECT_EQ(flag.endpoints, Words{"tcp://build:7420"});
  EXPECT_EQ(parsed({}, {{"HEADWAY_JOIN", line}}).join, token);
  const WorkerOptions elsewhere = parsed({"--connect", "other:1"}, {{"HEADWAY_JOIN", line}});
  EXPECT_FALSE(elsewhere.join) << "a flag goes before the environment";
  EXPECT_EQ(elsewhere.endpoints, Words{"tcp://other:1"});
  EXPECT_TRUE(elsewhere.endpoints_given);
  EXPECT_FALSE(parsed({}).endpoints_given);
  EXPECT_EQ(parsed({"--key", "a"}, {{"HEADWAY_KEY", "b"}}).key_file, "a");
  EXPECT_EQ(parsed({}, {{"HEADWAY_KEY", "b"}}).key_file, "b");
  const WorkerOptions both =
      parsed({}, {{"HEADWAY_JOIN", line}, {"HEADWAY_COORDINATOR_WORKERS", "a:1,b:2"}});
  EXPECT_EQ(both.endpoints, Words{"tcp://build:7420"}) << "the token's, and no other";
  refusal({"--join", line, "--connect", "build:7420"});
  refusal({"--join", line, "--key", "file"});
  refusal({"--join", join_token_text(token)});
}

TEST(WorkerOptions, HaveUsefulDefaults) {
  const WorkerOptions options = parsed({});
  EXPECT_EQ(options.endpoints, Words{"tcp://127.0.0.1:7420"});
  EXPECT_GE(options.slots, 1u);
  ASSERT_EQ(options.resources.size(), 2u);
  EXPECT_EQ(options.resources[0].first, "cpus");
  EXPECT_GT(options.resources[1].second, 0);
  EXPECT_EQ(options.lifeline, -1);
}

TEST(WorkerOptions, TheEnvironmentNamesTheCoordinatorAndAFlagOverridesIt) {
  const std::map<std::string, std::string> set = {{"HEADWAY_COORDINATOR_WORKERS", "build:7420"}};
  EXPECT_EQ(parsed({}, set).endpoints, Words{"tcp://build:7420"});
  EXPECT_EQ(parsed({"--connect", "ipc:///tmp/w"}, set).endpoints, Words{"ipc:///tmp/w"});
  EXPECT_EQ(parse_address("tcp://[::1]:7420").value(), "tcp://[::1]:7420");
  for (const char* bad : {"", "host", "host:0", "host:70000", "udp://host:1", "ipc://", ":7420"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
}

TEST(WorkerOptions, TheCoordinatorMayHaveSeveralAddresses) {
  const Words both = {"tcp://a:1", "tcp://b:2"};
  EXPECT_EQ(parsed({"--connect", "a:1", "--connect", "tcp://b:2"}).endpoints, both);
  EXPECT_EQ(parsed({}, {{"HEADWAY_COORDINATOR_WORKERS", "a:1,b:2"}}).endpoints, both);
  EXPECT_FALSE(parse_options({}, {{"HEADWAY_COORDINATOR_WORKERS", "a:1,,b:2"}}));
}

TEST(WorkerOptions, AreReadAsGiven) {
  const WorkerOptions options =
      parsed({"--name",      "build-01",    "--slots=3",     "--label",    "linux",      "--label",
              "big",         "--type",      "builder",       "--any-type", "--resource", "gpus=1.5",
              "--resource",  "memory=2GiB", "--containment", "subreaper",  "--lifeline", "5",
              "--log-level", "debug",       "--log-format",  "json"});
  EXPECT_EQ(options.name, "build-01");
  EXPECT_EQ(options.slots, 3u);
  EXPECT_EQ(options.labels, (std::vector<std::string>{"linux", "big"}));
  EXPECT_TRUE(options.every_type);
  EXPECT_EQ(options.resources[1],
            (std::pair<std::string, std::int64_t>{"memory", (std::int64_t{2} << 30) * 1000}));
  EXPECT_EQ(options.resources[2], (std::pair<std::string, std::int64_t>{"gpus", 1500}));
  EXPECT_EQ(options.containment, ContainmentChoice::kSubreaper);
  EXPECT_EQ(options.lifeline, 5);
  EXPECT_EQ(options.log.level, LogLevel::kDebug);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
}

TEST(WorkerOptions, MistakesAreExplained) {
  EXPECT_NE(refusal({"--slot", "3"}).find("`--slots`"), std::string::npos);  // no guessing
  EXPECT_NE(refusal({"--slots", "many"}).find("1 to 1024"), std::string::npos);
  EXPECT_NE(refusal({"--slots", "-1"}).find("--slots"), std::string::npos);
  EXPECT_NE(refusal({"--containment", "docker"}).find("subreaper"), std::string::npos);
  EXPECT_NE(refusal({"--label", "call"}).find("only starts programs"), std::string::npos);
  EXPECT_NE(refusal({"--name", "a/b"}).find("slash"), std::string::npos);
  EXPECT_NE(refusal({"--root", "/no/such/folder"}).find("--root"), std::string::npos);
  EXPECT_NE(refusal({"--resource", "gpus=-1"}).find("NAME=AMOUNT"), std::string::npos);
  EXPECT_NE(refusal({"--resource", "gpus=1e9"}).find("NAME=AMOUNT"), std::string::npos);
  EXPECT_NE(refusal({"stray"}).find("--help"), std::string::npos);
  EXPECT_NE(refusal({"--name"}).find("--name"), std::string::npos);
  EXPECT_NE(refusal({"--name", "a", "--name", "b"}).find("--name"), std::string::npos);
}

TEST(WorkerOptions, HelpAndVersionAreTexts) {
  for (const char* word : {"--help", "--version"}) {
    const auto answer = parse_options({word}, {});
    ASSERT_TRUE(answer);
    EXPECT_TRUE(std::holds_alternative<TextToPrint>(*answer));
  }
}

}  // namespace
}  // namespace headway::worker
