#include "coordinator/cli/report/html/standing.h"

namespace headway::cli {

Standing standing_of(TicketState state) {
  switch (state) {
    case TicketState::kWaiting:
    case TicketState::kReady:
      return Standing::kWaiting;
    case TicketState::kAssigned:
    case TicketState::kRunning:
    case TicketState::kValidating:
    case TicketState::kReview:
      return Standing::kActive;
    case TicketState::kSucceeded:
      return Standing::kSucceeded;
    case TicketState::kFailed:
      return Standing::kFailed;
    case TicketState::kAborted:
    case TicketState::kCancelled:
    case TicketState::kUndone:
      return Standing::kNotRun;
  }
  return Standing::kWaiting;
}

std::string_view class_of(Standing standing) {
  switch (standing) {
    case Standing::kWaiting:
      return "idle";
    case Standing::kActive:
      return "run";
    case Standing::kSucceeded:
      return "ok";
    case Standing::kFailed:
      return "bad";
    case Standing::kNotRun:
      return "gone";
  }
  return {};
}

int urgency(TicketState state) {
  switch (state) {
    case TicketState::kFailed:
      return 0;
    case TicketState::kReview:
      return 1;
    case TicketState::kAssigned:
    case TicketState::kRunning:
    case TicketState::kValidating:
      return 2;
    case TicketState::kAborted:
    case TicketState::kCancelled:
      return 3;
    case TicketState::kReady:
      return 4;
    case TicketState::kWaiting:
      return 5;
    case TicketState::kUndone:
      return 6;
    case TicketState::kSucceeded:
      return 7;
  }
  return 7;
}

}  // namespace headway::cli
