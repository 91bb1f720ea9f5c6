#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {
namespace {

using ::testing::HasSubstr;

/// A coordinator that is not to start.
class CoordinatorOptionsTest : public ::testing::Test {
 protected:
  Finished start(std::vector<std::string> options) {
    options.insert(options.begin(), {std::string(HEADWAY_BIN_DIR) + "/headway-coordinator",
                                     "--state-dir", folder_ / "state"});
    return run_process(options, {.folder = folder_.path(), .env = {}, .input = {}},
                       std::chrono::seconds{30});
  }
  void refuses(const std::vector<std::string>& options) {
    const Finished refused = start(options);
    EXPECT_EQ(refused.exit_code, 2) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(options[0] + ": `" + options[1] + "`"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "state")) << "it has begun";
  }

  TemporaryFolder folder_;
};

TEST_F(CoordinatorOptionsTest, NameAddressesThatExist) {
  refuses({"--listen", "tcp://127.0.0.1:99999"});
  refuses({"--listen", "127.0.0.1:65537"});
  refuses({"--listen", "tcp://127.0.0.1:-1"});
  refuses({"--control", "tcp://127.0.0.1:38470x"});
  refuses({"--metrics", "nonsense"});
  refuses({"--metrics", "127.0.0.1:65536"});
}

TEST_F(CoordinatorOptionsTest, NamePlacesThatCanBeReached) {
  refuses({"--advertise", "bad host:1"});
  const Finished expired = start({"--listen", "tcp://0.0.0.0:0", "--join-expires", "0s"});
  EXPECT_EQ(expired.exit_code, 2);
  EXPECT_THAT(expired.err, HasSubstr("--join-expires 0s: nobody could join by that"));
}

TEST_F(CoordinatorOptionsTest, NameHostsThatAreKnown) {
  const Finished unknown = start({"--listen", "tcp://no-such-host.invalid:7420"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("tcp://no-such-host.invalid:7420: unknown host"));
}

/// `headway keys join` in a folder without a coordinator.
TEST_F(CoordinatorOptionsTest, OfALineToJoinByAreCheckedAlike) {
  const auto join = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {std::string(HEADWAY_BIN_DIR) + "/headway", "keys", "join",
                                     "--state-dir", folder_ / "state"});
    return run_process(options, {.folder = folder_.path(), .env = {}, .input = {}},
                       std::chrono::seconds{30});
  };
  EXPECT_THAT(join({"--advertise", "build.example"}).out, HasSubstr("@build.example:7420\n"));
  EXPECT_THAT(join({"--advertise", "build.example:38470"}).out,
              HasSubstr("@build.example:38470\n"));
  EXPECT_THAT(join({"--advertise", "::1"}).out, HasSubstr("@[::1]:7420\n"));
  EXPECT_EQ(join({"--advertise", "build.example:99999"}).exit_code, 2);
  EXPECT_EQ(join({"--advertise", "bad host"}).exit_code, 2);
  EXPECT_EQ(join({"--join-expires", "0s"}).exit_code, 2);
}

}  // namespace
}  // namespace headway::test
