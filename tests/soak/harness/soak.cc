#include "tests/soak/harness/soak.h"

#include <cmath>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "tests/soak/harness/calculators.h"
#include "tests/soak/harness/mischief.h"

namespace headway::soak {

namespace {

constexpr Duration kTurn = std::chrono::milliseconds{10};

/// All parts of a soak, in the order in which they need each other.
class Soak {
 public:
  Soak(const Options& options, const std::string& programs)
      : options_(options),
        chance_(options.seed),
        diary_(options.folder + "/diary"),
        cluster_(options, programs, diary_),
        commands_(options, cluster_, diary_),
        people_(options, chance_, cluster_, commands_, timetable_, diary_),
        calculators_(options, cluster_, commands_, diary_),
        mischief_(chance_, cluster_, people_, timetable_, diary_) {}

  Report play(const volatile std::sig_atomic_t& interrupted) {
    prepare();
    while (interrupted == 0 && !work_.is_ready()) turn(false);
    const Instant began = read_clocks().steady;
    Instant next = began + options_.pace;
    while (interrupted == 0 && diary_.kills() < options_.kills) {
      turn(true);
      const Instant now = read_clocks().steady;
      if (options_.duration && now - began >= *options_.duration) break;
      if (now < next) continue;
      mischief_.strike(options_.workload);
      next = read_clocks().steady + draw_pause();
    }
    const Instant calm = read_clocks().steady;
    report_.violence_seconds = to_seconds(calm - began);
    diary_.note("the violence has ended");
    come_to_rest(calm);
    report_.rest_seconds = to_seconds(read_clocks().steady - calm);
    cluster_.shut_down();
    judge_all();
    return std::move(report_);
  }

 private:
  void prepare() {
    for (const char* folder : {"/plans", "/state"}) {
      HW_CHECK(make_directories(options_.folder + folder).ok(), "the soak's folder cannot be used");
    }
    HW_CHECK(write_file_atomically(options_.folder + "/ledger", "").ok(), "no ledger can be made");
    cluster_.start_coordinator();
    for (unsigned i = 0; i < options_.workers; ++i) cluster_.start_worker(cluster_.add_worker());
  }

  void turn(bool submitting) {
    cluster_.relay().turn(kTurn);
    for (const Ended& child : reap_children()) {
      if (!commands_.ended(child)) cluster_.ended(child);
    }
    timetable_.run_due();
    commands_.turn();
    work_.turn(submitting);
  }

  /// Deeds come at random, as a Poisson process: pauses are drawn from its exponential law.
  Duration draw_pause() {
    constexpr double kScale = 0x1p-53;
    const double share = static_cast<double>(chance_.next() >> 11U) * kScale;
    return from_seconds(-std::log1p(-share) * to_seconds(options_.pace));
  }

  void come_to_rest(Instant since) {
    while (!(timetable_.empty() && commands_.empty() && work_.at_rest())) {
      turn(false);
      if (read_clocks().steady - since < options_.patience) continue;
      diary_.violation(
          "once faults end, every run ends",
          fmt::format("{:.0f} s after the last fault these have not ended: {}; commands under "
                      "way: {}",
                      to_seconds(options_.patience), work_.unfinished(), !commands_.empty()));
      return;
    }
  }

  void judge_all() {
    for (Restart& restart : diary_.restarts) {
      if (restart.quiet_until_millis == 0) {
        restart.quiet_until_millis = to_millis(read_clocks().wall);
      }
    }
    const Result<History> history = read_history(cluster_.registry());
    Result<Judgement> judged =
        history ? work_.judge(*history, diary_.restarts) : Result<Judgement>(history.error());
    if (judged) {
      report_.judgement = std::move(*judged);
      report_.ledger_lines = work_.lines();
    } else {
      diary_.violation("what happened can be read", judged.error().message);
    }
    auto& violations = report_.judgement.violations;
    violations.insert(violations.begin(), diary_.violations.begin(), diary_.violations.end());
    report_.kills = diary_.kills();
    report_.kills_by_kind = diary_.kills_by_kind;
    report_.deeds_by_kind = diary_.deeds_by_kind;
    report_.recoveries = diary_.recoveries;
    report_.forced_stops = diary_.forced_stops;
    report_.stop_survivors = diary_.stop_survivors;
    report_.forced_stop_seconds = diary_.forced_stop_seconds;
  }

  const Options& options_;
  Chance chance_;
  Diary diary_;
  Cluster cluster_;
  Timetable timetable_;
  Commands commands_;
  People people_;
  Calculators calculators_;
  Workload& work_ =
      options_.workload == WorkloadKind::kDrawn ? static_cast<Workload&>(people_) : calculators_;
  Mischief mischief_;
  Report report_;
};

}  // namespace

Report play(const Options& options, const std::string& programs,
            const volatile std::sig_atomic_t& interrupted) {
  return Soak(options, programs).play(interrupted);
}

}  // namespace headway::soak
