#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "coordinator/cli/dashboard/layout.h"
#include "coordinator/cli/dashboard/render.h"
#include "samples.h"

namespace headway::cli {
namespace {

constexpr GridSize kSmall{.columns = 80, .rows = 24};
constexpr GridSize kLarge{.columns = 200, .rows = 60};

/// The files in golden/ are what a person has looked at and found right. With
/// HEADWAY_UPDATE_GOLDEN=1 they are written anew: look at the difference before it is committed.
void expect_screen(const std::string& name, const Snapshot& snapshot, GridSize size,
                   const ViewState& view = {}, Charset charset = Charset::kUnicode) {
  ::setenv("TZ", "UTC", 1);
  const std::string path =
      std::string(HEADWAY_SOURCE_DIR) + "/tests/unit/cli_dashboard/golden/" + name + ".txt";
  const std::string screen = render(snapshot, view, size, charset).to_text();
  if (std::getenv("HEADWAY_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << screen;
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(screen, golden.str()) << name << " looks so now:\n" << screen;
}

TEST(Screen, ShowsARunThatGoesWell) {
  expect_screen("running-80x24", samples::running(), kSmall);
  expect_screen("running-200x60", samples::running(), kLarge);
}

TEST(Screen, ShowsWhatNeedsAttention) {
  expect_screen("troubled-80x24", samples::troubled(), kSmall);
  expect_screen("troubled-200x60", samples::troubled(), kLarge);
}

TEST(Screen, SaysWhatToTypeWhereNoWorkerHasJoined) {
  expect_screen("without-worker-80x24", samples::without_worker(), kSmall);
}

TEST(Screen, ShowsThatARunIsPausedOrHasEnded) {
  expect_screen("paused-80x24", samples::paused(), kSmall);
  expect_screen("succeeded-80x24", samples::succeeded(), kSmall);
}

TEST(Screen, KeepsTheLastPictureWhileNobodyAnswers) {
  Snapshot snapshot = samples::running();
  snapshot.silence = std::chrono::milliseconds{4200};
  expect_screen("silence-80x24", snapshot, kSmall);
}

TEST(Screen, ShowsAPartOfALargeRunAndOfHowMuch) {
  expect_screen("large-80x24", samples::large(), kSmall);
  ViewState view;
  view.cursor(Panel::kAgents) = {.key = "node-09/1", .index = 80};
  expect_screen("large-200x60", samples::large(), kLarge, view);
}

TEST(Screen, DoesWithAsciiWhereThatIsAllThereIs) {
  expect_screen("ascii-80x24", samples::troubled(), kSmall, {}, Charset::kAscii);
  for (const char c : render(samples::hostile(), {}, kSmall, Charset::kAscii).to_text()) {
    ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
  }
}

TEST(Screen, LetsNoNameDoAnythingToTheTerminal) {
  expect_screen("hostile-80x24", samples::hostile(), kSmall);
}

TEST(Screen, SaysThatATerminalIsTooSmall) {
  expect_screen("small-30x8", samples::running(), {.columns = 30, .rows = 8});
  expect_screen("smallest-40x10", samples::troubled(), kSmallestScreen);
}

TEST(Screen, ShowsOneTicketAlone) {
  ViewState view;
  view.open_ticket = "API-014";
  expect_screen("ticket-80x24", samples::with_open_ticket(), kSmall, view);
  view.output_back = 20;
  expect_screen("ticket-scrolled-80x24", samples::with_open_ticket(), kSmall, view);
}

TEST(Screen, SaysOfACoordinatorElsewhereHowAWorkerJoinsIt) {
  Snapshot snapshot = samples::without_worker();
  snapshot.here = false;
  const std::string screen = render(snapshot, {}, kSmall, Charset::kUnicode).to_text();
  EXPECT_NE(screen.find("headway-worker"), std::string::npos) << screen;
  snapshot.watch.join_command = "headway-worker --connect HOST:7420";
  const std::string told =
      render(snapshot, {}, {.columns = 120, .rows = 24}, Charset::kUnicode).to_text();
  EXPECT_NE(told.find(snapshot.watch.join_command), std::string::npos) << told;
}

TEST(Screen, SaysHowAWorkerIsStartedAlsoWhereSomeAreKnownAndNoneIsJoined) {
  Snapshot snapshot = samples::running();
  snapshot.here = true;
  snapshot.watch.run.agents = {0, 0};
  ASSERT_GT(snapshot.watch.agents_in_all, 0U);
  for (AgentView& agent : snapshot.watch.agents) agent.state = AgentState::kOffline;
  const std::string screen =
      render(snapshot, {}, {.columns = 120, .rows = 24}, Charset::kUnicode).to_text();
  EXPECT_NE(screen.find("Type: headway worker scale 2"), std::string::npos) << screen;
}

TEST(Screen, SaysThatNobodyTakesTicketsWhileThoseThatDrainRunSome) {
  Snapshot snapshot = samples::running();
  for (AgentView& agent : snapshot.watch.agents) agent.state = AgentState::kDraining;
  ASSERT_GT(snapshot.watch.run.agents.total, 0U);
  const std::string screen =
      render(snapshot, {}, {.columns = 120, .rows = 24}, Charset::kUnicode).to_text();
  EXPECT_NE(screen.find("No worker is here that takes tickets"), std::string::npos) << screen;
}

TEST(Screen, ShowsMoreOfWhatIsInFocus) {
  ViewState view;
  view.focus = Focus::kConflicts;
  view.panel = Panel::kLocks;
  expect_screen("conflicts-80x24", samples::troubled(), kSmall, view);
  view.focus = Focus::kResources;
  view.panel = Panel::kWorkers;
  Snapshot with_lost_machine = samples::troubled();
  AgentView& lost = with_lost_machine.watch.agents.emplace_back();
  lost.worker = "build-03";
  lost.state = AgentState::kOffline;
  expect_screen("resources-80x24", with_lost_machine, kSmall, view);
  view.focus = Focus::kProgress;
  view.panel = Panel::kTickets;
  expect_screen("progress-80x24", samples::troubled(), kSmall, view);
}

TEST(Screen, ShowsQuestionsAndKeys) {
  ViewState view;
  view.dialog = Confirmation{PauseRun{RunId{3}}};
  expect_screen("question-80x24", samples::running(), kSmall, view);
  view.dialog = std::monostate{};
  view.help = true;
  expect_screen("keys-80x24", samples::running(), kSmall, view);
}

}  // namespace
}  // namespace headway::cli
