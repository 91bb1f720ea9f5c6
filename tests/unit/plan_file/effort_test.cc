#include "common/plan_file/effort.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Duration effort(std::string_view text) {
  const Result<Duration> read = parse_effort(text);
  return read ? *read : Duration{-1};
}

TEST(Effort, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(effort("2 hours"), hours{2});
  EXPECT_EQ(effort("30 minutes"), minutes{30});
  EXPECT_EQ(effort("1.5d"), hours{36});
  EXPECT_EQ(effort("1h 30m"), minutes{90});
  EXPECT_EQ(effort("1 hour 30 minutes"), minutes{90});
  EXPECT_EQ(effort("1 Hour and 30 Min."), minutes{90});
  EXPECT_EQ(effort("2 weeks"), hours{336});
  EXPECT_EQ(effort("~2h"), hours{2});
  EXPECT_EQ(effort("about 2 hours (with review)"), hours{2});
  EXPECT_EQ(effort("\xe2\x8f\xb1 45 min"), minutes{45});
}

TEST(Effort, OfARangeIsItsUpperEnd) {
  EXPECT_EQ(effort("6-8h"), hours{8});
  EXPECT_EQ(effort("6h-8h"), hours{8});
  EXPECT_EQ(effort("2 to 4 hours"), hours{4});
  EXPECT_EQ(effort("2\xe2\x80\x93"
                   "4 hours"),
            hours{4});
  EXPECT_EQ(effort("30 - 60 minutes"), hours{1});
  EXPECT_EQ(effort("4 hours - 1 day"), hours{24});
}

TEST(Effort, IsRefusedWhereItSaysNothingCertain) {
  for (const char* text : {"", "4", "XL", "TBD", "?", "2-4", "h", "2 parsecs", "hours 2", "1h 2x",
                           "-", "()", "99999999999999 weeks"}) {
    EXPECT_EQ(effort(text), Duration{-1}) << text;
  }
}

}  // namespace
}  // namespace headway
