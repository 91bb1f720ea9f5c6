#include "coordinator/cli/report/html/gantt.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>

namespace headway::cli {

namespace {

/// The first try at drawing short attempts together: a sixteenth of a pixel of a usual page.
constexpr double kFinestShare = 1.0 / 1200 / 16;
/// A bar of several is at most so many times as long as what is drawn together: it still says when.
constexpr double kLongestSeveral = 8;

bool has_failed(BarKind kind) {
  switch (kind) {
    case BarKind::kFailed:
    case BarKind::kWorkerLost:
      return true;
    case BarKind::kSucceeded:
    case BarKind::kTakenBack:
    case BarKind::kCancelled:
    case BarKind::kRunning:
    case BarKind::kSeveral:
      return false;
  }
  return false;
}

/// The bars of a lane with those shorter than `unit` put together where no more than that is
/// between them.
std::vector<Bar> merged(const std::vector<Bar>& bars, double unit) {
  std::vector<Bar> result;
  bool open = false;  // the last one may take more
  for (const Bar& bar : bars) {
    const bool is_short = bar.length < unit && bar.kind != BarKind::kRunning;
    if (is_short && open) {
      Bar& last = result.back();
      const double end = std::max(last.start + last.length, bar.start + bar.length);
      if (bar.start - (last.start + last.length) <= unit &&
          end - last.start <= kLongestSeveral * unit) {
        last.length = end - last.start;
        last.attempts += bar.attempts;
        last.failed += bar.failed;
        last.kind = last.failed > 0 ? BarKind::kFailed : BarKind::kSeveral;
        continue;
      }
    }
    result.push_back(bar);
    open = is_short;
  }
  return result;
}

class GanttMaker {
 public:
  GanttMaker(const Timeline& timeline, const GanttLimits& limits)
      : timeline_(timeline), limits_(limits) {}

  Gantt make() {
    measure();
    add_lanes();
    merge_short();
    add_waits();
    for (const TimelinePause& pause : timeline_.pauses) {
      const double start = share(pause.start);
      const double length = share(pause.end) - start;
      if (length > 0) gantt_.pauses.push_back({start, length});
    }
    return std::move(gantt_);
  }

 private:
  void measure() {
    std::optional<WallTime> first;
    WallTime end = timeline_.begin;
    for (const TimelineAttempt& attempt : timeline_.attempts) {
      first = std::min(first.value_or(attempt.start), attempt.start);
      end = std::max(end, attempt.end);
    }
    for (const TimelineWait& wait : timeline_.waits) {
      first = std::min(first.value_or(wait.start), wait.start);
      end = std::max(end, wait.end);
    }
    for (const TimelinePause& pause : timeline_.pauses) end = std::max(end, pause.end);
    // The clock may have been set back: nothing is before the run's beginning.
    begin_ = std::max(first.value_or(timeline_.begin), timeline_.begin);
    gantt_.lead = begin_ - timeline_.begin;
    gantt_.length = std::max<Duration>(end - begin_, std::chrono::milliseconds{1});
  }

  [[nodiscard]] double share(WallTime at) const {
    return std::clamp(to_seconds(at - begin_) / to_seconds(gantt_.length), 0.0, 1.0);
  }

  void add_lanes() {
    const std::size_t count = std::min(timeline_.agents.size(), limits_.agents);
    gantt_.agents_left = timeline_.agents.size() - count;
    std::vector<std::size_t> by_name(count);
    std::iota(by_name.begin(), by_name.end(), std::size_t{0});
    // `w/2` before `w/10`, and all of one worker together.
    const auto key = [&](std::size_t agent) {
      const std::string& name = timeline_.agents[agent];
      const std::size_t slash = std::min(name.rfind('/'), name.size());
      return std::tuple(std::string_view(name).substr(0, slash), name.size(), name);
    };
    std::ranges::sort(by_name, [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<std::size_t> lane_of(timeline_.agents.size(), count);
    for (std::size_t lane = 0; lane < count; ++lane) {
      lane_of[by_name[lane]] = lane;
      gantt_.agents.push_back(timeline_.agents[by_name[lane]]);
    }
    gantt_.lanes.resize(count);
    for (std::size_t i = 0; i < timeline_.attempts.size(); ++i) {
      const TimelineAttempt& attempt = timeline_.attempts[i];
      const std::size_t lane = lane_of[attempt.agent];
      if (lane == count) continue;
      Bar bar;
      bar.start = share(attempt.start);
      bar.length = share(attempt.end) - bar.start;
      bar.kind = kind_of(attempt);
      bar.attempt = i;
      bar.failed = has_failed(bar.kind) ? 1 : 0;
      gantt_.lanes[lane].push_back(bar);
    }
    for (std::vector<Bar>& lane : gantt_.lanes) std::ranges::stable_sort(lane, {}, &Bar::start);
  }

  void merge_short() {
    const std::vector<std::vector<Bar>> all = gantt_.lanes;
    const auto count = [&] {
      std::size_t sum = 0;
      for (const std::vector<Bar>& lane : gantt_.lanes) sum += lane.size();
      return sum;
    };
    gantt_.bars = count();
    for (double unit = kFinestShare; gantt_.bars > limits_.bars && unit < 1; unit *= 2) {
      for (std::size_t i = 0; i < all.size(); ++i) gantt_.lanes[i] = merged(all[i], unit);
      gantt_.bars = count();
      gantt_.shortest = from_seconds(to_seconds(gantt_.length) * unit);
    }
    for (const std::vector<Bar>& lane : gantt_.lanes)
      for (const Bar& bar : lane) gantt_.merged += bar.attempts > 1 ? bar.attempts : 0;
  }

  /// The longest waits, each in the first row with room for it.
  void add_waits() {
    std::vector<std::size_t> chosen(timeline_.waits.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    std::ranges::stable_sort(chosen, std::ranges::greater{}, [&](std::size_t i) {
      return timeline_.waits[i].end - timeline_.waits[i].start;
    });
    if (chosen.size() > limits_.waits) chosen.resize(limits_.waits);
    std::size_t shown = 0;
    std::ranges::sort(chosen);
    for (const std::size_t i : chosen) {
      const double start = share(timeline_.waits[i].start);
      const WaitBar bar{start, share(timeline_.waits[i].end) - start, i};
      const auto row = std::ranges::find_if(gantt_.waits, [&](const std::vector<WaitBar>& each) {
        return each.back().start + each.back().length <= bar.start;
      });
      if (row != gantt_.waits.end()) {
        row->push_back(bar);
      } else if (gantt_.waits.size() < limits_.wait_rows) {
        gantt_.waits.push_back({bar});
      } else {
        continue;
      }
      ++shown;
    }
    gantt_.waits_left = timeline_.waits.size() - shown;
  }

  const Timeline& timeline_;
  const GanttLimits& limits_;
  WallTime begin_{};  ///< of the axis
  Gantt gantt_;
};

}  // namespace

BarKind kind_of(const TimelineAttempt& attempt) {
  if (!attempt.over || !attempt.outcome) return BarKind::kRunning;
  switch (*attempt.outcome) {
    case Outcome::kSucceeded:
      return BarKind::kSucceeded;
    case Outcome::kExit:
    case Outcome::kSignal:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
      return BarKind::kFailed;
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
      return BarKind::kWorkerLost;
    case Outcome::kCancelled:
      return BarKind::kCancelled;
    case Outcome::kTakenBack:
      return BarKind::kTakenBack;
  }
  return BarKind::kFailed;
}

Gantt make_gantt(const Timeline& timeline, const GanttLimits& limits) {
  return GanttMaker(timeline, limits).make();
}

}  // namespace headway::cli
