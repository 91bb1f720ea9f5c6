// Readers beside the owner, copies, migration, verification.

#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "coordinator/journal/migration.h"
#include "coordinator/journal/registry.h"
#include "coordinator/journal/schema.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using test::Script;
using test::stored_run;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int32_t kNow = journal::kSchemaVersion;

class Copies : public ::testing::Test {
 protected:
  void make(const Commit& commit) const {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry) << registry.error().message;
    const Result<void> done = registry->commit(commit);
    ASSERT_TRUE(done) << done.error().message;
  }
  void make_small() const {
    Script script;
    script.epoch_started().worker_joined(1, "w", 1).run(FactKind::kRunSubmitted, 1);
    script.assigned(1, 0, 1, 1).started(1, 0, 1, 1, 1);
    script.ended(1, 0, 1, 1, Outcome::kSucceeded, TicketState::kSucceeded);
    make({{stored_run(1, 2)}, script.take()});
  }
  [[nodiscard]] std::vector<std::string> wrong() const {
    const Result<Registry> registry = Registry::open_reader(path_);
    if (!registry) return {registry.error().message};
    const Result<std::vector<std::string>> found = registry->verify();
    return found ? *found : std::vector<std::string>{found.error().message};
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
};

TEST_F(Copies, ReadersSeeEachCommitAndHoldUpNobody) {
  Result<Registry> owner = Registry::open_owner(path_);
  ASSERT_TRUE(owner);
  const Result<Registry> reader = Registry::open_reader(path_);
  ASSERT_TRUE(reader) << reader.error().message;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    ASSERT_TRUE(owner->commit({{}, Script(i - 1).epoch_started().take()}));
    ASSERT_EQ(reader->head()->last_epoch, Epoch{i});
  }
}

TEST_F(Copies, AReaderInTheOwnersProcessLeavesItsLocksAlone) {
  Result<Registry> owner = Registry::open_owner(path_);
  ASSERT_TRUE(owner);
  ASSERT_TRUE(owner->commit({{}, Script().epoch_started().take()}));
  { ASSERT_TRUE(Registry::open_reader(path_)); }
  EXPECT_FALSE(Registry::open_owner(path_));
  // Another process that closes the file last would take the log away, if the owner's locks were
  // gone.
  EXPECT_EQ(test::in_child(
                [&] { return Registry::open_reader(path_) ? std::string("read") : "refused"; }),
            "read");
  ASSERT_TRUE(owner->commit({{}, Script(1).epoch_started().take()}));
  EXPECT_EQ(test::in_child([&] {
              return std::to_string(Registry::open_reader(path_)->head()->last_epoch.number());
            }),
            "2");
}

TEST_F(Copies, ReadersReadWhatAKilledOwnerLeftInTheLog) {
  const std::string ended = test::in_child([&] {
    Result<Registry> owner = Registry::open_owner(path_);
    if (!owner || !owner->commit({{}, Script().epoch_started().epoch_started().take()}))
      return std::string("failed");
    ::kill(::getpid(), SIGKILL);
    return std::string();
  });
  ASSERT_THAT(ended, HasSubstr("signal 9"));
  const Result<Registry> reader = Registry::open_reader(path_);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->head()->last_epoch, Epoch{2});
}

TEST_F(Copies, ABackupMadeWhileTheOwnerWritesIsOneMomentOfIt) {
  Result<Registry> owner = Registry::open_owner(path_);
  ASSERT_TRUE(owner);
  ASSERT_TRUE(
      owner->commit({{stored_run(1, 2000)}, Script().run(FactKind::kRunSubmitted, 1).take()}));
  std::string failure;
  std::thread copier([&] {
    const Result<Registry> reader = Registry::open_reader(path_);
    for (int i = 0; i < 5 && failure.empty(); ++i) {
      const Result<void> copied = reader->backup_to(folder_ / fmt::format("copy-{}.db", i));
      if (!copied) failure = copied.error().message;
    }
  });
  for (std::uint64_t i = 1; i <= 300; ++i) {
    Script script(3 * i - 2);
    script.epoch_started().epoch_started().epoch_started();
    ASSERT_TRUE(owner->commit({{}, script.take()}));
  }
  copier.join();
  EXPECT_EQ(failure, "");
  for (int i = 0; i < 5; ++i) {
    const Result<Registry> copy = Registry::open_reader(folder_ / fmt::format("copy-{}.db", i));
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_EQ(copy->head()->id, owner->head()->id);
    EXPECT_EQ(copy->head()->last_sequence.number() % 3, 1U) << "a commit was copied in part";
    EXPECT_THAT(*copy->verify(), IsEmpty());
  }
}

