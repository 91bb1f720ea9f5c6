#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/answers.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/live_area.h"

namespace headway::cli {

/// What a person sees of a run that a command stays with. Asks `answers` for what events do not
/// carry: the counts of the live area and the output of tickets that failed.
class RunView {
 public:
  RunView(Answers& answers, Environment& environment, const Attachment& attachment);

  void show_events(const std::vector<EventView>& events);
  /// Events that the person has seen elsewhere: they count, and are not printed.
  void pass_over(const std::vector<EventView>& events);
  /// Draws the live area anew, at most a few times a second.
  void refresh();
  /// A word of this command's own, above the live area.
  void say(const std::string& words);
  /// The end: counts, duration, what failed and how to look at it.
  void show_summary(const RunSummary& run);

  /// Whether there is a live area, so that somebody should come back often.
  [[nodiscard]] bool is_live() const { return live_; }

 private:
  void follow(const EventView& event);
  void print(const std::string& text);
  [[nodiscard]] std::string output_tail(const EventView& event);
  [[nodiscard]] std::string failed_tickets(RunId run);

  Answers& answers_;
  Environment& environment_;
  const Attachment& attachment_;
  LiveArea area_;
  bool live_;
  RunningTickets running_;
  Instant next_refresh_{};
  std::size_t tails_shown_ = 0;
};

}  // namespace headway::cli
