#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "common/plan/graph.h"
#include "common/plan/validate.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "coordinator/import/import_wfcommons.h"

namespace headway {
namespace {

/// The folder of the published workflows: below HEADWAY_DATA, else beside the repository.
std::filesystem::path workflows_folder() {
  const char* data = std::getenv("HEADWAY_DATA");
  const std::filesystem::path folder =
      data != nullptr ? std::filesystem::path(data)
                      : std::filesystem::path(HEADWAY_SOURCE_DIR) / "../shared/data";
  return folder / "wfinstances";
}

/// The text of each workflow by its name.
std::map<std::string, std::string> workflows() {
  std::map<std::string, std::string> texts;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(workflows_folder(), missing)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    texts[entry.path().stem()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return texts;
}

class RealWorkflows : public testing::Test {
 protected:
  void SetUp() override {
    if (texts_.empty()) {
      GTEST_SKIP() << "no workflows in " << workflows_folder() << " (set HEADWAY_DATA)";
    }
  }

  const std::map<std::string, std::string> texts_ = workflows();
};

TEST_F(RealWorkflows, BecomeValidPlansWithATicketForEachTask) {
  const std::map<std::string, std::size_t> task_counts = {
      {"1000genome-chameleon-2ch-100k-001", 52}, {"epigenomics-chameleon-hep-1seq-100k-001", 41},
      {"helloworld-chain-5-chameleon", 5},       {"montage-chameleon-2mass-01d-001", 103},
      {"seismology-chameleon-200p-001", 201},    {"sarek-dirt02-001", 26},
  };
  for (const auto& [name, text] : texts_) {
    const auto plan = import_wfcommons(text, name);
    ASSERT_TRUE(plan.ok()) << name << ": " << plan.error().message;
    for (const Diagnostic& diagnostic : validate_plan(*plan)) {
      ADD_FAILURE() << name << ": " << diagnostic.message;
    }
    const auto graph = PlanGraph::build(*plan);
    ASSERT_TRUE(graph.ok()) << name << ": " << graph.error().message;
    const auto count = task_counts.find(name);
    if (count != task_counts.end()) {
      EXPECT_EQ(plan->tickets.size(), count->second + 1) << name;
    }
  }
}

TEST_F(RealWorkflows, AreReadBackAsTheyWereWritten) {
  for (const auto& [name, text] : texts_) {
    auto plan = import_wfcommons(text, name);
    ASSERT_TRUE(plan.ok()) << name;
    ReadPlan read = read_plan(write_plan(*plan));
    ASSERT_TRUE(read.ok()) << name << ": " << read.diagnostics.front().message;
    // Where each ticket stands in the text is not part of what it says.
    for (Ticket& ticket : read.plan.tickets) ticket.mark = {};
    EXPECT_TRUE(read.plan == *plan) << name;
  }
}

}  // namespace
}  // namespace headway
