#include "coordinator/control/ticket_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/control/run_source.h"
#include "tests/support/temporary_folder.h"

/// The check `tickets`: what files say of their tickets' lives, against a run.

namespace headway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kFromFiles = R"(version: 1
tickets:
  - {id: A, run: "true", env: {HEADWAY_TICKET_FILE: tickets/A.md}}
  - {id: B, run: "true", env: {HEADWAY_TICKET_FILE: tickets/B.md}}
)";

class TicketCheck : public ::testing::Test {
 protected:
  /// The two tickets are in these states since long ago. `kept`: a command keeps the files.
  void play(TicketState a, TicketState b, bool kept = false) {
    RunOptions options;
    options.plan_folder = folder_.path();
    if (kept) options.kept_tickets = folder_ / "tickets";
    Result<RunPlan> source = make_run_plan(kFromFiles, options);
    ASSERT_TRUE(source) << source.error().message;
    run_.source = std::make_shared<const RunPlan>(std::move(*source));
    run_.tickets.assign(2, TicketRecord{});
    run_.tickets[0].state = a;
    run_.tickets[1].state = b;
    for (TicketRecord& ticket : run_.tickets) ticket.started_at = ticket.ended_at = long_ago_;
  }

  void say(const std::string& ticket, const std::string& status) const {
    folder_.write("tickets/" + ticket + ".md",
                  "---\nid: " + ticket + "\nstatus: " + status + "\n---\n");
  }

  [[nodiscard]] StateCheck check() const {
    const auto files = read_files_of_tickets(run_, [] { return false; });
    EXPECT_TRUE(files) << files.error().message;
    return check_ticket_files(run_, *files, now_);
  }

  test::TemporaryFolder folder_;
  WallTime now_ = wall_from_millis(1'700'000'000'000);
  WallTime long_ago_ = now_ - std::chrono::hours{1};
  headway::Run run_;
};

TEST_F(TicketCheck, LetsFilesBeBehindThatNobodyKeepsUpToDate) {
  play(TicketState::kSucceeded, TicketState::kFailed);
  say("A", "pending");
  say("B", "todo");
  EXPECT_EQ(check(), (StateCheck{"tickets", CheckVerdict::kPassed, {}}));
}

TEST_F(TicketCheck, FindsAFileThatClaimsToBeDoneThoughItsTicketIsNot) {
  play(TicketState::kFailed, TicketState::kWaiting);
  say("A", "completed");
  say("B", "done");
  const StateCheck found = check();
  EXPECT_EQ(found.verdict, CheckVerdict::kFailed);
  EXPECT_THAT(found.findings, ElementsAre(HasSubstr("A is completed in "),
                                          HasSubstr("tickets/B.md and waiting in the run")));
}

TEST_F(TicketCheck, OnlyMentionsAFileThatSomebodyHasClosedInAnotherWay) {
  play(TicketState::kSucceeded, TicketState::kCancelled);
  say("A", "cancelled");
  say("B", "completed");
  const StateCheck found = check();
  EXPECT_EQ(found.verdict, CheckVerdict::kPassed);
  EXPECT_THAT(found.findings,
              ElementsAre(HasSubstr("A is cancelled in "), HasSubstr("B is completed in ")))
      << "it may have been done by hand";
}

TEST_F(TicketCheck, LeavesAFileAloneWhileItsTicketIsAtWorkOrHasBeenOpenedAgain) {
  play(TicketState::kValidating, TicketState::kReady);
  run_.tickets[1].generation = 2;
  say("A", "completed");
  say("B", "completed");
  EXPECT_EQ(check(), (StateCheck{"tickets", CheckVerdict::kPassed, {}}));
}

