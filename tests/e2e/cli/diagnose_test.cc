#include <gtest/gtest.h>

#include "project.h"

/// `headway diagnose` on real runs.

namespace headway::test {
namespace {

/// The finding of a kind, as JSON; null where there is none.
nlohmann::json found(const Project& project, const std::string& kind,
                     std::vector<std::string> options = {}) {
  std::vector<std::string> words = {"diagnose", "--format", "json"};
  words.insert(words.end(), options.begin(), options.end());
  const Finished diagnosis = project.headway(words);
  EXPECT_EQ(diagnosis.exit_code, 0) << diagnosis.err;
  const nlohmann::json document = nlohmann::json::parse(diagnosis.out);
  for (const nlohmann::json& finding : document["findings"]) {
    if (finding["kind"] == kind) return finding;
  }
  return {};
}

TEST(Diagnosing, NamesALockWaitAMissingLabelAndAFailure) {
  Project project;
  project.plan(
      {"{id: HOLD, run: 'until test -e go; do sleep 0.05; done', locks: [{name: db}], "
       "priority: critical}",
       "{id: WAIT, run: 'true', locks: [{name: db}]}",
       "{id: GPU, run: 'true', agent: {labels: [gpu]}}", "{id: BAD, run: exit 3}",
       "{id: ON-BAD, run: 'true', needs: [BAD]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("HOLD running on")) << run.out() << run.err();
  ASSERT_TRUE(run.wait_for("BAD failed")) << run.out() << run.err();
  ASSERT_TRUE(wait_until([&] { return !found(project, "lock wait").is_null(); }));
  const nlohmann::json lock = found(project, "lock wait");
  EXPECT_EQ(lock["tickets"], nlohmann::json({"HOLD", "WAIT"})) << lock;
  const nlohmann::json label = found(project, "no agent for it");
  const auto command = label["command"].get<std::string>();
  EXPECT_TRUE(command.starts_with("headway-worker --connect ipc://")) << label;
  EXPECT_TRUE(command.ends_with(" --label gpu")) << label;
  const nlohmann::json failure = found(project, "failure");
  EXPECT_EQ(failure["command"], "headway ticket retry BAD") << failure;
  EXPECT_EQ(failure["consequence"], "1 ticket that depends on it will not run.") << failure;
  EXPECT_TRUE(found(project, "failure", {"--check-conflicts"}).is_null());
  EXPECT_FALSE(found(project, "lock wait", {"--check-conflicts"}).is_null());
  EXPECT_TRUE(found(project, "lock wait", {"--analyze-bottlenecks"}).is_null());
  EXPECT_EQ(project.headway({"diagnose", "--exit-code"}).exit_code, 1);
  EXPECT_EQ(project.headway({"diagnose"}).exit_code, 0);

  project.headway({"stop", "--force", "--preserve-state"});
  EXPECT_EQ(run.wait().exit_code, 8);
  EXPECT_EQ(found(project, "nothing handed out")["command"], "headway resume r1");
  EXPECT_FALSE(found(project, "failure").is_null()) << "the registry alone knows of it";
  EXPECT_TRUE(found(project, "lock wait").is_null()) << "nobody holds it now";
}

TEST(Diagnosing, FindsNothingWrongWithARunThatWentWell) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 0);
  const Finished diagnosis = project.headway({"diagnose", "--exit-code"});
  EXPECT_EQ(diagnosis.exit_code, 0) << diagnosis.out;
  EXPECT_NE(diagnosis.out.find("Nothing is wrong with r1"), std::string::npos) << diagnosis.out;
}

}  // namespace
}  // namespace headway::test
