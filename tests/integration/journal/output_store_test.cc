#include "coordinator/journal/output_store.h"

#include <random>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator/journal/space_guard.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::HasSubstr;

constexpr RunId kRun{3};
constexpr Token kToken{42};
constexpr std::size_t kAll = 1U << 20U;

class Output : public ::testing::Test {
 protected:
  static void write(OutputStore& store, std::uint64_t offset, std::string_view bytes) {
    const Result<void> done = store.write(kRun, kToken, offset, bytes);
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::uint64_t received(OutputStore& store) { return store.received(kRun, kToken).value(); }
  [[nodiscard]] std::string content() const {
    return OutputStore(folder_.path()).read(kRun, kToken, 0, kAll).value();
  }

  test::TemporaryFolder folder_;
  std::string file_ = folder_ / "output/3/42.out";
  std::string gaps_ = folder_ / "output/3/42.gaps";
};

TEST_F(Output, HasNoFileBeforeItsFirstByte) {
  OutputStore store(folder_.path());
  EXPECT_EQ(received(store), 0U);
  EXPECT_EQ(store.read(kRun, kToken, 0, kAll).value(), "");
  write(store, 0, "");
  EXPECT_NE(::access((folder_ / "output").c_str(), F_OK), 0);
}

TEST_F(Output, IsKeptForItsUserAloneAndReadInPieces) {
  OutputStore store(folder_.path());
  write(store, 0, "hello ");
  write(store, 6, "world");
  EXPECT_EQ(received(store), 11U);
  EXPECT_EQ(store.read(kRun, kToken, 3, 5).value(), "lo wo");
  EXPECT_EQ(store.read(kRun, kToken, 11, 5).value(), "");
  EXPECT_EQ(store.read(kRun, kToken, UINT64_MAX, SIZE_MAX).value(), "");
  EXPECT_EQ(store.read_end(kRun, kToken, 5).value(), "world");
  EXPECT_EQ(store.read_end(kRun, kToken, SIZE_MAX).value(), "hello world");
  EXPECT_EQ(store.read_end(kRun, Token{43}, 5).value(), "");
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((folder_ / "output/3").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_NE(::access(gaps_.c_str(), F_OK), 0);
}

TEST_F(Output, SentAgainChangesNothing) {
  OutputStore store(folder_.path());
  write(store, 0, "hello world");
  write(store, 0, "hello world");
  write(store, 6, "world and more");
  write(store, 0, "hello");
  EXPECT_EQ(content(), "hello world and more");
}

TEST_F(Output, SaysWhatWasLeftOutAndGoesOnBehindItAfterARestart) {
  {
    OutputStore store(folder_.path());
    write(store, 0, "head");
    write(store, 1000, "tail");
    EXPECT_EQ(received(store), 1004U);
  }
  OutputStore store(folder_.path());
  EXPECT_EQ(received(store), 1004U);
  write(store, 1000, "tail");
  write(store, 1002, "il and end");
  write(store, 2000, "!");
  EXPECT_EQ(content(),
            "head\n[... 996 bytes left out ...]\ntail and end\n[... 988 bytes left out ...]\n!");
  EXPECT_EQ(OutputStore(folder_.path()).received(kRun, kToken).value(), 2001U);
}

TEST_F(Output, MayBeginWithAGap) {
  OutputStore store(folder_.path());
  write(store, 10, "x");
  EXPECT_EQ(content(), "\n[... 10 bytes left out ...]\nx");
  EXPECT_EQ(received(store), 11U);
}

TEST_F(Output, IsTheSameWhereverItsWriterDied) {
  {
    OutputStore store(folder_.path());
    write(store, 0, "head");
    write(store, 1000, "tail");
  }
  const std::string whole = read_file(file_, kAll).value();
  const std::string gaps = read_file(gaps_, kAll).value();
  // Dying after any byte of the gap's record, of its line, or of what follows.
  for (std::size_t size = 0; size <= gaps.size() + whole.size() - 4; ++size) {
    folder_.write("output/3/42.gaps", gaps.substr(0, std::min(size, gaps.size())));
    folder_.write("output/3/42.out",
                  whole.substr(0, 4 + (size < gaps.size() ? 0 : size - gaps.size())));
    OutputStore store(folder_.path());
    const std::uint64_t have = received(store);
    ASSERT_TRUE(have == 4 || (have >= 1000 && have <= 1004)) << size << ": " << have;
    write(store, 1000, "tail");
    ASSERT_EQ(content(), whole) << "died after " << size;
  }
}

TEST_F(Output, OfAnyPiecesInAnyRepetitionIsTheOutput) {
  std::mt19937_64 random(5);
  std::string expected;
  for (int i = 0; i < 20'000; ++i) expected += static_cast<char>('a' + random() % 26);
  auto store = std::make_unique<OutputStore>(folder_.path());
  while (received(*store) < expected.size()) {
    const std::uint64_t have = received(*store);
    const std::uint64_t from = have - std::min<std::uint64_t>(have, random() % 300);
    write(*store, from, std::string_view(expected).substr(from, random() % 600));
    if (random() % 8 == 0) store = std::make_unique<OutputStore>(folder_.path());
  }
  EXPECT_EQ(content(), expected);
}

TEST_F(Output, OfManyAttemptsNeedsFewOpenFiles) {
  OutputStore store(folder_.path(), {.open_files = 3});
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t token = 1; token <= 20; ++token) {
      ASSERT_TRUE(store.write(kRun, Token{token}, static_cast<std::uint64_t>(round),
                              fmt::format("{}", round)));
    }
  }
  for (std::uint64_t token = 1; token <= 20; ++token) {
    EXPECT_EQ(store.read(kRun, Token{token}, 0, kAll).value(), "012");
  }
}

TEST_F(Output, BeyondItsLimitsIsRefused) {
  OutputStore store(folder_.path(), {.file_bytes = 100, .gaps = 2});
  EXPECT_EQ(store.write(kRun, kToken, 0, std::string(101, 'x')).error().kind, ErrorKind::kDenied);
  EXPECT_EQ(store.write(kRun, kToken, UINT64_MAX - 1, "xy").error().kind, ErrorKind::kDenied);
  write(store, 10, "a");
  write(store, 20, "b");
  EXPECT_EQ(store.write(kRun, kToken, 30, "c").error().kind, ErrorKind::kDenied);
  EXPECT_EQ(received(store), 21U);
}

TEST_F(Output, OnAFullDiskIsAnErrorAndGoesOnWhenThereIsSpace) {
  if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "needs the right to mount a small tmpfs";
  }
  folder_.write("filler", std::string(100'000, 'x'));
  OutputStore store(folder_.path());
  const std::string bytes(300'000, 'y');
  const Result<void> full = store.write(kRun, kToken, 0, bytes);
  EXPECT_FALSE(full);
  if (!full) {
    EXPECT_THAT(full.error().message, HasSubstr("No space left on device"));
  }
  const std::uint64_t have = received(store);
  EXPECT_GT(have, 0U);
  EXPECT_LT(have, bytes.size());
  ::unlink((folder_ / "filler").c_str());
  write(store, have, std::string_view(bytes).substr(have, 1000));
  EXPECT_EQ(content(), bytes.substr(0, have + 1000));
  ::umount2(folder_.path().c_str(), MNT_DETACH);
}

TEST(Ballast, IsReallyAllocatedAndReleased) {
  const test::TemporaryFolder folder;
  SpaceGuard guard(folder / "registry.db");
  ASSERT_TRUE(guard.release()) << "there is none yet";
  const Result<bool> there = guard.prepare();
  ASSERT_TRUE(there) << there.error().message;
  EXPECT_TRUE(*there);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "registry.db.ballast").c_str(), &status), 0);
  EXPECT_GE(static_cast<std::uint64_t>(status.st_blocks) * 512, SpaceGuard::kBallastBytes);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_TRUE(guard.ensure());
  ASSERT_TRUE(guard.release());
  EXPECT_NE(::access(guard.ballast_path().c_str(), F_OK), 0);
  EXPECT_GT(guard.free_bytes().value(), 0U);
  EXPECT_EQ(SpaceGuard::free_bytes(folder / "nowhere").error().kind, ErrorKind::kFailed);
}

}  // namespace
}  // namespace headway
