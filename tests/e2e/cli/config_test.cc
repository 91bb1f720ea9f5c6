#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "project.h"

namespace headway::test {
namespace {

using ::testing::HasSubstr;

TEST(Config, SaysWhereEachValueComesFrom) {
  Project project;
  const std::string file = project.write(
      ".headway.yaml", "defaults:\n  connect: build-01\n  sync: true\n  format: plain\n");
  const Finished shown =
      project.headway({"config", "--origin", "--format", "json", "--state-dir", "there"});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  const nlohmann::json document = nlohmann::json::parse(shown.out);
  const auto setting = [&](const std::string& name) {
    for (const nlohmann::json& each : document["settings"]) {
      if (each["name"] == name) return each;
    }
    ADD_FAILURE() << "there is no " << name;
    return nlohmann::json();
  };
  EXPECT_EQ(setting("defaults.connect")["value"], "build-01");
  EXPECT_EQ(setting("defaults.connect")["origin"], file + ":2");
  EXPECT_EQ(setting("defaults.sync")["origin"], file + ":3");
  EXPECT_EQ(setting("defaults.format")["value"], "json");
  EXPECT_EQ(setting("defaults.format")["origin"], "--format") << "an option goes before the file";
  EXPECT_EQ(setting("defaults.state_dir")["origin"], "--state-dir");
  EXPECT_TRUE(setting("defaults.key")["value"].is_null());
  EXPECT_TRUE(setting("defaults.key")["origin"].is_null());
}

TEST(Config, TellsOfACategoryWhoseAgentTypeIsNotDeclared) {
  Project project;
  const std::string file = project.write(
      ".headway.yaml",
      "agent_types:\n  builder: {command: [make]}\ncategories: {feature: bilder, fix: builder}\n");
  const Finished shown = project.headway({"config"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.err, HasSubstr(file + ":3: the category feature goes to the agent type bilder, "
                                          "which is not declared; did you mean builder?"));
  EXPECT_EQ(shown.err.find("category fix"), std::string::npos) << shown.err;
}

TEST(Config, GoesByTheEnvironmentBeforeTheFiles) {
  Project project;
  project.write(".headway.yaml", "tickets: here\n");
  const Finished shown = run_process(
      {program("headway"), "config", "--origin"},
      {.folder = project.folder().path(), .env = {{"HEADWAY_TICKETS", "/elsewhere"}}, .input = {}});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("/elsewhere"));
  EXPECT_THAT(shown.out, HasSubstr("HEADWAY_TICKETS"));
}

}  // namespace
}  // namespace headway::test
