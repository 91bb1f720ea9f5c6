// What is not a registry, or not ours to write, is refused with a reason and left as it is.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "common/system/files.h"
#include "coordinator/journal/registry.h"
#include "coordinator/journal/schema.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::HasSubstr;

class Refusal : public ::testing::Test {
 protected:
  void make_registry() const { ASSERT_TRUE(Registry::open_owner(path_)); }
  /// Both ways of opening it fail with this reason, and change no byte of it.
  void expect_refused(const std::string& reason) const {
    const std::string before = read_file(path_, 1U << 24U).value();
    const Result<Registry> owner = Registry::open_owner(path_);
    ASSERT_FALSE(owner);
    EXPECT_THAT(owner.error().message, HasSubstr(reason));
    const Result<Registry> reader = Registry::open_reader(path_);
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, HasSubstr(reason));
    EXPECT_EQ(read_file(path_, 1U << 24U).value(), before);
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
};

TEST_F(Refusal, OfATextFile) {
  folder_.write("registry.db", std::string(5000, 'x'));
  expect_refused("it is not a SQLite database");
  folder_.write("registry.db", "short");
  expect_refused("it is not a SQLite database");
}

TEST_F(Refusal, OfADatabaseOfAnotherProgram) {
  test::change(path_, "PRAGMA application_id = 17; CREATE TABLE t (x)");
  expect_refused("another program's database");
}

TEST_F(Refusal, OfADatabaseThatDoesNotSayWhoseItIs) {
  test::change(path_, "CREATE TABLE t (x)");
  expect_refused("another program's database");
}

TEST_F(Refusal, OfANewerVersion) {
  make_registry();
  const std::int32_t newer = journal::kSchemaVersion + 1;
  test::change(path_, fmt::format("PRAGMA user_version = {}", newer));
  expect_refused(fmt::format("made by a newer Headway (its version is {}, this program knows {})",
                             newer, journal::kSchemaVersion));
}

TEST_F(Refusal, OfARegistryWithoutAVersion) {
  make_registry();
  test::change(path_, "PRAGMA user_version = 0");
  expect_refused("it has no version");
}

TEST_F(Refusal, OfADirectory) {
  ASSERT_EQ(::mkdir(path_.c_str(), 0700), 0);
  for (const auto& opened : {Registry::open_owner(path_), Registry::open_reader(path_)}) {
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("it is a directory"));
  }
}

TEST_F(Refusal, OfAPipeWithoutWaitingForItsOtherEnd) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const Result<Registry> opened = Registry::open_owner(path_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("not a regular file"));
}

TEST_F(Refusal, OfPathsThatNameNoFile) {
  for (const std::string& path : {std::string(), folder_ / "x/", std::string("a\0b", 3)}) {
    EXPECT_EQ(Registry::open_owner(path).error().kind, ErrorKind::kUsage);
    EXPECT_EQ(Registry::open_reader(path).error().kind, ErrorKind::kUsage);
  }
}

TEST_F(Refusal, OfReadingWhatIsNotThere) {
  const Result<Registry> opened = Registry::open_reader(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(::access(path_.c_str(), F_OK), 0) << "a reader made a file";
  EXPECT_EQ(Registry::open_reader(folder_ / "no/folder.db").error().kind, ErrorKind::kNotFound);
}

TEST_F(Refusal, OfADamagedFileIsAnErrorNotACrash) {
  {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    ASSERT_TRUE(registry->commit(
        {{test::stored_run(1, 500)}, test::Script().run(FactKind::kRunSubmitted, 1).take()}));
  }
  std::string bytes = read_file(path_, 1U << 24U).value();
  std::fill(bytes.begin() + 100, bytes.end(), '\x55');
  folder_.write("registry.db", bytes);
  const Result<Registry> registry = Registry::open_owner(path_);
  ASSERT_FALSE(registry);
  EXPECT_THAT(registry.error().message, HasSubstr("damaged"));
}

/// As root nothing is forbidden: these become nobody in a child.
class Forbidden : public Refusal {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs to be root, so as to become another user";
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  }
  [[nodiscard]] std::string opened_by_nobody(bool as_owner) const {
    return test::in_child(
        [&] {
          const Result<Registry> opened =
              as_owner ? Registry::open_owner(path_) : Registry::open_reader(path_);
          if (!opened) return opened.error().message;
          const Result<RegistryHead> head = opened->head();
          return head ? "opened " + std::to_string(head->last_sequence.number())
                      : head.error().message;
        },
        true);
  }
};

TEST_F(Forbidden, AFolderThatCannotBeWrittenHoldsNoRegistry) {
  EXPECT_THAT(opened_by_nobody(true), HasSubstr("Permission denied"));
}

TEST_F(Forbidden, ARegistryThatCanOnlyBeReadHasNoOwner) {
  make_registry();
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  ASSERT_EQ(::unlink((path_ + ".lock").c_str()), 0);
  EXPECT_THAT(opened_by_nobody(true), HasSubstr("can only be read by this user"));
}

TEST_F(Forbidden, ARegistryOfSomebodyElseCannotBeRead) {
  make_registry();
  EXPECT_THAT(opened_by_nobody(false), HasSubstr("Permission denied"));
}

TEST_F(Forbidden, AReaderInAFolderThatItCannotWriteIsToldWhy) {
  make_registry();
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_THAT(opened_by_nobody(false), HasSubstr("its folder cannot be written by this user"));
}

TEST_F(Forbidden, AReaderInSuchAFolderReadsWhatAnOwnerHasOpen) {
  make_registry();
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  Result<Registry> registry = Registry::open_owner(path_);
  ASSERT_TRUE(registry);
  ASSERT_TRUE(registry->commit({{}, test::Script().epoch_started().epoch_started().take()}));
  EXPECT_EQ(opened_by_nobody(false), "opened 2");
}

TEST_F(Forbidden, AReaderInSuchAFolderReadsACopy) {
  {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    ASSERT_TRUE(registry->commit({{}, test::Script().epoch_started().take()}));
    ASSERT_TRUE(registry->backup_to(folder_ / "copy.db"));
  }
  path_ = folder_ / "copy.db";
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_EQ(opened_by_nobody(false), "opened 1");
}

}  // namespace
}  // namespace headway
