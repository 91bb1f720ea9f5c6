#include "coordinator/planner/analysis/durations.h"

#include "common/base/units.h"

namespace headway {

namespace {

template <class Unit>
Duration to_nearest(Duration duration) {
  const Duration unit = Unit{1};
  return duration > Duration::max() - unit ? duration : (duration + unit / 2) / unit * unit;
}

}  // namespace

std::string rough_duration(Duration duration) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (duration >= hours{240}) return format_duration(to_nearest<hours>(duration));
  if (duration >= hours{1}) return format_duration(to_nearest<minutes>(duration));
  if (duration >= seconds{10}) return format_duration(to_nearest<seconds>(duration));
  return format_duration(to_nearest<std::chrono::milliseconds>(duration));
}

}  // namespace headway
