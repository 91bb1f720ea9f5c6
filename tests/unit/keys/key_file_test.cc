#include "common/keys/key_file.h"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/wire/curve.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

KeyFile worker_key() {
  return {KeyRole::kWorker,       "build 01",        make_key_pair(), make_key_pair().open,
          "tcp://[fe80::1]:7420", "0123456789abcdef"};
}

TEST(CurveKey, OfASecretKeyIsThePublicHalfOfItsPair) {
  const KeyPair pair = make_key_pair();
  EXPECT_EQ(public_key_of(pair.secret), pair.open);
  EXPECT_NE(make_key_pair().open, pair.open);
}

TEST(CurveKey, IsReadFromTheDigitsThatItIsWrittenIn) {
  const PublicKey key = make_key_pair().open;
  EXPECT_EQ(PublicKey::from_hex(key.hex()).value(), key);
  EXPECT_FALSE(PublicKey::from_hex(key.hex().substr(2)));
  EXPECT_FALSE(PublicKey::from_hex("g" + key.hex().substr(1)));
  EXPECT_FALSE(PublicKey::from_bytes("short"));
}

TEST(KeyFile, ComesBackAsItWent) {
  for (const KeyFile& key :
       {worker_key(), KeyFile{KeyRole::kCoordinator, "coordinator", make_key_pair(), {}, {}, {}}}) {
    const Result<KeyFile> back = parse_key_file(key_file_text(key), "file");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, key);
  }
}

TEST(KeyFile, NamesWhatIsWrongAndNeverQuotesASecret) {
  const KeyFile key = worker_key();
  const std::string text = key_file_text(key);
  const std::string secret = key.keys.secret.hex();
  for (const std::string name : {"role", "name", "public", "secret", "coordinator"}) {
    std::string wrong = text;
    wrong.insert(wrong.find("\n" + name + ": ") + 1, "x");
    const Result<KeyFile> read = parse_key_file(wrong, "the-file");
    ASSERT_FALSE(read) << name;
    EXPECT_THAT(read.error().message, HasSubstr("the-file"));
    EXPECT_THAT(read.error().message, Not(HasSubstr(secret)));
  }
  EXPECT_FALSE(parse_key_file(text + "role: worker\n", "file")) << "a line is there twice";
  EXPECT_FALSE(parse_key_file("", "file"));
}

TEST(KeyFile, OfSomebodyElseThanACoordinatorSaysWhomItIsFor) {
  KeyFile key = worker_key();
  key.coordinator = {};
  EXPECT_FALSE(parse_key_file(key_file_text(key), "file"));
}

TEST(KeyFile, IsPrivateFromTheStartAndRefusedWhereOthersCanReadIt) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "key";
  ASSERT_TRUE(write_key_file(path, worker_key()));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_TRUE(read_key_file(path));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const Result<KeyFile> read = read_key_file(path);
    ASSERT_FALSE(read) << mode;
    EXPECT_EQ(read.error().kind, ErrorKind::kDenied);
    EXPECT_THAT(read.error().message, HasSubstr("chmod 600 " + path));
  }
}

TEST(KeyFile, IsNotFoundWhereThereIsNone) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_key_file(folder / "none").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace headway
