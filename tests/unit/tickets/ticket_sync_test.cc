#include "coordinator/tickets/ticket_sync.h"

#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator/tickets/replace_file.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using test::TemporaryFolder;

std::string content(const std::string& path) {
  const Result<std::string> text = read_file(path, 1U << 20U);
  return text ? *text : "unreadable";
}

TEST(ReplaceFile, LeavesAFileAloneThatIsNotWhatWasExpected) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.md", "theirs");
  EXPECT_EQ(*replace_file(path, "mine", "new"), Replaced::kChangedMeanwhile);
  EXPECT_EQ(content(path), "theirs");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(*replace_file(path, "theirs", "new"), Replaced::kDone);
  EXPECT_EQ(content(path), "new");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(ReplaceFile, LosesNothingThatAnotherSavesMeanwhile) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "0");
  // Another program saves numbers that only grow, in one step each; we add a mark to what is there.
  // Whatever it saved last must be there at the end, marked or not.
  constexpr int kSaves = 400;
  std::thread other([&] {
    for (int i = 1; i <= kSaves; ++i)
      EXPECT_TRUE(write_file_atomically(path, std::to_string(i)).ok());
  });
  for (int i = 0; i < kSaves; ++i) {
    const std::string now = content(path);
    if (now.ends_with('!')) continue;
    EXPECT_TRUE(replace_file(path, now, now + "!").ok());
  }
  other.join();
  const std::string last = content(path);
  EXPECT_TRUE(last == std::to_string(kSaves) || last == std::to_string(kSaves) + "!") << last;
}

TEST(TicketSync, WritesStatusAndTimesAndNothingElse) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("a.md", "---\r\nid: A-1\r\nstatus: pending # x\r\n---\r\nBody\r\n");
  const Result<SyncResult> result =
      sync_ticket_file(path, "a.md", TicketStatus::kPending,
                       {TicketStatus::kInProgress, "2026-01-06T09:00:00Z", ""});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->outcome, SyncOutcome::kWritten);
  EXPECT_EQ(content(path),
            "---\r\nid: A-1\r\nstatus: in-progress # x\r\nstarted_at: 2026-01-06T09:00:00Z\r\n"
            "---\r\nBody\r\n");
  EXPECT_EQ(sync_ticket_file(path, "a.md", TicketStatus::kInProgress,
                             {TicketStatus::kInProgress, "2026-01-06T09:00:00Z", ""})
                ->outcome,
            SyncOutcome::kUnchanged);
}

TEST(TicketSync, MovesAFileBetweenStatusFolders) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("pending/docs/a.md", "---\nid: A-1\nstatus: pending\n---\n");
  folder.write("done/b.md", "");
  const Result<SyncResult> result = sync_ticket_file(
      path, "pending/docs/a.md", TicketStatus::kPending, {TicketStatus::kCompleted, "", ""});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->outcome, SyncOutcome::kMoved);
  EXPECT_EQ(result->relative, "done/docs/a.md") << "the folder that is there for it";
  EXPECT_EQ(content(folder / "done/docs/a.md"), "---\nid: A-1\nstatus: completed\n---\n");
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
  const Result<SyncResult> back =
      sync_ticket_file(result->path, result->relative, TicketStatus::kCompleted,
                       {TicketStatus::kInProgress, "", ""});
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->relative, "in-progress/docs/a.md");
}

TEST(TicketSync, LeavesAFileInItsFolderWhereItMayNotMoveNow) {
  const TemporaryFolder folder;
  const std::string path = folder.write("pending/a.md", "---\nid: A-1\nstatus: pending\n---\n");
  const Result<SyncResult> result =
      sync_ticket_file(path, "pending/a.md", TicketStatus::kPending,
                       {TicketStatus::kInProgress, "", ""}, FolderMove::kNotNow);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->outcome, SyncOutcome::kWritten);
  EXPECT_EQ(content(path), "---\nid: A-1\nstatus: in-progress\n---\n");
}

TEST(TicketSync, KeepsWhatAPersonEditedMeanwhile) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.md", "---\nid: A-1\nstatus: pending\n---\nmore prose\n");
  ASSERT_TRUE(
      sync_ticket_file(path, "a.md", TicketStatus::kPending, {TicketStatus::kCompleted, "", ""})
          .ok());
  EXPECT_EQ(content(path), "---\nid: A-1\nstatus: completed\n---\nmore prose\n");
  folder.write("a.md", "---\nid: A-1\nstatus: cancelled\n---\n");
  const Result<SyncResult> result =
      sync_ticket_file(path, "a.md", TicketStatus::kCompleted, {TicketStatus::kInProgress, "", ""});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->outcome, SyncOutcome::kChangedMeanwhile);
  EXPECT_EQ(content(path), "---\nid: A-1\nstatus: cancelled\n---\n");
}

TEST(TicketSync, OverwritesNoOtherFile) {
  const TemporaryFolder folder;
  const std::string path = folder.write("pending/a.md", "---\nid: A-1\nstatus: pending\n---\n");
  folder.write("completed/a.md", "another");
  const Result<SyncResult> result = sync_ticket_file(path, "pending/a.md", TicketStatus::kPending,
                                                     {TicketStatus::kCompleted, "", ""});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::kInUse);
  EXPECT_EQ(content(folder / "completed/a.md"), "another");
  EXPECT_FALSE(sync_ticket_file(folder / "gone.md", "gone.md", TicketStatus::kPending, {}).ok());
}

}  // namespace
}  // namespace headway
