// The views of schemas/registry.sql, read as a person would: with SQLite alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "coordinator/journal/registry.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::ElementsAre;

/// One run that shows each kind of row: T-0 succeeded, T-1 failed after a retry, T-2 was aborted,
/// T-3 runs, T-4 is assigned, T-5 waits for a retry, T-6 for a lock, T-7 has no fact.
class Views : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    test::Script script;
    script
        .epoch_started()                  // 1
        .worker_joined(1, "build-01", 2)  // 2
        .worker_joined(2, "build-02", 1)  // 3
        .run(FactKind::kRunSubmitted, 1)  // 4
        .assigned(1, 0, 1, 1)             // 5
        .started(1, 0, 1, 1, 1)           // 6
        .add({.kind = FactKind::kCheckpoint,
              .run = RunId{1},
              .ticket = TicketIndex{0},
              .token = Token{1}})                                         // 7
        .ended(1, 0, 1, 1, Outcome::kSucceeded, TicketState::kSucceeded)  // 8
        .add({.kind = FactKind::kArtifact,
              .run = RunId{1},
              .ticket = TicketIndex{0},
              .token = Token{1}})                                                        // 9
        .assigned(1, 1, 2, 2)                                                            // 10
        .started(1, 1, 2, 2, 1)                                                          // 11
        .ended(1, 1, 2, 2, Outcome::kExit, TicketState::kReady, 3)                       // 12
        .assigned(1, 1, 3, 1)                                                            // 13
        .started(1, 1, 3, 1, 2)                                                          // 14
        .ended(1, 1, 3, 1, Outcome::kExit, TicketState::kFailed, 4)                      // 15
        .ticket_ended(1, 2, TicketState::kAborted, "T-1 failed")                         // 16
        .assigned(1, 3, 4, 1)                                                            // 17
        .started(1, 3, 4, 1, 1)                                                          // 18
        .assigned(1, 4, 5, 1)                                                            // 19
        .assigned(1, 5, 6, 2)                                                            // 20
        .add({.kind = FactKind::kWorkerLost, .worker = WorkerId{2}})                     // 21
        .ended(1, 5, 6, 2, Outcome::kWorkerLost, TicketState::kReady)                    // 22
        .run(FactKind::kRunPaused, 1)                                                    // 23
        .add({.kind = FactKind::kLockWait, .run = RunId{1}, .ticket = TicketIndex{6}});  // 24
    const Result<void> done = registry->commit({{test::stored_run(1, 8)}, script.take()});
    ASSERT_TRUE(done) << done.error().message;
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
};

TEST_F(Views, ShowRuns) {
  EXPECT_THAT(
      test::rows_of(
          path_, "SELECT run, name, state, submitted_at, finished_at, tickets, plan_file FROM run"),
      ElementsAre("1|plan of r1|paused|2023-11-14T22:13:20.001Z|-|8|plan.yaml"));
}

TEST_F(Views, ShowTicketsInWords) {
  EXPECT_THAT(
      test::rows_of(path_,
                    "SELECT id, state, attempts, last_token, started_at, ended_at, outcome, "
                    "exit_code, detail, plan_group "
                    "FROM ticket WHERE run = 1"),
      ElementsAre(
          "T-0|succeeded|1|1|2023-11-14T22:13:26.000Z|2023-11-14T22:13:28.000Z|succeeded|-|-|1",
          "T-1|failed|2|3|2023-11-14T22:13:34.000Z|2023-11-14T22:13:35.000Z|exit|4|-|1",
          "T-2|aborted|0|-|-|2023-11-14T22:13:36.000Z|-|-|T-1 failed|2",
          "T-3|running|1|4|2023-11-14T22:13:38.000Z|-|-|-|-|2",  //
          "T-4|assigned|1|5|-|-|-|-|-|3",                        //
          "T-5|ready|1|6|-|-|worker lost|-|-|3",                 //
          "T-6|ready|0|-|-|-|-|-|-|4", "T-7|waiting|0|-|-|-|-|-|-|4"));
}

