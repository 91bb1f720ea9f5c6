#include "coordinator/cli/report/html/page_text.h"

#include <fmt/format.h>

#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string without_zeros(std::string number) {
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number == "-0" ? "0" : number;
}

}  // namespace

std::string svg_percent(double share) {
  return without_zeros(fmt::format("{:.4f}", share * 100)) + "%";
}

std::string exact_duration(Duration duration) {
  const auto millis = std::chrono::round<std::chrono::milliseconds>(duration);
  if (millis.count() <= 0) return "0s";
  return millis < std::chrono::seconds{1} ? fmt::format("{}ms", millis.count())
                                          : short_duration(duration);
}

std::string svg_number(double pixels) { return without_zeros(fmt::format("{:.1f}", pixels)); }

}  // namespace headway::cli
