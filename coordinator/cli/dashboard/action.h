#pragma once

#include <string>
#include <variant>

#include "common/messages/control_messages.h"

/// What a person wants done beyond looking elsewhere on the screen.

namespace headway::cli {

struct PauseRun {
  RunId run;
  friend bool operator==(const PauseRun&, const PauseRun&) = default;
};
struct ResumeRun {
  RunId run;
  friend bool operator==(const ResumeRun&, const ResumeRun&) = default;
};

/// A change of the run's course; each was confirmed.
using Steering = std::variant<PauseRun, ResumeRun, TicketControl>;

struct QuitDashboard {
  friend bool operator==(const QuitDashboard&, const QuitDashboard&) = default;
};
/// The screen is to be drawn anew, from a new picture.
struct RefreshNow {
  friend bool operator==(const RefreshNow&, const RefreshNow&) = default;
};

using Action = std::variant<QuitDashboard, RefreshNow, Steering>;

/// The question before a change: `Cancel MOD-012?`.
std::string question_of(const Steering& steering);
/// What is told once it is done: `MOD-012 is cancelled`.
std::string done_words(const Steering& steering);

}  // namespace headway::cli