TEST_F(Views, ShowAttempts) {
  EXPECT_THAT(
      test::rows_of(path_,
                    "SELECT token, id, attempt, worker, slot, state, assigned_at, started_at, "
                    "ended_at, outcome, "
                    "exit_code, elapsed_seconds, cpu_seconds, max_memory_bytes, ticket_state_after "
                    "FROM attempt "
                    "ORDER BY token"),
      ElementsAre("1|T-0|1|build-01|1|ended|2023-11-14T22:13:25.000Z|2023-11-14T22:13:26.000Z|2023-"
                  "11-14T22:13:28.000Z|"
                  "succeeded|-|1.5|0.25|4096|succeeded",
                  "2|T-1|1|build-02|1|ended|2023-11-14T22:13:30.000Z|2023-11-14T22:13:31.000Z|2023-"
                  "11-14T22:13:32.000Z|"
                  "exit|3|1.5|0.25|4096|ready",
                  "3|T-1|2|build-01|2|ended|2023-11-14T22:13:33.000Z|2023-11-14T22:13:34.000Z|2023-"
                  "11-14T22:13:35.000Z|"
                  "exit|4|1.5|0.25|4096|failed",
                  "4|T-3|1|build-01|1|running|2023-11-14T22:13:37.000Z|2023-11-14T22:13:38.000Z|-|-"
                  "|-|-|-|-|-",
                  "5|T-4|1|build-01|-|assigned|2023-11-14T22:13:39.000Z|-|-|-|-|-|-|-|-",
                  "6|T-5|1|build-02|-|ended|2023-11-14T22:13:40.000Z|-|2023-11-14T22:13:42.000Z|"
                  "worker lost|-|1.5|0.25|4096|ready"));
}

TEST_F(Views, ShowWorkers) {
  const std::string query =
      "SELECT worker, name, slots, state, joined_at, changed_at FROM worker ORDER BY worker";
  EXPECT_THAT(test::rows_of(path_, query),
              ElementsAre("1|build-01|2|joined|2023-11-14T22:13:22.000Z|2023-11-14T22:13:22.000Z",
                          "2|build-02|1|lost|2023-11-14T22:13:23.000Z|2023-11-14T22:13:41.000Z"));
  {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    ASSERT_TRUE(registry->commit(
        {{}, test::Script(24).epoch_started().worker_joined(2, "build-02", 8).take()}));
  }
  EXPECT_THAT(test::rows_of(path_, query),
              ElementsAre("1|build-01|2|away|2023-11-14T22:13:22.000Z|2023-11-14T22:13:22.000Z",
                          "2|build-02|8|joined|2023-11-14T22:13:46.000Z|2023-11-14T22:13:46.000Z"));
}

TEST_F(Views, ShowHowWellWorkersDid) {
  {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    const KeptTally tally{{WorkerId{1}, "docs"},
                          {2, 1, 1, std::chrono::milliseconds{1500}, std::chrono::seconds{2}},
                          Sequence{15}};
    ASSERT_TRUE(registry->commit({{}, test::Script(24).epoch_started().take(), {}, {tally}}));
  }
  EXPECT_THAT(test::rows_of(path_,
                            "SELECT worker, category, ended, succeeded, timed, took_seconds, "
                            "estimated_seconds FROM tally"),
              ElementsAre("build-01|docs|2|1|1|1.5|2.0"));
}

TEST_F(Views, SayTimesToTheMillisecond) {
  // By integers alone, for many values that a double could round to the millisecond beside them.
  EXPECT_THAT(
      test::rows_of(path_,
                    "WITH RECURSIVE n(ms) AS (SELECT 1700000000000 UNION ALL SELECT ms + 7919 FROM "
                    "n LIMIT 20000) "
                    "SELECT count(*) FROM n WHERE strftime('%f', ms / 1000.0, 'unixepoch') <> "
                    "printf('%02d.%03d', (ms / 1000) % 60, ms % 1000)"),
      ElementsAre("0"));
}

TEST_F(Views, OfAVerifiedRegistryLieAboutNothing) {
  const Result<Registry> registry = Registry::open_reader(path_);
  ASSERT_TRUE(registry);
  const Result<std::vector<std::string>> wrong = registry->verify();
  ASSERT_TRUE(wrong) << wrong.error().message;
  EXPECT_THAT(*wrong, ElementsAre());
}

}  // namespace
}  // namespace headway
