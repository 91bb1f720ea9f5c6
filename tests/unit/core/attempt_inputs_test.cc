#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// What an attempt is told of those before it: the last checkpoint, and the files to expect.

namespace headway {
namespace {

using ::testing::ElementsAre;

TEST(Checkpoints, AreToldToTheNextAttempt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").retry(1);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.say("w", CheckpointReached{h.token("A"), 1, "fetched"});
  CheckpointReached bad{h.token("A"), 2, "built"};
  bad.outcome = Outcome::kExit;
  bad.exit_code = 2;
  h.say("w", bad);
  EXPECT_EQ(h.facts().back().detail, "checkpoint 'built' failed: exit 2");
  CheckpointReached missing{h.token("A"), 3, "linked"};
  missing.outcome = Outcome::kCouldNotStart;
  missing.detail = "the program ld is not found on this worker";
  h.say("w", missing);
  EXPECT_EQ(h.facts().back().detail,
            "checkpoint 'linked' failed: could not start: the program ld is not found on this "
            "worker");
  h.ignore_messages();
  h.fail("A");
  h.assigned();
  EXPECT_EQ(h.spec(h.token("A")).last_checkpoint, "fetched") << "built was not sound";
  h.finish("A");
}

TEST(Artifacts, OfADependencyAreExpectedToBeAsTheyWere) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  h.submit(plan);
  h.assigned();
  h.start("A");
  AttemptResult made;
  made.artifacts = {{"out/a.json", 7, "abc"}};
  h.end("A", made);
  h.assigned();
  const std::vector<ExpectedFile> inputs = h.spec(h.token("B")).inputs;
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_EQ(inputs.front(), (ExpectedFile{"out/a.json", 7, "abc", "as A left it"}));
  h.finish("B");
}

TEST(Artifacts, ThatAnotherTicketMayChangeAreExpectedAsThatOneLeftThem) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"}).changes("out/*.md").retry(1);
  plan.add("SILENT").after({"B"}).changes("out/other.md");
  plan.add("LAST").after({"A", "SILENT"});
  h.submit(plan);
  h.assigned();
  AttemptResult made;
  made.artifacts = {{"out/one.md", 1, "a1"}, {"out/other.md", 2, "a2"}, {"out/x.json", 3, "a3"}};
  h.start("A");
  h.end("A", made);
  EXPECT_EQ(h.spec(h.token("B")).inputs.size(), 3U) << "nobody has changed anything yet";
  h.start("B");
  h.fail("B");
  EXPECT_EQ(h.spec(h.token("B")).inputs.size(), 1U) << "what it left half done is nobody's word";
  made.artifacts = {{"out/one.md", 4, "b1"}, {"out/other.md", 5, "b2"}};
  h.start("B");
  h.end("B", made);
  h.run_through("SILENT");
  h.assigned();
  EXPECT_THAT(h.spec(h.token("LAST")).inputs,
              ElementsAre(ExpectedFile{"out/one.md", 4, "b1", "as B left it"},
                          ExpectedFile{"out/x.json", 3, "a3", "as A left it"}))
      << "SILENT changed the other and told nobody";
  h.finish("LAST");
}

}  // namespace
}  // namespace headway
