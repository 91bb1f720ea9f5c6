#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "worker/shell/secrets_file.h"
#include "worker/shell/worker_log.h"

namespace headway::worker {
namespace {

TEST(SecretsFile, IsReadWhenOnlyItsOwnerCan) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s", "# comment\n\nA=b=c \r\n_X1=\n");
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  const auto secrets = read_secrets_file(path);
  ASSERT_TRUE(secrets) << secrets.error().message;
  EXPECT_EQ(*secrets, (std::map<std::string, std::string>{{"A", "b=c "}, {"_X1", ""}}));
}

TEST(SecretsFile, IsRefusedWhenOthersCanReadItAndSaysWhatToDo) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s", "A=b\n");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  const auto secrets = read_secrets_file(path);
  ASSERT_FALSE(secrets);
  EXPECT_NE(secrets.error().message.find("chmod 600"), std::string::npos);
}

TEST(SecretsFile, AMistakeIsToldByLineAndNeverByValue) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("s", "A=b\nswordfish\n");
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  const auto secrets = read_secrets_file(path);
  ASSERT_FALSE(secrets);
  EXPECT_NE(secrets.error().message.find("line 2"), std::string::npos);
  EXPECT_EQ(secrets.error().message.find("swordfish"), std::string::npos);
}

TEST(LogLines, NameRunTicketTokenAndWorkerInThatOrder) {
  const Log line{LogLevel::kInfo, "r1", "MOD-1", Token{7}, "it \"ended\"\n"};
  EXPECT_EQ(format_log_line(line, "w", LogFormat::kText),
            "run=r1 ticket=MOD-1 token=7 worker=w it \"ended\"\\n");
  EXPECT_EQ(format_log_line(line, "w", LogFormat::kJson),
            R"("run":"r1","ticket":"MOD-1","token":7,"worker":"w","text":"it \"ended\"\\n")");
  EXPECT_EQ(format_log_line({LogLevel::kInfo, "", "", Token{}, "x"}, "w", LogFormat::kText),
            "worker=w x");
}

}  // namespace
}  // namespace headway::worker
