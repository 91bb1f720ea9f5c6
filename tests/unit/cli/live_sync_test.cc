#include "coordinator/cli/live_sync.h"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"
#include "common/system/files.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string content_of(const std::string& path) {
  const Result<std::string> text = read_file(path, 1U << 20U);
  return text ? *text : "unreadable";
}

EventView event(const std::string& ticket, const std::string& kind, TicketState state, int second) {
  EventView view;
  view.ticket = ticket;
  view.kind = kind;
  view.state = to_text(state);
  view.at = *parse_time("2026-01-06T09:00:00Z") + std::chrono::seconds{second};
  return view;
}

EventView started(const std::string& ticket, int second) {
  return event(ticket, "attempt started", TicketState::kRunning, second);
}

EventView ended(const std::string& ticket, TicketState state, int second) {
  return event(ticket, "attempt ended", state, second);
}

/// A folder organised by status, with two tickets.
class LiveSyncTest : public testing::Test {
 protected:
  LiveSyncTest() {
    folder_.write("pending/a.md", "---\nid: A\nstatus: pending # soon\n---\nProse\n");
    folder_.write("pending/b.md", "---\nid: B\n---\n");
  }
  /// `told`: the tickets whose commands are told where their file is.
  LiveSync open(std::set<std::string> told = {}) {
    Result<LiveSync> sync =
        LiveSync::open({.folder = folder_.path(), .told = std::move(told)}, {"A", "B", "C"});
    EXPECT_TRUE(sync.ok()) << sync.error().message;
    return std::move(*sync);
  }
  [[nodiscard]] std::string at(const std::string& name) const { return content_of(folder_ / name); }

  TemporaryFolder folder_;
};

TEST_F(LiveSyncTest, WritesEachChangeAndMovesTheFileAlong) {
  LiveSync sync = open();
  ASSERT_THAT(sync.notes(), ElementsAre(HasSubstr("C has no file in")));
  EXPECT_THAT(sync.follow({event("A", "ticket assigned", TicketState::kAssigned, 0)}), IsEmpty());
  EXPECT_EQ(at("pending/a.md"), "---\nid: A\nstatus: pending # soon\n---\nProse\n");
  EXPECT_THAT(sync.follow({started("A", 1), started("C", 1)}), IsEmpty());
  EXPECT_EQ(at("in-progress/a.md"),
            "---\nid: A\nstatus: in-progress # soon\nstarted_at: 2026-01-06T09:00:01Z\n---\n"
            "Prose\n");
  // Failed once; the next attempt succeeds. All in one batch with another's whole life.
  EXPECT_THAT(
      sync.follow({ended("A", TicketState::kReady, 2), started("A", 3), started("B", 3),
                   ended("A", TicketState::kSucceeded, 4), ended("B", TicketState::kFailed, 5)}),
      IsEmpty());
  EXPECT_EQ(at("completed/a.md"),
            "---\nid: A\nstatus: completed # soon\nstarted_at: 2026-01-06T09:00:03Z\n"
            "completed_at: 2026-01-06T09:00:04Z\n---\nProse\n");
  EXPECT_EQ(at("blocked/b.md"),
            "---\nid: B\nstatus: blocked\nstarted_at: 2026-01-06T09:00:03Z\n---\n");
}

TEST_F(LiveSyncTest, TakesBackWhatItWroteOfATicketThatIsUndone) {
  LiveSync sync = open();
  ASSERT_THAT(sync.follow({started("A", 1), ended("A", TicketState::kSucceeded, 2)}), IsEmpty());
  ASSERT_THAT(at("completed/a.md"), HasSubstr("status: completed"));
  EXPECT_THAT(sync.follow({event("A", "rollback ended", TicketState::kUndone, 3)}), IsEmpty());
  EXPECT_THAT(at("pending/a.md"), HasSubstr("status: pending"));
}

