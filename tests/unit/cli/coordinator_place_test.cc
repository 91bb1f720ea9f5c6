#include "coordinator/cli/coordinator_place.h"

#include <sstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "coordinator/cli/verbs/table.h"
#include "fake_coordinator.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

class CoordinatorPlaceTest : public ::testing::Test {
 protected:
  CoordinatorPlaceTest() {
    folder_.write("deep/er/file", "");
    environment_.folder = folder_ / "deep/er";
  }

  std::string options(const std::vector<std::string>& words) {
    const Result<Arguments> arguments = parse_arguments(*find_verb(verb_table(), "status"), words);
    EXPECT_TRUE(arguments.ok());
    const Result<CoordinatorPlace> place = find_coordinator(*arguments, environment_);
    EXPECT_TRUE(place.ok());
    return options_to_find(*place, *arguments, environment_);
  }

  Result<CoordinatorPlace> find(const std::vector<std::string>& words = {}) {
    const Result<Arguments> arguments = parse_arguments(*find_verb(verb_table(), "status"), words);
    EXPECT_TRUE(arguments.ok());
    return find_coordinator(*arguments, environment_);
  }

  test::TemporaryFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
  Interrupts interrupts_;
  Environment environment_{.out = out_,
                           .err = err_,
                           .interrupts = interrupts_,
                           .table = verb_table(),
                           .folder = {},
                           .config = {}};
};

TEST_F(CoordinatorPlaceTest, IsTheStateFolderHereWhereThereIsNone) {
  const Result<CoordinatorPlace> place = find();
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->state_folder, folder_ / "deep/er/.headway");
  EXPECT_FALSE(place->alive);
  EXPECT_FALSE(place->state.has_value());
}

TEST_F(CoordinatorPlaceTest, IsTheNearestStateFolderAbove) {
  folder_.write(".headway/registry.db", "");
  const Result<CoordinatorPlace> place = find();
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->state_folder, folder_ / ".headway");
  ASSERT_TRUE(place->state.has_value());
  EXPECT_FALSE(place->alive) << "nobody listens there";
}

TEST_F(CoordinatorPlaceTest, IsAliveWhereSomebodyListens) {
  folder_.write(".headway/registry.db", "");
  FakeCoordinator coordinator("ipc://" + (folder_ / ".headway/control.sock"),
                              [](const Request&) { return std::nullopt; });
  const Result<CoordinatorPlace> place = find();
  ASSERT_TRUE(place.ok());
  EXPECT_TRUE(place->alive);
  EXPECT_EQ(place->endpoint, "ipc://" + (folder_ / ".headway/control.sock"));
}

TEST_F(CoordinatorPlaceTest, OptionsWinOverTheConfigurationAndThatOverTheFolder) {
  folder_.write(".headway/registry.db", "");
  folder_.write("other/registry.db", "");
  environment_.config.state_dir = folder_ / "other";
  EXPECT_EQ(find()->state_folder, folder_ / "other");
  environment_.config.connect = "build-01";
  EXPECT_EQ(find()->endpoint, "tcp://build-01:7421");
  EXPECT_EQ(find({"--state-dir", folder_ / ".headway"})->state_folder, folder_ / ".headway");
  EXPECT_EQ(find({"--connect", "h:1"})->endpoint, "tcp://h:1");
  EXPECT_FALSE(find({"--connect", "h", "--state-dir", "x"}).ok());
}

TEST_F(CoordinatorPlaceTest, SaysAtOnceThatASocketIsDead) {
  folder_.write(".headway/registry.db", "");
  const Result<CoordinatorPlace> place = find();
  ASSERT_TRUE(place.ok());
  const Result<std::unique_ptr<ControlClient>> client =
      connect_to_coordinator(*place, environment_);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().kind, ErrorKind::kUnreachable);
  EXPECT_NE(client.error().message.find("headway resume"), std::string::npos);
}

TEST_F(CoordinatorPlaceTest, IsFoundAgainByTheSameOptions) {
  EXPECT_EQ(options({}), "");
  EXPECT_EQ(options({"--state-dir", "a b"}), " --state-dir 'a b'");
  EXPECT_EQ(options({"--connect", "host:99"}), " --connect tcp://host:99");
  EXPECT_EQ(options({"--connect", "host:99", "--key", "op.key"}),
            " --connect tcp://host:99 --key op.key");
  EXPECT_EQ(options({"--connect", "host:99", "--key", "/ann's/op.key"}),
            " --connect tcp://host:99 --key '/ann'\\''s/op.key'");
  EXPECT_EQ(options({"--connect", "ipc:///no/key.sock", "--key", "op.key"}),
            " --connect ipc:///no/key.sock")
      << "there a key is not asked for";
}

TEST(ControlEndpoint, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(control_endpoint("build-01").value(), "tcp://build-01:7421");
  EXPECT_EQ(control_endpoint("build-01:9").value(), "tcp://build-01:9");
  EXPECT_EQ(control_endpoint("tcp://10.0.0.1:9").value(), "tcp://10.0.0.1:9");
  EXPECT_EQ(control_endpoint("[::1]").value(), "tcp://[::1]:7421");
  EXPECT_EQ(control_endpoint("[::1]:9").value(), "tcp://[::1]:9");
  EXPECT_EQ(control_endpoint("ipc:///tmp/x").value(), "ipc:///tmp/x");
  for (const char* wrong :
       {"", "ipc://", "tcp://", "http://x", "h:0", "h:70000", "h:x", "a b", "::1", ":9"}) {
    EXPECT_FALSE(control_endpoint(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace headway::cli
