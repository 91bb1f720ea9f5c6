#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/soak/harness/diary.h"
#include "tests/soak/harness/options.h"
#include "tests/soak/judge/judge.h"

namespace headway::soak {

/// What a soak found.
struct Report {
  Judgement judgement;  ///< with the violations that were seen while it ran
  std::map<std::string, unsigned> kills_by_kind;
  std::map<std::string, unsigned> deeds_by_kind;
  unsigned kills = 0;
  unsigned recoveries = 0;
  unsigned forced_stops = 0;
  unsigned stop_survivors = 0;
  std::vector<double> forced_stop_seconds;
  double violence_seconds = 0;
  double rest_seconds = 0;  ///< from the end of the violence to the end of the last run
  std::uint64_t ledger_lines = 0;

  [[nodiscard]] bool clean() const { return judgement.violations.empty(); }
};

std::string report_text(const Report& report, const Options& options);
std::string report_json(const Report& report, const Options& options);

}  // namespace headway::soak
