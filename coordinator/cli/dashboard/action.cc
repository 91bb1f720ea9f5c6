#include "coordinator/cli/dashboard/action.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string ticket_names(const TicketControl& control) {
  std::vector<std::string> names;
  for (const std::string& ticket : control.tickets) names.push_back(printable(ticket));
  return join_words(names);
}

std::string ticket_question(const TicketControl& control) {
  const std::string tickets = ticket_names(control);
  switch (control.action) {
    case TicketAction::kCancel:
      return fmt::format("Cancel {} for good?", tickets);
    case TicketAction::kRetry:
      return fmt::format("Try {} again?", tickets);
    case TicketAction::kRerun:
      return fmt::format("Run {} again, with all that was built upon it?", tickets);
    case TicketAction::kReassign:
      return fmt::format("{} {}{}?", control.restart ? "Stop" : "Give", tickets,
                         control.to.empty() ? std::string(" to any agent again")
                         : control.restart  ? fmt::format(" where it runs and begin anew on {}",
                                                          printable(control.to))
                                            : fmt::format(" to {}", printable(control.to)));
    case TicketAction::kPriority:
      return fmt::format("Set the priority of {} to {}?", tickets, printable(control.priority));
    case TicketAction::kApprove:
    case TicketAction::kReject:
      return fmt::format("{} {}{}?",
                         control.action == TicketAction::kApprove ? "Approve" : "Reject", tickets,
                         control.comment.empty() ? "" : ": " + printable(control.comment));
    case TicketAction::kSettle:
      return fmt::format("Has {} been put right by hand, or may it stay as it is?", tickets);
    case TicketAction::kRollback:
      return "Put back what the run has done?";
  }
  return {};
}

std::string ticket_done(const TicketControl& control) {
  const std::string tickets = ticket_names(control);
  switch (control.action) {
    case TicketAction::kCancel:
      return fmt::format("{} is being cancelled", tickets);
    case TicketAction::kRetry:
      return fmt::format("{} will be tried again", tickets);
    case TicketAction::kRerun:
      return fmt::format("{} will run again", tickets);
    case TicketAction::kReassign:
      return control.to.empty() ? fmt::format("{} may go to any agent", tickets)
                                : fmt::format("{} goes to {}", tickets, printable(control.to));
    case TicketAction::kPriority:
      return fmt::format("{} has priority {}", tickets, printable(control.priority));
    case TicketAction::kApprove:
      return fmt::format("{} is approved", tickets);
    case TicketAction::kReject:
      return fmt::format("{} is rejected", tickets);
    case TicketAction::kSettle:
      return fmt::format("the rollback of {} is settled", tickets);
    case TicketAction::kRollback:
      return "it is being put back";
  }
  return {};
}

/// One text for each alternative.
template <class... Cases>
struct SteeringCases : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
SteeringCases(Cases...) -> SteeringCases<Cases...>;

}  // namespace

std::string question_of(const Steering& steering) {
  return std::visit(
      SteeringCases{[](const PauseRun& pause) {
                      return fmt::format("Pause {}? What runs goes on to its end.",
                                         run_name(pause.run));
                    },
                    [](const ResumeRun& resume) {
                      return fmt::format("Let {} go on?", run_name(resume.run));
                    },
                    [](const TicketControl& control) { return ticket_question(control); }},
      steering);
}

std::string done_words(const Steering& steering) {
  return std::visit(
      SteeringCases{
          [](const PauseRun& pause) { return fmt::format("{} is paused", run_name(pause.run)); },
          [](const ResumeRun& resume) { return fmt::format("{} goes on", run_name(resume.run)); },
          [](const TicketControl& control) { return ticket_done(control); }},
      steering);
}

}  // namespace headway::cli
