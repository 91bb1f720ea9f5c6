#include "worker/shell/default_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace headway::worker {
namespace {

using test::TemporaryFolder;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using Environment = std::map<std::string, std::string>;

WorkerOptions to(const std::string& endpoint) {
  WorkerOptions options;
  options.endpoints = {endpoint};
  options.endpoints_given = true;
  return options;
}

/// Of a command line without options.
WorkerOptions untold() {
  WorkerOptions options = to("tcp://127.0.0.1:7420");
  options.endpoints_given = false;
  return options;
}

TEST(DefaultPlace, IsThatOfTheNameElseOfTheCoordinator) {
  const Environment home = {{"HOME", "/home/ada"}};
  WorkerOptions options = to("tcp://build:7420");
  const std::string one = default_state_dir(options, home).value();
  EXPECT_THAT(one, HasSubstr("/home/ada/.local/state/headway/worker-"));
  EXPECT_EQ(default_state_dir(options, home).value(), one);
  EXPECT_NE(default_state_dir(to("tcp://other:7420"), home).value(), one);
  options.name = "w";
  EXPECT_EQ(default_state_dir(options, {{"XDG_STATE_HOME", "/s"}}).value(), "/s/headway/worker-w");
  EXPECT_EQ(default_state_dir(options, {{"HOME", "ada"}}).error().kind, ErrorKind::kUsage);
}

TEST(DefaultPlace, OfAWorkerThatIsToldNothingIsWhereOneHasJoined) {
  const TemporaryFolder state;
  const Environment environment = {{"XDG_STATE_HOME", state.path()}};
  const std::string usual = default_state_dir(untold(), environment).value();
  state.write("headway/worker-without-key/name", "x");
  state.write("headway/other/key", "x");
  EXPECT_EQ(default_state_dir(untold(), environment).value(), usual);

  state.write("headway/worker-first/key", "x");
  EXPECT_THAT(default_state_dir(untold(), environment).value(), EndsWith("/headway/worker-first"));
  EXPECT_EQ(default_state_dir(to("tcp://127.0.0.1:7420"), environment).value(), usual)
      << "it was told where to go";

  state.write("headway/worker-second/key", "x");
  const auto either = default_state_dir(untold(), environment);
  ASSERT_FALSE(either) << "nobody knows which";
  EXPECT_EQ(either.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(either.error().message, HasSubstr("worker-first or "));
}

}  // namespace
}  // namespace headway::worker
