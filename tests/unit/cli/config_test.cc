#include "coordinator/cli/config.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

std::string refusal(const std::string& text) {
  Config config;
  const Result<void> applied = apply_config(text, "c.yaml", "/p", config);
  EXPECT_FALSE(applied.ok());
  EXPECT_EQ(config, Config{}) << "a file that is refused changes nothing";
  return applied.ok() ? "" : applied.error().message;
}

Variable variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Configuration, KnowsWhereEachValueComesFrom) {
  Config config;
  ASSERT_TRUE(apply_config("tickets: a\ndefaults:\n  connect: build\n  key: k\n", "/etc/c.yaml",
                           "/etc", config));
  ASSERT_TRUE(apply_config("defaults: {connect: other}\n", "p.yaml", "/p", config));
  ASSERT_TRUE(apply_environment(variables({{"HEADWAY_TICKETS", "b"}}), "/here", config));
  EXPECT_EQ(config.origins.at("defaults.key"), "/etc/c.yaml:4");
  EXPECT_EQ(config.key, "/etc/k");
  EXPECT_EQ(config.origins.at("defaults.connect"), "p.yaml:1") << "the project's goes before";
  EXPECT_EQ(config.origins.at("tickets"), "HEADWAY_TICKETS");
  EXPECT_FALSE(config.origins.contains("defaults.sync")) << "nobody said anything";
}

TEST(Configuration, RefusesAnAddressThatIsNone) {
  EXPECT_NE(refusal("defaults:\n  connect: x:99999\n")
                .find("c.yaml:2:12: `connect`: `x:99999` is "
                      "not an address of a coordinator"),
            std::string::npos);
}

TEST(Configuration, ReadsEveryKey) {
  Config config;
  const Result<void> applied = apply_config(
      "agent_types:\n"
      "  builder: {labels: [linux, gcc], command: [./work-on, \"{ticket_file}\"], timeout: 1h}\n"
      "categories: {feature: builder, no: 010}\n"
      "defaults: {local_agents: 4, connect: build-01, state_dir: state, format: json, sync: true}\n"
      "tickets: work\n"
      "x-mine: anything\n",
      "c.yaml", "/p", config);
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  ASSERT_NE(config.find_type("builder"), nullptr);
  EXPECT_EQ(config.find_type("builder")->labels, (std::vector<std::string>{"linux", "gcc"}));
  EXPECT_EQ(config.find_type("builder")->command,
            (std::vector<std::string>{"./work-on", "{ticket_file}"}));
  EXPECT_EQ(config.find_type("builder")->timeout, std::chrono::hours{1});
  EXPECT_EQ(config.categories.at("no"), "010") << "scalars stay as they are written";
  EXPECT_EQ(config.local_agents, 4U);
  EXPECT_EQ(config.connect, "build-01");
  EXPECT_EQ(config.state_dir, "/p/state");
  EXPECT_EQ(config.tickets, "/p/work");
  EXPECT_EQ(config.format, Format::kJson);
  EXPECT_EQ(config.sync, true);
}

TEST(Configuration, AnEmptyFileSaysNothing) {
  Config config;
  EXPECT_TRUE(apply_config("", "c.yaml", "/p", config).ok());
  EXPECT_TRUE(apply_config("# only this\n", "c.yaml", "/p", config).ok());
  EXPECT_EQ(config, Config{});
}

TEST(Configuration, TellsUnknownKeysWithPlaceAndSuggestion) {
  EXPECT_EQ(refusal("agent_typs: {}\n"),
            "c.yaml:1:1: there is no key `agent_typs`; did you mean agent_types?");
  EXPECT_NE(
      refusal("defaults:\n  local_agent: 3\n").find("c.yaml:2:3: there is no key `local_agent`"),
      std::string::npos);
}

TEST(Configuration, TellsEverythingAtOnce) {
  const std::string told = refusal(
      "defaults: {local_agents: many, format: xml}\n"
      "defaults: {}\n"
      "agent_types: {a: {timeout: 90, labels: linux, command: []}}\n");
  for (const char* piece :
       {"c.yaml:1:26: `local_agents`", "not `xml`", "c.yaml:2:1: `defaults` is there twice",
        "`timeout`", "`labels` must be a list", "`command` has no words"}) {
    EXPECT_NE(told.find(piece), std::string::npos) << piece << "\n" << told;
  }
}

TEST(Configuration, RefusesWhatIsNotYamlOrNotAMap) {
  EXPECT_NE(refusal("a: [1\n").find("this is not YAML"), std::string::npos);
  EXPECT_NE(refusal("- 1\n").find("must be a map"), std::string::npos);
  EXPECT_NE(refusal("a: 1\n---\nb: 2\n").find("more than one document"), std::string::npos);
  EXPECT_NE(refusal(std::string(100'000, '[')).find("this is not YAML"), std::string::npos);
  // The parser would take it for endless documents.
  EXPECT_NE(refusal(",a: 1 b}0\n").find("more than one document"), std::string::npos);
}

TEST(Configuration, TheProjectWinsOverTheUserAndTheEnvironmentOverBoth) {
  const test::TemporaryFolder folder;
  folder.write("home/headway/config.yaml",
               "agent_types: {a: {command: [user]}, b: {command: [user]}}\n"
               "defaults: {local_agents: 2, connect: user-host, format: plain}\n");
  folder.write("project/.headway.yaml",
               "agent_types: {a: {command: [project]}}\ndefaults: {local_agents: 3}\n");
  folder.write("project/deep/er/x", "");
  const Result<Config> config = load_config(
      variables({{"XDG_CONFIG_HOME", folder / "home"}, {"HEADWAY_COORDINATOR", "env-host"}}),
      folder / "project/deep/er");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->find_type("a")->command.front(), "project");
  EXPECT_EQ(config->find_type("b")->command.front(), "user");
  EXPECT_EQ(config->local_agents, 3U);
  EXPECT_EQ(config->connect, "env-host");
  EXPECT_EQ(config->format, Format::kPlain);
}

TEST(Configuration, RefusesAnEnvironmentThatMakesNoSense) {
  Config config;
  EXPECT_FALSE(apply_environment(variables({{"HEADWAY_LOCAL", "0"}}), "/p", config).ok());
  EXPECT_FALSE(apply_environment(variables({{"HEADWAY_FORMAT", "xml"}}), "/p", config).ok());
  EXPECT_FALSE(apply_environment(variables({{"HEADWAY_SYNC", "yes"}}), "/p", config).ok());
  ASSERT_TRUE(apply_environment(variables({{"HEADWAY_STATE_DIR", "s"}, {"HEADWAY_LOCAL", "7"}}),
                                "/p", config)
                  .ok());
  EXPECT_EQ(config.state_dir, "/p/s");
  EXPECT_EQ(config.local_agents, 7U);
}

}  // namespace
}  // namespace headway::cli
