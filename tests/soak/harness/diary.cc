#include "tests/soak/harness/diary.h"

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/units.h"
#include "common/system/clock.h"

namespace headway::soak {

Diary::Diary(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
  HW_CHECK(file_ != nullptr, "the diary " + path + " cannot be written");
}

Diary::~Diary() { std::fclose(file_); }

void Diary::deed(const std::string& kind, const std::string& what) {
  ++deeds_by_kind[kind];
  write("!", kind + (what.empty() ? "" : ": " + what));
  if (!restarts.empty() && restarts.back().quiet_until_millis == 0) {
    restarts.back().quiet_until_millis = to_millis(read_clocks().wall);
  }
}

void Diary::kill(const std::string& kind, const std::string& what) {
  ++kills_;
  ++kills_by_kind[kind];
  deed("kill " + kind, what);
}

void Diary::note(const std::string& what) { write(" ", what); }

void Diary::violation(const std::string& rule, const std::string& what) {
  violations.push_back({rule, what});
  write("VIOLATION", rule + ": " + what);
}

void Diary::coordinator_started(bool quiet) {
  restarts.push_back({to_millis(read_clocks().wall), quiet, 0});
}

void Diary::write(const char* mark, const std::string& what) {
  fmt::print(file_, "{} {} {}\n", format_time(read_clocks().wall), mark, what);
  std::fflush(file_);
}

}  // namespace headway::soak