TEST_F(Copies, ACopySkipsTheTokensThatTheOriginalMayHaveHandedOutSince) {
  make_small();
  const std::string copy = folder_ / "copy.db";
  ASSERT_TRUE(Registry::open_reader(path_)->backup_to(copy));
  EXPECT_EQ(Registry::open_reader(path_)->head()->last_token, Token{1});
  EXPECT_EQ(Registry::open_owner(copy)->head()->last_token, Token{1 + (1U << 20U)});
  const std::string copy_of_copy = folder_ / "copy2.db";
  ASSERT_TRUE(Registry::open_reader(copy)->backup_to(copy_of_copy));
  EXPECT_EQ(Registry::open_reader(copy_of_copy)->head()->last_token, Token{1 + (2U << 20U)});
}

TEST_F(Copies, ACopySkipsTheEpochsThatTheOriginalMayHaveStartedSince) {
  make_small();
  const Epoch last = Registry::open_reader(path_)->head()->last_epoch;
  const std::string copy = folder_ / "copy.db";
  ASSERT_TRUE(Registry::open_reader(path_)->backup_to(copy));
  EXPECT_EQ(Registry::open_reader(path_)->head()->last_epoch, last);
  const Epoch of_copy = Registry::open_reader(copy)->head()->last_epoch;
  EXPECT_EQ(of_copy, Epoch{last.number() + (1U << 20U)});
  const std::string copy_of_copy = folder_ / "copy2.db";
  ASSERT_TRUE(Registry::open_reader(copy)->backup_to(copy_of_copy));
  EXPECT_GT(Registry::open_reader(copy_of_copy)->head()->last_epoch, of_copy);
}

TEST_F(Copies, ABackupReplacesNoFile) {
  make_small();
  folder_.write("copy.db", "precious");
  const Result<void> copied = Registry::open_reader(path_)->backup_to(folder_ / "copy.db");
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().kind, ErrorKind::kInUse);
  EXPECT_FALSE(Registry::open_reader(path_)->backup_to(path_)) << "onto itself";
  EXPECT_FALSE(Registry::open_reader(path_)->backup_to(folder_ / "no/folder/copy.db"));
  EXPECT_NE(::access((folder_ / "copy.db.partial").c_str(), F_OK), 0);
}

TEST_F(Copies, VerifyFindsNothingWrongWithASoundRegistry) {
  make_small();
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(Copies, VerifyFindsWhatDoesNotAgree) {
  const auto found_after = [&](const std::string& sql) {
    for (const char* file : {"registry.db", "registry.db-wal", "registry.db-shm"})
      ::unlink((folder_ / file).c_str());
    make_small();
    test::change(path_, sql);
    return wrong();
  };
  EXPECT_THAT(found_after("DELETE FROM facts WHERE sequence = 2"),
              Contains("facts are missing between 1 and 3"));
  EXPECT_THAT(found_after("UPDATE runs SET state = 'paused'"),
              ElementsAre("run r1 is paused, but its facts say running"));
  EXPECT_THAT(found_after("UPDATE runs SET tickets = 3"),
              ElementsAre("run r1 has 2 tickets, but says 3"));
  EXPECT_THAT(found_after("UPDATE runs SET plan_text = 'other'"),
              ElementsAre(HasSubstr("its SHA-256 differs")));
  EXPECT_THAT(found_after("UPDATE runs SET options = x'00'"),
              ElementsAre(HasSubstr("options of run r1 cannot be read")));
  EXPECT_THAT(found_after("UPDATE facts SET ticket = 9 WHERE sequence = 5"),
              Contains("fact 5 names ticket 9 of run r1, which is not there"));
  EXPECT_THAT(found_after("UPDATE facts SET run = 2 WHERE sequence = 5"),
              Contains("fact 5 names run r2, which is not there"));
  EXPECT_THAT(
      found_after("UPDATE facts SET token = 7 WHERE sequence = 5"),
      ElementsAre(HasSubstr("is about token 7, which was not handed out for that ticket before")));
  EXPECT_THAT(found_after("UPDATE facts SET worker = 5 WHERE sequence = 4"),
              ElementsAre("fact 4 names worker 5, which never joined"));
  EXPECT_THAT(found_after("UPDATE facts SET kind = 'ticket eaten' WHERE sequence = 6"),
              ElementsAre(HasSubstr("`ticket eaten`")));
  EXPECT_THAT(found_after("INSERT INTO compiled_plans VALUES (2, x'00')"),
              ElementsAre("there is a compiled plan of run r2, which is not there"));
  EXPECT_THAT(found_after("INSERT INTO tallies VALUES (1, 'docs', 2, 2, 0, 0, 0, 6)"),
              ElementsAre("the tallies of worker 1 count 2 attempts, but its facts 1"));
  EXPECT_THAT(found_after("DELETE FROM tickets"), Contains("run r1 has 0 tickets, but says 2"));
}

/// A registry of this version that programs of later versions open.
class Migration : public Copies {
 protected:
  void SetUp() override { make_small(); }
  [[nodiscard]] Result<void> migrate_with(const std::vector<journal::Migration>& steps,
                                          int target) const {
    const Result<journal::Database> database =
        journal::Database::open(path_, SQLITE_OPEN_READWRITE);
    EXPECT_TRUE(database);
    return journal::migrate(*database, target, steps);
  }
};

TEST_F(Migration, TakesEachStepOnceAndKeepsACopyOfWhatWas) {
  const std::vector<journal::Migration> steps = {
      {kNow + 1, "UPDATE extra SET a = a + 1"},
      {kNow, "CREATE TABLE extra (a); INSERT INTO extra VALUES (1)"}};
  const Result<void> migrated = migrate_with(steps, kNow + 2);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_THAT(test::rows_of(path_, "SELECT a FROM extra"), ElementsAre("2"));
  EXPECT_THAT(test::rows_of(path_, "PRAGMA user_version"), ElementsAre(std::to_string(kNow + 2)));
  const std::string copy = path_ + fmt::format(".before-v{}", kNow + 2);
  EXPECT_THAT(test::rows_of(copy, "PRAGMA user_version"), ElementsAre(std::to_string(kNow)));
  EXPECT_EQ(Registry::open_reader(copy)->head()->last_sequence, Sequence{6});
  ASSERT_TRUE(migrate_with(steps, kNow + 2)) << "what is new already stays as it is";
  EXPECT_THAT(test::rows_of(path_, "SELECT a FROM extra"), ElementsAre("2"));
}

TEST_F(Migration, ThatFailsChangesNothing) {
  const Result<void> migrated = migrate_with(
      {{kNow, "CREATE TABLE extra (a)"}, {kNow + 1, "INSERT INTO nowhere VALUES (1)"}}, kNow + 2);
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().message, HasSubstr("no such table: nowhere"));
  EXPECT_THAT(migrated.error().message, HasSubstr("it is unchanged"));
  EXPECT_THAT(test::rows_of(path_, "SELECT name FROM sqlite_schema WHERE name = 'extra'"),
              IsEmpty());
  EXPECT_TRUE(Registry::open_owner(path_));
}

