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
    for (const auto& [token, place] : running_checks_) line_.checks[place].end = now_;
    for (const auto& [ticket, place] : waiting_) line_.waits[place].end = now_;
    if (paused_) line_.pauses.push_back({*paused_, now_});
    return std::move(line_);
  }

 private:
  void take(const EventView& event) {
    if (event.kind == "attempt started") {
      start(event);
    } else if (event.kind == "command ended") {
      leave_agent(event);
    } else if (event.kind == "attempt ended") {
      end(event);
    } else if (event.kind.starts_with("check ")) {
      take_check(event);
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
    attempt.agent = agent_of(event);
    attempt.start = event.at;
    attempt.end = event.at;
  }

  void leave_agent(const EventView& event) {
    const auto found = running_.find(event.token);
    if (found == running_.end()) return;
    TimelineAttempt& attempt = line_.attempts[found->second];
    attempt.end = std::max(attempt.start, event.at);
    attempt.over = true;
    attempt.outcome = Outcome::kSucceeded;
    validating_.insert(*found);
    running_.erase(found);
  }

  void end(const EventView& event) {
    if (const auto left = validating_.find(event.token); left != validating_.end()) {
      line_.attempts[left->second].outcome = event.outcome;
      line_.attempts[left->second].detail = event.detail;
      validating_.erase(left);
      return;
    }
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

  /// Those that run in their attempt's slot are part of it: they are never handed out.
  void take_check(const EventView& event) {
    if (event.kind == "check assigned") {
      const std::string of = event.ticket.empty() ? "" : event.ticket + ": ";
      check_names_[event.token] = event.check == "rollback"
                                      ? of + event.check
                                      : fmt::format("{}{} '{}'", of, event.check, event.detail);
    } else if (event.kind == "check started") {
      running_checks_[event.token] = line_.checks.size();
      TimelineCheck& check = line_.checks.emplace_back();
      check.what = check_names_[event.token];
      check.agent = agent_of(event);
      check.start = check.end = event.at;
    } else if (const auto found = running_checks_.find(event.token);
               found != running_checks_.end()) {
      TimelineCheck& check = line_.checks[found->second];
      check.end = std::max(check.start, event.at);
      check.over = true;
      check.outcome = event.outcome;
      check.detail = event.detail;
      running_checks_.erase(found);
    }
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

  /// Of what was over before its start was told, nobody knows on which slot it ran.
  std::size_t agent_of(const EventView& event) {
    return agent(event.slot == SlotId{} ? event.worker
                                        : fmt::format("{}/{}", event.worker, event.slot.number()));
  }

  std::size_t agent(const std::string& name) {
    const auto [entry, is_new] = agents_.emplace(name, line_.agents.size());
    if (is_new) line_.agents.push_back(name);
    return entry->second;
  }

  const std::vector<EventView>& events_;
  WallTime now_;
  Timeline line_;
  std::map<Token, std::size_t> running_, validating_, running_checks_;
  std::map<Token, std::string> check_names_;
  std::map<std::string, std::size_t> waiting_, agents_;
  std::optional<WallTime> paused_;
};

}  // namespace

Timeline make_timeline(const std::vector<EventView>& events, WallTime now) {
  return TimelineReader(events, now).read();
}

}  // namespace headway::cli
