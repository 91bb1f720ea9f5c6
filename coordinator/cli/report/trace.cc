#include "coordinator/cli/report/trace.h"

#include <fmt/format.h>

namespace headway::cli {

namespace {

constexpr int kAgents = 1;
constexpr int kLocks = 2;
/// Of a lane for the whole run among the agents.
constexpr std::size_t kRunLane = 0;

class TraceWriter {
 public:
  TraceWriter(const std::string& run, const Timeline& timeline) : run_(run), timeline_(timeline) {}

  Json write() {
    name("process_name", kAgents, kRunLane, run_ + " agents");
    name("process_name", kLocks, 0, run_ + " lock waits");
    name("thread_name", kAgents, kRunLane, "run");
    for (std::size_t i = 0; i < timeline_.agents.size(); ++i)
      name("thread_name", kAgents, i + 1, timeline_.agents[i]);
    for (const TimelinePause& pause : timeline_.pauses)
      slice("paused", "pause", kRunLane, pause.start, pause.end, Json::object());
    for (const TimelineAttempt& attempt : timeline_.attempts) write(attempt);
    for (const TimelineCheck& check : timeline_.checks) write(check);
    for (std::size_t i = 0; i < timeline_.waits.size(); ++i) write(timeline_.waits[i], i + 1);
    return {{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events_)}};
  }

 private:
  [[nodiscard]] std::int64_t micros(WallTime at) const {
    return std::chrono::duration_cast<std::chrono::microseconds>(at - timeline_.begin).count();
  }

  void name(const char* what, int process, std::size_t lane, const std::string& text) {
    events_.push_back(
        {{"ph", "M"}, {"name", what}, {"pid", process}, {"tid", lane}, {"args", {{"name", text}}}});
  }

  void slice(const std::string& text, const char* category, std::size_t lane, WallTime start,
             WallTime end, Json arguments) {
    events_.push_back({{"ph", "X"},
                       {"name", text},
                       {"cat", category},
                       {"pid", kAgents},
                       {"tid", lane},
                       {"ts", micros(start)},
                       {"dur", micros(end) - micros(start)},
                       {"args", std::move(arguments)}});
  }

  void write(const TimelineAttempt& attempt) {
    Json arguments = {{"attempt", attempt.attempt}};
    if (attempt.outcome) arguments["outcome"] = to_text(*attempt.outcome);
    if (!attempt.over) arguments["outcome"] = "still running";
    if (!attempt.detail.empty()) arguments["detail"] = attempt.detail;
    const bool failed = attempt.over && attempt.outcome != Outcome::kSucceeded;
    slice(attempt.ticket, failed ? "failed" : "ticket", attempt.agent + 1, attempt.start,
          attempt.end, std::move(arguments));
  }

  void write(const TimelineCheck& check) {
    Json arguments = {{"outcome", check.outcome ? to_text(*check.outcome) : "still running"}};
    if (!check.detail.empty()) arguments["detail"] = check.detail;
    const bool failed = check.over && check.outcome != Outcome::kSucceeded;
    slice(check.what, failed ? "failed check" : "check", check.agent + 1, check.start, check.end,
          std::move(arguments));
  }

  /// Waits overlap: as nestable asynchronous events each gets a lane.
  void write(const TimelineWait& wait, std::size_t number) {
    const auto event = [&](const char* phase, WallTime at) {
      events_.push_back({{"ph", phase},
                         {"name", fmt::format("{} waits for {}", wait.ticket, wait.lock)},
                         {"cat", "lock wait"},
                         {"id", number},
                         {"pid", kLocks},
                         {"tid", 0},
                         {"ts", micros(at)}});
    };
    event("b", wait.start);
    event("e", wait.end);
  }

  const std::string& run_;
  const Timeline& timeline_;
  Json events_ = Json::array();
};

}  // namespace

Json trace_json(const std::string& run, const Timeline& timeline) {
  return TraceWriter(run, timeline).write();
}

}  // namespace headway::cli
