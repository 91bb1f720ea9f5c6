#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/time.h"

namespace headway {

/// Reads a duration as people write it: `90s`, `1h 30m`, `1.5h`, `250ms`, `2d`. A unit is required
/// on every part; parts come once each, the largest first. Units: ms, s, m, h, d. Refuses a bare
/// number, a negative one, and anything over 10 years, saying what would be right.
Result<Duration> parse_duration(std::string_view text);

/// The shortest text that `parse_duration` reads back as the same duration: `1h 30m`, `90s` becomes
/// `1m 30s`.
std::string format_duration(Duration duration);

/// Reads a size in bytes: `2GiB`, `512 MiB`, `1.5kB`. Units: B, kB, MB, GB, TB (1000) and KiB, MiB,
/// GiB, TiB (1024). Refuses a bare number, a negative one, and what does not fit 2^53 bytes.
Result<std::int64_t> parse_size(std::string_view text);

/// The shortest text that `parse_size` reads back as the same number of bytes.
std::string format_size(std::int64_t bytes);

/// `2`, `1.5`: an amount given in thousandths, with as many decimals as it needs. Not negative.
std::string format_thousandths(std::int64_t thousandths);

/// UTC as ISO 8601 with milliseconds: `2026-01-01T00:00:00.000Z`; without them where they are zero.
std::string format_time(WallTime at);
/// Reads what `format_time` writes.
Result<WallTime> parse_time(std::string_view text);

}  // namespace headway
