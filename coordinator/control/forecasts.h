#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "common/messages/view_messages.h"
#include "coordinator/core/state.h"
#include "coordinator/forecast/forecast.h"

namespace headway {

/// The last forecast of each unfinished run, and when it is time for another one. Made by a
/// background thread of the desk's, since that takes from a millisecond to some seconds; kept here,
/// on the shell's thread.
///
/// One is made when somebody asks for a run and the last one is a second old, or 25 times as old as
/// it took to make; ten times that, where nothing has happened since. So all of them together take
/// at most a twenty-fifth of a core. In between the last one counts, less the time since. One of
/// another version of the run's plan counts as none.
class Forecasts {
 public:
  enum class Need : std::uint8_t {
    kNone,  ///< what there is will do
    kSoon,  ///< a new one is to be made; what there is will do meanwhile
    kNow,   ///< whoever asks is to wait for it: there is none yet, or it is quickly made
  };
  [[nodiscard]] Need need(const Run& run, Sequence last_fact, Now now) const;
  /// Whether one of the run by its present plan is being made.
  [[nodiscard]] bool is_making(const Run& run) const;

  void begin(const Run& run, Sequence last_fact, Now now);
  /// What came of it by this version of the plan, and how long that took.
  void finish(RunId run, std::uint32_t version, const Forecast& forecast, Duration took);
  /// Forgets runs that are not in memory any more.
  void keep_only(const std::map<RunId, Run>& runs);

  /// Fills in the ETA, where there is one.
  void show(RunSummary& summary, Now now) const;

 private:
  struct Begun {
    std::uint32_t version = 0;  ///< of the run's plan
    Sequence last_fact;
    Instant at{};
  };
  struct Kept : Begun {
    std::optional<RemainingTime> left;
    Duration took{};
  };
  std::map<RunId, Kept> kept_;
  std::map<RunId, Begun> making_;
};

}  // namespace headway