TEST_F(TicketCheck, FindsEveryDifferenceWhereACommandKeepsTheFilesUpToDate) {
  play(TicketState::kSucceeded, TicketState::kFailed, true);
  say("A", "pending");
  folder_.write("tickets/completed/B.md", "---\nid: B\nstatus: blocked\n---\n");
  const StateCheck found = check();
  EXPECT_EQ(found.verdict, CheckVerdict::kFailed);
  EXPECT_THAT(found.findings, ElementsAre(HasSubstr("A.md and succeeded in the run; `headway "
                                                    "sync` writes it")))
      << "where the file of a failed ticket is, its command may have been told";
}

TEST_F(TicketCheck, GivesTheCommandThatKeepsTheFilesAMomentToWriteThem) {
  play(TicketState::kSucceeded, TicketState::kUndone, true);
  say("A", "in-progress");
  say("B", "completed");
  run_.tickets[0].ended_at = now_ - std::chrono::seconds{1};
  EXPECT_EQ(check(), (StateCheck{"tickets", CheckVerdict::kPassed, {}}));
  run_.tickets[0].state = TicketState::kAssigned;
  EXPECT_EQ(check().verdict, CheckVerdict::kPassed) << "it has not started yet";
  run_.tickets[0].state = TicketState::kSucceeded;
  run_.tickets[0].ended_at = long_ago_;
  EXPECT_THAT(check().findings, ElementsAre(HasSubstr("A is in-progress")));
  run_.state = RunState::kFailed;
  EXPECT_EQ(check().findings.size(), 2U) << "the run is over, and B was undone before";
}

TEST_F(TicketCheck, MentionsAFileThatIsGoneAndOneThatIsNotHere) {
  play(TicketState::kSucceeded, TicketState::kSucceeded);
  say("A", "completed");
  const StateCheck gone = check();
  EXPECT_EQ(gone.verdict, CheckVerdict::kPassed);
  EXPECT_THAT(gone.findings, ElementsAre("B has no file any more"));
  const StateCheck elsewhere =
      check_ticket_files(run_, TicketFilesOfRun{"/elsewhere", std::nullopt}, now_);
  EXPECT_EQ(elsewhere.verdict, CheckVerdict::kSkipped);
  EXPECT_THAT(elsewhere.findings, ElementsAre(HasSubstr("coordinator's machine: /elsewhere")));
}

TEST_F(TicketCheck, FindsAFileThatWasMovedToTheFolderOfAnotherStatusAndLooksAtNoOther) {
  play(TicketState::kFailed, TicketState::kSucceeded);
  Result<RunPlan> source = make_run_plan(
      "version: 1\ntickets:\n"
      "  - {id: A, run: 'true', env: {HEADWAY_TICKET_FILE: tickets/pending/A.md}}\n"
      "  - {id: B, run: 'true', env: {HEADWAY_TICKET_FILE: tickets/pending/B.md}}\n",
      run_.source->options);
  ASSERT_TRUE(source) << source.error().message;
  run_.source = std::make_shared<const RunPlan>(std::move(*source));
  folder_.write("tickets/completed/A.md", "---\nid: A\n---\n");
  folder_.write("tickets/elsewhere/B.md", "---\nid: B\nstatus: cancelled\n---\n");
  const StateCheck found = check();
  EXPECT_THAT(found.findings, ElementsAre(HasSubstr("tickets/completed/A.md and failed")));
  run_.tickets[0].state = TicketState::kSucceeded;
  EXPECT_THAT(check().findings, ElementsAre("B has no file any more"))
      << "told where nothing is at fault";
}

TEST_F(TicketCheck, GivesUpBetweenTwoFiles) {
  play(TicketState::kReady, TicketState::kReady);
  say("A", "pending");
  EXPECT_FALSE(read_files_of_tickets(run_, [] { return true; }));
}

TEST_F(TicketCheck, IsSkippedWhereTicketsAreNotFromFiles) {
  const StateCheck none = check_ticket_files(run_, std::nullopt, now_);
  EXPECT_EQ(none.verdict, CheckVerdict::kSkipped);
  EXPECT_THAT(none.findings, ElementsAre("the plan's tickets are not from files"));
}

}  // namespace
}  // namespace headway
