#include "coordinator/cli/report/timeline.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/base/states.h"

namespace headway::cli {

namespace {

class TimelineReader {
 public:
  TimelineReader(const std::vector<EventView>& events, WallTime now) : events_(events), now_(now) {}

  Timeline read() {
    if (!events_.empty()) line_.begin = events_.front().at;
    for (const EventView& event : events_) take(event);
    for (const auto& [token, place] : running_) line_.attempts[place].end = until(place);
    for (const auto& [ticket, place] : waiting_) line_.waits[place].end = now_;
    if (paused_) line_.pauses.push_back({*paused_, now_});
    return std::move(line_);
  }

 private:
  void take(const EventView& event) {
    if (event.kind == "attempt started") {
      start(event);
    } else if (event.kind == "attempt ended") {
      end(event);
    } else if (event.kind == "lock wait") {
      waiting_[event.ticket] = line_.waits.size();
      line_.waits.push_back({event.ticket, event.detail, event.at, event.at});
    } else if (event.kind == "ticket assigned" || event.kind == "ticket ended") {
      end_wait(event);
    } else if (event.kind == "run paused") {
      if (!paused_) paused_ = event.at;
    } else if (event.kind == "run resumed" || event.kind == "run ended") {
      if (paused_) line_.pauses.push_back({*paused_, event.at});
      paused_.reset();
    }
  }

  void start(const EventView& event) {
    running_[event.token] = line_.attempts.size();
    TimelineAttempt& attempt = line_.attempts.emplace_back();
    attempt.ticket = event.ticket;
    attempt.attempt = event.attempt;
    // Of an attempt that was over before its start was told, nobody knows on which slot it ran.
    attempt.agent =
        agent(event.slot == SlotId{} ? event.worker
                                     : fmt::format("{}/{}", event.worker, event.slot.number()));
    attempt.start = event.at;
    attempt.end = event.at;
  }

  void end(const EventView& event) {
    const auto found = running_.find(event.token);
    if (found == running_.end()) return;  // it never started
    TimelineAttempt& attempt = line_.attempts[found->second];
    // The wall clock may have been set back meanwhile.
    attempt.end = std::max(attempt.start, event.at);
    attempt.over = true;
    attempt.outcome = event.outcome;
    attempt.detail = event.detail;
    running_.erase(found);
  }

  void end_wait(const EventView& event) {
    const auto found = waiting_.find(event.ticket);
    if (found == waiting_.end()) return;
    TimelineWait& wait = line_.waits[found->second];
    wait.end = std::max(wait.start, event.at);
    waiting_.erase(found);
  }

  [[nodiscard]] WallTime until(std::size_t place) const {
    return std::max(line_.attempts[place].start, now_);
  }

  std::size_t agent(const std::string& name) {
    const auto [entry, is_new] = agents_.emplace(name, line_.agents.size());
    if (is_new) line_.agents.push_back(name);
    return entry->second;
  }

  const std::vector<EventView>& events_;
  WallTime now_;
  Timeline line_;
  std::map<Token, std::size_t> running_;
  std::map<std::string, std::size_t> waiting_, agents_;
  std::optional<WallTime> paused_;
};

}  // namespace

Timeline make_timeline(const std::vector<EventView>& events, WallTime now) {
  return TimelineReader(events, now).read();
}

}  // namespace headway::cli
