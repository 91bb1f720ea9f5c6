#include "worker/shell/spool.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace headway::worker {
namespace {

class SpoolOfAWorker : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  Spool spool_{folder_.path()};
};

std::string pattern(std::size_t size, std::size_t from = 0) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (from + i) % 23);
  return bytes;
}

TEST_F(SpoolOfAWorker, KeepsALittleInMemoryWithoutAFile) {
  for (std::size_t at = 0; at < 1000; at += 10) {
    ASSERT_TRUE(spool_.append(Token{1}, at, pattern(10, at)));
  }
  EXPECT_EQ(spool_.files(), 0u);
  EXPECT_EQ(spool_.memory(), 1000u);
  EXPECT_EQ(spool_.read(Token{1}, 123, 456).value(), pattern(456, 123));
  spool_.drop(Token{1});
  EXPECT_EQ(spool_.memory(), 0u);
}

TEST_F(SpoolOfAWorker, PutsMoreIntoAFileAndReadsAcrossBoth) {
  constexpr std::size_t kPiece = 50'000;
  for (std::size_t at = 0; at < 5 * kPiece; at += kPiece) {
    ASSERT_TRUE(spool_.append(Token{1}, at, pattern(kPiece, at)));
  }
  EXPECT_EQ(spool_.files(), 1u);
  EXPECT_LE(spool_.memory(), Spool::kMemoryPerAttempt);
  EXPECT_EQ(spool_.read(Token{1}, 40'000, 64'000).value(), pattern(64'000, 40'000));
  spool_.release(Token{1}, 5 * kPiece);
  EXPECT_EQ(spool_.files(), 0u);
  EXPECT_EQ(spool_.memory(), 0u);
  EXPECT_FALSE(spool_.read(Token{1}, 0, 1));
}

TEST_F(SpoolOfAWorker, RemembersHolesAsHoles) {
  ASSERT_TRUE(spool_.append(Token{1}, 0, pattern(100)));
  ASSERT_TRUE(spool_.append(Token{1}, 5000, pattern(100, 5000)));
  EXPECT_FALSE(spool_.read(Token{1}, 50, 100));
  EXPECT_EQ(spool_.read(Token{1}, 5000, 100).value(), pattern(100, 5000));
  spool_.release(Token{1}, 100);
  EXPECT_EQ(spool_.memory(), 100u);
}

TEST_F(SpoolOfAWorker, MemoryIsBoundedOverAllAttempts) {
  for (std::uint64_t token = 1; token <= 200; ++token) {
    ASSERT_TRUE(spool_.append(Token{token}, 0, pattern(60'000)));
  }
  EXPECT_LE(spool_.memory(), Spool::kMemoryInAll);
  for (std::uint64_t token = 1; token <= 200; ++token) {
    EXPECT_EQ(spool_.read(Token{token}, 100, 50'000).value(), pattern(50'000, 100));
    spool_.drop(Token{token});
  }
  EXPECT_EQ(spool_.files(), 0u);
}

TEST(Spools, SayWhyTheyCannotKeepOutput) {
  Spool spool("/no/such/folder");
  const Result<void> kept = spool.append(Token{1}, 0, std::string(100'000, 'x'));
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().message.find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace headway::worker
