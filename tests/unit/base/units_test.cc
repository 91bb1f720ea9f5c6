#include "common/base/units.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

using namespace std::chrono_literals;

std::string duration_error(std::string_view text) {
  const Result<Duration> result = parse_duration(text);
  return result ? "no error" : result.error().message;
}

std::string size_error(std::string_view text) {
  const Result<std::int64_t> result = parse_size(text);
  return result ? "no error" : result.error().message;
}

TEST(Duration, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_duration("90s").value(), 90s);
  EXPECT_EQ(parse_duration("1h 30m").value(), 90min);
  EXPECT_EQ(parse_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_duration("1.5h").value(), 90min);
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("2d").value(), 48h);
  EXPECT_EQ(parse_duration("0s").value(), 0s);
  EXPECT_EQ(parse_duration(" 5 m ").value(), 5min);
  EXPECT_EQ(parse_duration("0.000000001s").value(), 1ns);
  EXPECT_EQ(parse_duration("3653d").value(), 24h * 3653);
}

TEST(Duration, ThatMakesNoSenseIsRefusedWithWhatWouldBeRight) {
  EXPECT_EQ(duration_error("90"),
            "`90` is not a duration: a unit is missing; write for example `90s` or `30m` (ms, s, "
            "m, h, d)");
  EXPECT_EQ(duration_error("-5s"), "`-5s` is not a duration: it is negative");
  EXPECT_EQ(duration_error("5 weeks"),
            "`5 weeks` is not a duration: unknown unit `weeks`; there are ms, s, m, h, d");
  EXPECT_EQ(duration_error("30m 1h"),
            "`30m 1h` is not a duration: each unit comes once, the largest first, as in `1h 30m`");
  EXPECT_EQ(duration_error("11y"),
            "`11y` is not a duration: unknown unit `y`; there are ms, s, m, h, d");
  EXPECT_EQ(duration_error("3654d"), "`3654d` is not a duration: it is longer than 10 years");
  for (const char* bad :
       {"", " ", "s", "1h 1h", "1e3s", "1.s", ".5s", "1,5h", "+1s", "1h -1m", "1h,30m",
        "99999999999999999999999d", "999999999999999999d", "1.0000000001s", "1h 30"}) {
    EXPECT_FALSE(parse_duration(bad).ok()) << bad;
  }
  // More digits than the widest number has.
  EXPECT_FALSE(parse_duration(std::string(60, '5') + "s").ok());
}

TEST(Duration, IsWrittenSoThatItReadsBack) {
  EXPECT_EQ(format_duration(90s), "1m 30s");
  EXPECT_EQ(format_duration(90min), "1h 30m");
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(1ns), "0.000001ms");
  EXPECT_EQ(format_duration(49h + 1s), "2d 1h 1s");
  EXPECT_EQ(format_duration(-90s), "-1m 30s");
  EXPECT_FALSE(format_duration(Duration::min()).empty());
  std::uint64_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const Duration duration{static_cast<std::int64_t>((state >> 6U) >> (i % 58)) %
                            (Duration{24h * 3653}.count())};
    const std::string text = format_duration(duration);
    ASSERT_TRUE(parse_duration(text).ok()) << text;
    ASSERT_EQ(parse_duration(text).value(), duration) << text;
  }
}

TEST(Size, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_size("2GiB").value(), std::int64_t{2} << 30);
  EXPECT_EQ(parse_size("512 MiB").value(), std::int64_t{512} << 20);
  EXPECT_EQ(parse_size("1.5kB").value(), 1500);
  EXPECT_EQ(parse_size("0B").value(), 0);
  EXPECT_EQ(parse_size("8192TiB").value(), std::int64_t{1} << 53);
}

TEST(Size, ThatMakesNoSenseIsRefusedWithWhatWouldBeRight) {
  EXPECT_EQ(
      size_error("512"),
      "`512` is not a size: a unit is missing; write for example `512MiB` (B, kB, MB, GB, TB, KiB, "
      "MiB, GiB, TiB)");
  EXPECT_EQ(size_error("-1B"), "`-1B` is not a size: it is negative");
  EXPECT_EQ(size_error("8193TiB"), "`8193TiB` is not a size: it is more than 8192TiB");
  for (const char* bad :
       {"", "GiB", "2gib", "2G", "1 2B", "1e3B", "999999999999999999TiB", "2GiB x"}) {
    EXPECT_FALSE(parse_size(bad).ok()) << bad;
  }
}

TEST(Size, IsWrittenSoThatItReadsBack) {
  EXPECT_EQ(format_size(std::int64_t{2} << 30), "2GiB");
  EXPECT_EQ(format_size(1000), "1kB");
  EXPECT_EQ(format_size(1024), "1KiB");
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(3 * (std::int64_t{1} << 29)), "1.5GiB");
  std::uint64_t state = 7;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    std::int64_t bytes = static_cast<std::int64_t>((state >> 11U) >> (i % 53));
    if (i % 3 == 0) bytes &= ~std::int64_t{1023};
    const std::string text = format_size(bytes);
    ASSERT_EQ(parse_size(text).value(), bytes) << text;
  }
}

TEST(Thousandths, AreWrittenWithTheDecimalsTheyNeed) {
  EXPECT_EQ(format_thousandths(2000), "2");
  EXPECT_EQ(format_thousandths(1500), "1.5");
  EXPECT_EQ(format_thousandths(1), "0.001");
}

TEST(Time, IsWrittenAsIso8601AndReadBack) {
  EXPECT_EQ(format_time(wall_from_millis(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(wall_from_millis(1'767'225'600'000)), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_time(wall_from_millis(1'767'225'600'007)), "2026-01-01T00:00:00.007Z");
  EXPECT_EQ(format_time(wall_from_millis(-1)), "1969-12-31T23:59:59.999Z");
  for (const std::int64_t millis : {0L, 951'782'400'123L, 4'102'444'800'000L, -1L}) {
    EXPECT_EQ(to_millis(parse_time(format_time(wall_from_millis(millis))).value()), millis);
  }
}

TEST(Time, OutsideTheYearsThatPeopleWriteIsClampedNotBroken) {
  EXPECT_EQ(format_time(wall_from_millis(INT64_MAX)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(wall_from_millis(INT64_MIN)), "0000-01-01T00:00:00Z");
}

TEST(Time, ThatIsNotOneIsRefused) {
  for (const char* bad : {"", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.1Z",
                          "2026-13-01T00:00:00Z", "x026-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_time(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace headway
