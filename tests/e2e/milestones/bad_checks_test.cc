#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// Checks and checkpoints that do what they should not.

namespace headway::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Runs a plan of these tickets and another one, which none of them may disturb.
class BadChecks : public ::testing::Test {
 protected:
  Finished run(std::vector<std::string> tickets, int exit_code = 7) {
    tickets.emplace_back("{id: GOOD, run: 'true', gates: [{name: fine, run: 'true'}]}");
    project_.plan(tickets);
    Finished run = project_.headway({"run", "plan.yaml", "--local", "2"});
    EXPECT_EQ(run.exit_code, exit_code) << run.out << run.err;
    EXPECT_EQ(project_.state_of("GOOD"), "succeeded");
    return run;
  }
  [[nodiscard]] bool there(const std::string& file) const {
    return std::filesystem::exists(project_.folder() / file);
  }

  Project project_;
};

TEST_F(BadChecks, ThatHangEndByTheirTimeout) {
  const Finished ended =
      run({"{id: A, run: 'true', kill_grace: 100ms, gates: [{name: hangs, timeout: 300ms, "
           "run: \"trap '' TERM; while true; do sleep 1; done\"}]}"});
  EXPECT_THAT(ended.out, HasSubstr("gate 'hangs' failed: ran longer than its timeout of 300ms"));
}

TEST_F(BadChecks, ThatFloodAreCutAndTheirEndIsKept) {
  const Finished ended =
      run({"{id: A, run: 'true', gates: [{name: floods, "
           "run: 'yes flood | head -c 100000000; echo; echo the end; exit 3'}]}"});
  EXPECT_THAT(ended.out, HasSubstr("gate 'floods' failed: exit 3"));
  const std::string kept = project_.headway({"logs", "A"}).out;
  EXPECT_LT(kept.size(), 20'000'000U);
  EXPECT_TRUE(kept.ends_with("\nthe end\n"));
}

TEST_F(BadChecks, ThatLeaveProcessesLeaveNone) {
  const Finished ended =
      run({"{id: A, run: 'true', gates: [{name: leaves, run: "
           "'setsid sh -c \"sleep 1; touch late\" & sh -c \"sleep 1; touch late\" & exit 0'}, "
           "{name: waits, run: sleep 1.5}]}"},
          0);
  EXPECT_FALSE(there("late"));
  EXPECT_THAT(project_.headway({"status"}).out,
              HasSubstr("gate 'leaves': it left processes behind, which were killed"))
      << ended.out;
}

TEST_F(BadChecks, ThatAreKilledSayBySomeSignal) {
  EXPECT_THAT(run({"{id: A, run: 'true', gates: [{name: dies, run: 'kill -KILL $$'}]}"}).out,
              HasSubstr("gate 'dies' failed: signal 9"));
}

TEST_F(BadChecks, WithoutAProgramSayWhichOne) {
  const Finished ended = run(
      {"{id: A, run: touch ran, require: [{name: r, command: [no-such-program]}]}",
       "{id: B, run: 'true', gates: [{name: g, command: [./no-such-check]}]}",
       "{id: C, run: 'echo checkpoint c >> $HEADWAY_PROGRESS', checkpoints: [{name: c, command: "
       "[no-such-checker]}]}"});
  EXPECT_THAT(ended.out, HasSubstr("requirement 'r' failed: the program no-such-program"));
  EXPECT_THAT(ended.out, HasSubstr("gate 'g' failed: the program ./no-such-check does not exist"));
  EXPECT_FALSE(there("ran"));
  EXPECT_EQ(project_.state_of("C"), "succeeded") << "a checkpoint that fails warns";
  EXPECT_THAT(project_.headway({"events"}).out,
              HasSubstr("C checkpoint 'c' failed: could not start: the program no-such-checker is "
                        "not found on this worker; its PATH is "));
}

TEST_F(BadChecks, OfTheWholePlanThatCannotRunAreToldAndStopNothing) {
  project_.plan({"{id: A, run: 'true'}"},
                "plan_gates: [{name: p, command: [no-such-program], every: end, on_fail: warn}]\n");
  const Finished ended = project_.headway({"run", "plan.yaml", "--local", "1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("run r1 plan gate 1 'p' failed: could not start: the program "
                                   "no-such-program is not found on this worker; its PATH is "));
  EXPECT_THAT(ended.out, HasSubstr("; the run goes on\n"));
  EXPECT_THAT(project_.headway({"status"}).out, HasSubstr("plan gate 'p' fails"));
}

TEST_F(BadChecks, WithNamesThatSteerTerminalsAreShownHarmless) {
  const Finished ended =
      run({"{id: A, run: \"printf 'checkpoint own\\\\033[2Jname\\\\n' >> $HEADWAY_PROGRESS\"}"}, 0);
  std::string shown = ended.out + ended.err;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"events"},
                                             {"events", "--format", "plain"},
                                             {"status"},
                                             {"explain", "A"},
                                             {"logs", "A"}}) {
    const Finished said = project_.headway(words);
    shown += said.out + said.err;
  }
  EXPECT_THAT(shown, Not(HasSubstr("\033")));
  EXPECT_THAT(shown, HasSubstr("own\\x1b[2Jname"));
}

TEST_F(BadChecks, WithSuchNamesInThePlanAreRefused) {
  project_.plan(
      {"{id: A, run: 'true', checkpoints: [{name: \"half\\e[2J\", at: 50%, run: 'true'}], "
       "gates: [{name: \"gate\\e[2J\", run: 'true'}]}"});
  const Finished refused = project_.headway({"run", "plan.yaml", "--local", "1"});
  EXPECT_EQ(refused.exit_code, 3) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("`name` has control characters: `half\\x1b[2J`"));
  EXPECT_THAT(refused.err, HasSubstr("`name` has control characters: `gate\\x1b[2J`"));
  EXPECT_THAT(refused.err, Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace headway::test
