#include "common/system/files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/system/clock.h"

namespace headway {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed at its end.
class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "headway-files-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  static unsigned mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  fs::path folder_;
};

TEST_F(Files, AreReadWhole) {
  const std::string content = std::string(200'000, 'x') + '\0' + "end";
  put("big", content);
  EXPECT_EQ(read_file(path("big"), 1'000'000).value(), content);
  EXPECT_EQ(read_file(path("big"), content.size()).value(), content);
}

TEST_F(Files, ThatCannotBeReadSayWhy) {
  put("four", "1234");
  EXPECT_EQ(read_file(path("none"), 10).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(read_file(path("none"), 10).error().message,
            "cannot read " + path("none") + ": No such file or directory");
  EXPECT_EQ(read_file(folder_.string(), 10).error().message,
            "cannot read " + folder_.string() + ": it is a directory");
  EXPECT_EQ(read_file(path("four"), 3).error().message,
            "cannot read " + path("four") + ": it has more than 3 bytes");
  EXPECT_FALSE(read_file(std::string("a\0b", 3), 10).ok());
}

TEST_F(Files, ThatAreFifosAreRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_file(path("fifo"), 10).error().message,
            "cannot read " + path("fifo") + ": it is not a regular file");
}

TEST_F(Files, AreReplacedInOneStepAndKeepTheirPermissions) {
  put("file", "old");
  ASSERT_EQ(::chmod(path("file").c_str(), 0640), 0);
  ASSERT_TRUE(write_file_atomically(path("file"), "new").ok());
  EXPECT_EQ(read_file(path("file"), 10).value(), "new");
  EXPECT_EQ(mode(path("file")), 0640U);
  ASSERT_TRUE(write_file_atomically(path("fresh"), "").ok());
  EXPECT_EQ(read_file(path("fresh"), 10).value(), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 2)
      << "nothing is left beside them";
}

TEST_F(Files, ThatCannotBeWrittenSayWhyAndLeaveNothingBehind) {
  EXPECT_EQ(write_file_atomically(path("no/such"), "x").error().message,
            "cannot write " + path("no/such") + ": No such file or directory");
  fs::create_directory(path("folder"));
  EXPECT_FALSE(write_file_atomically(path("folder"), "x").ok());
  EXPECT_FALSE(write_file_atomically("", "x").ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 1);
}

TEST_F(Files, OfTheWorkingFolderAreWrittenByTheirBareName) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  EXPECT_TRUE(write_file_atomically("bare", "x").ok());
  fs::current_path(before);
  EXPECT_EQ(read_file(path("bare"), 10).value(), "x");
}

TEST_F(Files, DirectoriesAreMadeForTheirOwnerOnly) {
  ASSERT_TRUE(make_directories(path("a/b//c/")).ok());
  EXPECT_EQ(mode(path("a/b/c")), 0700U);
  EXPECT_TRUE(make_directories(path("a/b")).ok()) << "it is there already";
  put("file", "");
  EXPECT_EQ(make_directories(path("file/x")).error().message,
            "cannot make directory " + path("file") + ": Not a directory");
  EXPECT_FALSE(make_directories("").ok());
}

TEST_F(Files, AbsolutePathsFollowLinks) {
  fs::create_directory(path("real"));
  fs::create_directory_symlink("real", path("link"));
  EXPECT_EQ(absolute_path(path("link/../real/.")).value(), fs::canonical(path("real")).string());
  EXPECT_EQ(absolute_path(path("none")).error().kind, ErrorKind::kNotFound);
}

TEST_F(Files, DigestsAreThoseOfTheStandard) {
  // FIPS 180-2, appendix B.1 and B.3.
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string million(1'000'000, 'a');
  put("million", million);
  const FileDigest digest = digest_file(path("million")).value();
  EXPECT_EQ(digest.size, 1'000'000U);
  EXPECT_EQ(digest.sha256, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_FALSE(digest_file(folder_.string()).ok());
}

TEST(Clocks, DoNotRunBackwards) {
  const Now first = read_clocks();
  const Now second = read_clocks();
  EXPECT_LE(first.steady, second.steady);
  EXPECT_GT(to_millis(first.wall), 1'700'000'000'000);
}

}  // namespace
}  // namespace headway