TEST_F(LiveSyncTest, LeavesAFileWhereItsCommandWasToldThatItIs) {
  LiveSync sync = open({"A", "B"});
  EXPECT_THAT(sync.follow({started("A", 1), started("B", 1)}), IsEmpty());
  EXPECT_THAT(at("pending/a.md"), HasSubstr("status: in-progress"));
  EXPECT_THAT(
      sync.follow({ended("A", TicketState::kSucceeded, 2), ended("B", TicketState::kFailed, 2)}),
      IsEmpty());
  EXPECT_THAT(at("completed/a.md"), HasSubstr("status: completed"));
  EXPECT_THAT(at("pending/b.md"), HasSubstr("status: blocked")) << "it may be tried again";
}

TEST_F(LiveSyncTest, NeverWritesAFileAgainThatAPersonGaveAnotherStatus) {
  LiveSync sync = open();
  ASSERT_THAT(sync.follow({started("A", 1)}), IsEmpty());
  const std::string theirs = "---\nid: A\nstatus: blocked\n---\nStop it!\n";
  folder_.write("in-progress/a.md", theirs);
  EXPECT_THAT(sync.follow({ended("A", TicketState::kSucceeded, 2)}),
              ElementsAre(HasSubstr("warning: A: ")));
  EXPECT_THAT(sync.follow({started("A", 3)}), IsEmpty()) << "told once";
  TicketView view;
  view.id = "A";
  view.state = TicketState::kSucceeded;
  EXPECT_THAT(sync.settle({view}), IsEmpty());
  EXPECT_EQ(at("in-progress/a.md"), theirs);
}

TEST_F(LiveSyncTest, KeepsOtherEditsAndWritesTheStatusBesideThem) {
  LiveSync sync = open();
  folder_.write("pending/a.md", "---\nid: A\nstatus: pending\npriority: low\n---\nMore\n");
  ASSERT_THAT(sync.follow({started("A", 1)}), IsEmpty());
  EXPECT_EQ(at("in-progress/a.md"),
            "---\nid: A\nstatus: in-progress\npriority: low\nstarted_at: 2026-01-06T09:00:01Z\n"
            "---\nMore\n");
}

TEST_F(LiveSyncTest, SettlesWhatWasMissedAndFindsFilesThatWereMoved) {
  LiveSync sync = open();
  folder_.write("elsewhere/a.md", at("pending/a.md"));
  ASSERT_EQ(::unlink((folder_ / "pending/a.md").c_str()), 0);
  EXPECT_THAT(sync.follow({started("A", 1)}), ElementsAre(HasSubstr("pending/a.md")));
  TicketView moved;
  moved.id = "A";
  moved.state = TicketState::kSucceeded;
  moved.started_at = parse_time("2026-01-06T09:00:01Z").value();
  moved.finished_at = parse_time("2026-01-06T09:00:02Z").value();
  TicketView missed = moved;
  missed.id = "B";
  missed.state = TicketState::kCancelled;
  EXPECT_THAT(sync.settle({moved, missed}), IsEmpty());
  EXPECT_THAT(at("elsewhere/a.md"), HasSubstr("status: completed"));
  EXPECT_THAT(at("cancelled/b.md"), HasSubstr("status: cancelled"));
}

TEST_F(LiveSyncTest, LeavesAloneWhatIsClosedInItsFileBefore) {
  folder_.write("pending/b.md", "---\nid: B\nstatus: completed\n---\n");
  LiveSync sync = open();
  ASSERT_THAT(sync.notes(), testing::Contains(HasSubstr("B is completed or cancelled")));
  EXPECT_THAT(sync.follow({started("B", 1), ended("B", TicketState::kFailed, 2)}), IsEmpty());
  EXPECT_EQ(at("pending/b.md"), "---\nid: B\nstatus: completed\n---\n");
}

TEST_F(LiveSyncTest, NeedsAFileOfTheRun) {
  const Result<LiveSync> none = LiveSync::open({.folder = folder_.path(), .told = {}}, {"X-1"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(LiveSync::open({.folder = folder_ / "nowhere", .told = {}}, {}).ok());
}

}  // namespace
}  // namespace headway::cli
