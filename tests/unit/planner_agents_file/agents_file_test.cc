#include "coordinator/planner/agents_file/agents_file.h"

#include <gtest/gtest.h>

namespace headway::planner {
namespace {

using Words = std::vector<std::string>;

TEST(AgentsFile, ReadsAgentsByNameAndByCount) {
  const auto agents = read_agents(
      "agents:\n"
      "  - {name: anna, worker: build-01, types: [builder], labels: [linux, gcc]}\n"
      "  - name: writers\n"
      "    count: 2\n"
      "    labels: docs\n"
      "  - {}\n");
  ASSERT_TRUE(agents.ok()) << agents.error().message;
  ASSERT_EQ(agents->size(), 4U);
  EXPECT_EQ((*agents)[0].types, Words{"builder"});
  EXPECT_EQ((*agents)[0].labels, (Words{"linux", "gcc"}));
  EXPECT_EQ((*agents)[2].name, "writers/2");
  EXPECT_EQ((*agents)[2].labels, Words{"docs"});
  EXPECT_EQ((*agents)[3].name, "4");
}

TEST(AgentsFile, ReadsWhatItWrites) {
  std::vector<PlanAgent> agents(2);
  agents[0].name = "it's";
  agents[0].worker = "no";
  agents[0].labels = {"Q4: 1", "[x]"};
  agents[1].name = "010";
  agents[1].types = {"builder", "writer"};
  const auto read = read_agents(write_agents(agents));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, agents);
}

TEST(AgentsFile, SaysWhatIsWrongAndWhere) {
  const auto message = [](const std::string& text) {
    const auto agents = read_agents(text);
    EXPECT_FALSE(agents.ok());
    return agents.ok() ? std::string() : agents.error().message;
  };
  EXPECT_EQ(message("agents:\n  - {name: a}\n  - {name: a}\n"), "line 3: there are two agents `a`");
  EXPECT_EQ(message("agents:\n  - {count: none}\n"),
            "line 2: `count` should be a number from 1 to 10000");
  EXPECT_NE(message("agents:\n  - {skills: [a]}\n").find("unknown key `skills`"),
            std::string::npos);
  EXPECT_NE(message("agents: 4\n").find("should be a list"), std::string::npos);
  EXPECT_NE(message("agents: []\n").find("there are no agents"), std::string::npos);
  EXPECT_NE(message(""), "");
  EXPECT_NE(message("agents: [{").find("line "), std::string::npos);
}

}  // namespace
}  // namespace headway::planner
