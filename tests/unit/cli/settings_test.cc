#include "coordinator/cli/verbs/settings.h"

#include <gtest/gtest.h>

#include "coordinator/cli/verbs/table.h"

namespace headway::cli {
namespace {

Arguments adjusting(const std::vector<std::string>& words) {
  return parse_arguments(*find_verb(verb_table(), "adjust"), words).value();
}

std::string refused_resource(const std::string& word) {
  const auto settings = resource_settings(adjusting({"--resource", word}));
  if (settings) return "";
  EXPECT_EQ(settings.error().kind, ErrorKind::kUsage);
  return settings.error().message;
}

TEST(Settings, AreReadInThousandths) {
  const auto settings = resource_settings(adjusting({"--resource", "a=2", "--resource", "b=0.5"}));
  ASSERT_EQ(settings->size(), 2U);
  EXPECT_EQ((*settings)[0].thousandths, 2000);
  EXPECT_EQ((*settings)[1].thousandths, 500);
}

TEST(Settings, AreRefusedInTheWordsThatWereTyped) {
  EXPECT_EQ(refused_resource("license=-1"),
            "an amount is a number from 0 on, as in 2 or 0.5, not `-1`");
  EXPECT_EQ(refused_resource("lic=2GiB"),
            "an amount is a number from 0 on, as in 2 or 0.5, not `2GiB`");
}

TEST(Settings, ThatContradictEachOtherAreRefused) {
  const auto resources =
      resource_settings(adjusting({"--resource", "license=1", "--resource", "license=2"}));
  ASSERT_FALSE(resources.ok());
  EXPECT_EQ(resources.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(resources.error().message, "--resource says two things of license");
  const auto priorities =
      priority_settings(adjusting({"--priority", "D-1=high", "--priority", "D-1=low"}));
  ASSERT_FALSE(priorities.ok());
  EXPECT_EQ(priorities.error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(
      priority_settings(adjusting({"--priority", "D-1=high", "--priority", "D-2=low"})).ok());
}

}  // namespace
}  // namespace headway::cli
