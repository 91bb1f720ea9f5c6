#include <sstream>

#include <gtest/gtest.h>

#include "coordinator/cli/verbs/check_plan.h"
#include "coordinator/cli/verbs/prepared_plan.h"
#include "coordinator/cli/verbs/table.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

class PlanTest : public ::testing::Test {
 protected:
  Result<PreparedPlan> prepare(const std::string& text) {
    return prepare_plan(folder_.write("plan.yaml", text), environment_);
  }

  test::TemporaryFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
  Interrupts interrupts_;
  Environment environment_{.out = out_,
                           .err = err_,
                           .interrupts = interrupts_,
                           .table = verb_table(),
                           .folder = "/tmp",
                           .config = {}};
};

TEST_F(PlanTest, AnInvalidOneIsToldWithItsPlace) {
  const Result<PreparedPlan> plan =
      prepare("version: 1\ntickets:\n  - {id: A, run: 'true', needs: [B]}\n");
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().kind, ErrorKind::kInvalidPlan);
  EXPECT_NE(err_.str().find("plan.yaml:3:"), std::string::npos) << err_.str();
}

TEST_F(PlanTest, TakesCommandsFromTheConfiguredTypes) {
  environment_.config.agent_types = {
      {.name = "builder", .labels = {"gcc"}, .command = {"./work"}, .timeout = {}},
      {.name = "unused", .labels = {}, .command = {"x"}, .timeout = {}}};
  const Result<PreparedPlan> plan =
      prepare("version: 1\ntickets:\n  - {id: A, agent: {type: builder}}\n");
  ASSERT_TRUE(plan.ok()) << plan.error().message << err_.str();
  ASSERT_EQ(plan->agent_types.size(), 1U);
  EXPECT_EQ(plan->agent_types[0].name, "builder");
  EXPECT_EQ(plan->folder, folder_.path());
}

TEST_F(PlanTest, ATicketWithoutACommandAnywhereIsInvalid) {
  environment_.config.agent_types = {
      {.name = "builder", .labels = {}, .command = {"x"}, .timeout = {}}};
  const Result<PreparedPlan> plan =
      prepare("version: 1\ntickets:\n  - {id: A, agent: {type: bilder}}\n");
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().kind, ErrorKind::kInvalidPlan);
  EXPECT_NE(plan.error().message.find("did you mean builder?"), std::string::npos)
      << plan.error().message;
}

AgentView agent(std::string worker, std::vector<std::string> labels, bool every_type = true) {
  AgentView view;
  view.id = worker + "/1";
  view.worker = std::move(worker);
  view.labels = std::move(labels);
  view.every_type = every_type;
  return view;
}

TEST_F(PlanTest, TellsWhichTicketsNobodyCanRun) {
  const Result<PreparedPlan> plan = prepare(
      "version: 1\ntickets:\n"
      "  - {id: A, run: 'true'}\n"
      "  - {id: B, run: 'true', agent: {labels: [gcc]}}\n"
      "  - {id: C, run: 'true', agent: {not: [one]}}\n"
      "  - {id: D, run: 'true', agent: {type: writer}}\n");
  ASSERT_TRUE(plan.ok()) << err_.str();
  EXPECT_EQ(tickets_nobody_can_run(*plan, {}, {}).size(), 1U)
      << "that there is no agent is told once";
  EXPECT_EQ(tickets_nobody_can_run(*plan, {agent("one", {}, false)}, {}),
            (std::vector<std::string>{"no agent can run `B`: it needs the labels gcc",
                                      "no agent can run `C`: it needs a worker other than one",
                                      "no agent can run `D`: it needs the type `writer`"}));
  EXPECT_TRUE(
      tickets_nobody_can_run(*plan, {agent("one", {}), agent("two", {"gcc", "x"})}, {}).empty());
}

TEST_F(PlanTest, TellsWhichGatesNobodyCanRun) {
  const Result<PreparedPlan> plan = prepare(
      "version: 1\ntickets:\n"
      "  - {id: A, run: 'true', gates: [{name: g, run: 'true', labels: [arm]},"
      " {name: h, run: 'true'}]}\n");
  ASSERT_TRUE(plan.ok()) << err_.str();
  EXPECT_EQ(
      tickets_nobody_can_run(*plan, {agent("one", {})}, {}),
      std::vector<std::string>{"no agent can run the gate `g` of `A`: it needs the labels arm"});
  EXPECT_TRUE(tickets_nobody_can_run(*plan, {agent("one", {}), agent("two", {"arm"})}, {}).empty());
}

TEST_F(PlanTest, TellsThatNoWorkerHasEnoughOfAResource) {
  const Result<PreparedPlan> plan = prepare(
      "version: 1\nresources: {licences: 1}\ntickets:\n"
      "  - {id: A, run: 'true', resources: {gpus: 2}}\n"
      "  - {id: B, run: 'true', resources: {licences: 1}}\n");
  ASSERT_TRUE(plan.ok()) << err_.str();
  AgentView one = agent("one", {});
  one.resources = {{"gpus", 1000}};
  EXPECT_EQ(tickets_nobody_can_run(*plan, {one}, {}),
            std::vector<std::string>{"no agent can run `A`: it needs 2 gpus on one worker"});
  one.resources = {{"gpus", 2000}};
  EXPECT_TRUE(tickets_nobody_can_run(*plan, {one}, {}).empty());
}

TEST_F(PlanTest, TellsWhichDirectoriesAndProgramsAreMissing) {
  folder_.write("here/file", "");
  const Result<PreparedPlan> plan = prepare(
      "version: 1\ntickets:\n"
      "  - {id: A, command: [sh, -c, 'true'], dir: here}\n"
      "  - {id: B, command: [no-such-program]}\n"
      "  - {id: C, command: [./file], dir: here}\n"
      "  - {id: D, run: no-such-program, dir: there}\n");
  ASSERT_TRUE(plan.ok()) << err_.str();
  const std::vector<std::string> missing = missing_programs(*plan, "/usr/bin:/bin", {});
  ASSERT_EQ(missing.size(), 3U);
  EXPECT_NE(missing[0].find("`B`"), std::string::npos);
  EXPECT_NE(missing[1].find("./file"), std::string::npos);
  EXPECT_NE(missing[2].find("/there"), std::string::npos);
  EXPECT_TRUE(missing_programs(*plan, "/usr/bin:/bin", {2}).empty())
      << "other groups are not looked at";
}

}  // namespace
}  // namespace headway::cli
