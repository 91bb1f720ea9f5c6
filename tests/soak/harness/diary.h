#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "tests/soak/judge/judge.h"

namespace headway::soak {

/// Processes that are alive so long after what should have ended them are survivors.
inline constexpr Duration kSurvivalAllowed = std::chrono::seconds{2};

/// What was done and seen, for the report and for people who look for a cause: every entry also
/// goes to a file, with its wall time as the registry has it.
class Diary {
 public:
  explicit Diary(const std::string& path);
  ~Diary();
  Diary(const Diary&) = delete;
  Diary& operator=(const Diary&) = delete;

  /// Something that disturbs the system, counted by its kind.
  void deed(const std::string& kind, const std::string& what);
  /// A deed that is a kill.
  void kill(const std::string& kind, const std::string& what);
  /// Something that repairs it, or is only worth to be known.
  void note(const std::string& what);
  /// Something that must never happen, seen while it ran.
  void violation(const std::string& rule, const std::string& what);
  /// A coordinator is being started; `quiet`: nothing else is broken now.
  void coordinator_started(bool quiet);

  [[nodiscard]] unsigned kills() const { return kills_; }

  std::map<std::string, unsigned> kills_by_kind;
  std::map<std::string, unsigned> deeds_by_kind;
  std::vector<Restart> restarts;
  std::vector<Violation> violations;
  unsigned recoveries = 0;      ///< processes started again after a kill
  unsigned forced_stops = 0;    ///< `stop --force` that were answered
  unsigned stop_survivors = 0;  ///< processes alive 2 s after the answer, over all of them
  std::vector<double> forced_stop_seconds;

 private:
  void write(const char* mark, const std::string& what);

  std::FILE* file_;
  unsigned kills_ = 0;
};

}  // namespace headway::soak