TEST_F(Migration, WithoutAWayIsRefused) {
  const Result<void> migrated = migrate_with({{kNow, ""}}, kNow + 2);
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().message,
              HasSubstr(fmt::format("from which no way leads to version {}", kNow + 2)));
}

TEST_F(Migration, FromVersionOneAddsTheTablesAndTheViewsOfToday) {
  const std::vector<std::string> before = test::rows_of(path_, "SELECT * FROM facts");
  const std::vector<std::string> views =
      test::rows_of(path_, "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name");
  test::change(path_,
               "DROP TABLE compiled_plans; DROP TABLE submissions; DROP VIEW tally; DROP TABLE "
               "tallies; DROP VIEW plan_version; DROP TABLE plan_versions; DROP INDEX facts_check; "
               "DROP VIEW run; CREATE VIEW run AS SELECT 1 AS old; DROP VIEW ticket; "
               "ALTER TABLE tickets DROP COLUMN removed; CREATE VIEW ticket AS SELECT 1 AS old; "
               "PRAGMA user_version = 1");
  {
    Result<Registry> owner = Registry::open_owner(path_);
    ASSERT_TRUE(owner) << owner.error().message;
    std::string compiled = "untouched";
    ASSERT_TRUE(owner->read_compiled(RunId{1}, [&](std::string_view bytes) { compiled = bytes; }));
    EXPECT_EQ(compiled, "") << "it has none yet";
    ASSERT_TRUE(owner->store_compiled(RunId{1}, "made anew"));
    const auto made = owner->find_submission(1, 2);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_FALSE(*made) << "nobody asks for an older run again";
    const KeptTally tally{{WorkerId{1}, "docs"}, {1, 1, 0, {}, {}}, Sequence{7}};
    ASSERT_TRUE(owner->commit({{}, Script(6).epoch_started().take(), {}, {tally}}));
    EXPECT_THAT(*owner->load_tallies(), ElementsAre(tally));
  }
  EXPECT_EQ(test::rows_of(path_, "SELECT * FROM facts WHERE sequence <= 6"), before);
  EXPECT_EQ(
      test::rows_of(path_, "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name"),
      views);
  EXPECT_THAT(test::rows_of(path_, "SELECT run, CAST(compiled AS TEXT) FROM compiled_plans"),
              ElementsAre("1|made anew"));
  EXPECT_THAT(test::rows_of(path_ + ".before-v5", "PRAGMA user_version"), ElementsAre("1"));
  EXPECT_THAT(wrong(), IsEmpty());
}

}  // namespace
}  // namespace headway
