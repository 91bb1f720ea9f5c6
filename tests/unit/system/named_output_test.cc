#include "common/system/named_output.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/system/files.h"
#include "common/system/unique_fd.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) { return read_file(path, 1'000'000).value(); }

TEST(NamedOutput, ReplacesAFileOrMakesOne) {
  const TemporaryFolder folder;
  folder.write("file", "a longer content of before");
  ASSERT_TRUE(write_named_output(folder / "file", "new").ok());
  EXPECT_EQ(content(folder / "file"), "new");
  ASSERT_TRUE(write_named_output(folder / "fresh", "new").ok());
  EXPECT_EQ(content(folder / "fresh"), "new");
}

TEST(NamedOutput, FollowsLinksAndKeepsThem) {
  const TemporaryFolder folder;
  folder.write("below/real", "old");
  fs::create_symlink("below/second", folder / "first");
  fs::create_symlink("real", folder / "below/second");
  ASSERT_TRUE(write_named_output(folder / "first", "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder / "first"));
  EXPECT_TRUE(fs::is_symlink(folder / "below/second"));
  EXPECT_EQ(content(folder / "below/real"), "new");
}

TEST(NamedOutput, MakesWhatALinkLeadsToThatIsNotThere) {
  const TemporaryFolder folder;
  fs::create_symlink(folder / "later", folder / "link");
  ASSERT_TRUE(write_named_output(folder / "link", "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(content(folder / "later"), "new");
}

TEST(NamedOutput, RefusesLinksThatLeadNowhere) {
  const TemporaryFolder folder;
  fs::create_symlink("round", folder / "round");
  EXPECT_EQ(write_named_output(folder / "round", "x").error().message,
            "cannot write " + folder / "round" + ": Too many levels of symbolic links");
}

TEST(NamedOutput, IsWrittenIntoAFifo) {
  const TemporaryFolder folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  // Opened first and without waiting, so that the test cannot wait for a writer that never comes.
  const UniqueFd reader{::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  ASSERT_TRUE(write_named_output(fifo, "through").ok());
  std::array<char, 64> got{};
  const ssize_t size = ::read(reader.get(), got.data(), got.size());
  ASSERT_GT(size, 0) << "nothing came through";
  EXPECT_EQ(std::string(got.data(), static_cast<std::size_t>(size)), "through");
  EXPECT_TRUE(fs::is_fifo(fifo));
}

TEST(NamedOutput, IsWrittenIntoADeviceAndTellsItsErrors) {
  const TemporaryFolder folder;
  const std::string full = folder / "full";
  if (::mknod(full.c_str(), S_IFCHR | 0600, ::makedev(1, 7)) != 0)
    GTEST_SKIP() << "needs the right to make a device";
  const UniqueFd opened{::open(full.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!opened) GTEST_SKIP() << "needs a file system on which devices can be opened";
  EXPECT_EQ(write_named_output(full, "x").error().message,
            "cannot write " + full + ": No space left on device");
  EXPECT_TRUE(fs::is_character_file(full));
  fs::create_symlink("full", folder / "link");
  EXPECT_FALSE(write_named_output(folder / "link", "x").ok());
  EXPECT_TRUE(fs::is_character_file(full));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
}

TEST(NamedOutput, IsAppendedToWhatAProcessHoldsOpen) {
  const TemporaryFolder folder;
  const std::string log = folder.write("log", "before\n");
  const UniqueFd held{::open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
  ASSERT_TRUE(write_named_output("/proc/self/fd/" + std::to_string(held.get()), "more\n").ok());
  EXPECT_EQ(content(log), "before\nmore\n");
}

TEST(NamedOutput, IsNotAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_named_output(folder.path(), "x").error().message,
            "cannot write " + folder.path() + ": Is a directory");
  EXPECT_FALSE(write_named_output("", "x").ok());
  EXPECT_FALSE(write_named_output(folder / "no/such", "x").ok());
}

}  // namespace
}  // namespace headway::test
