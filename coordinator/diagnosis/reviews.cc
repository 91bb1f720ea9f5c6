#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/chains_behind.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/watch.h"
#include "coordinator/diagnosis/parts.h"

/// What only a person can end: reviews that are open, rollbacks that failed.

namespace headway::diagnosis {

namespace {

std::string steering_command(const Picture& picture, std::string_view action, TicketIndex ticket) {
  return fmt::format("headway ticket {} {}{}", action, shell_word(picture.id(ticket)),
                     picture.run_option());
}

std::string locks_sentence(const Picture& picture, TicketIndex ticket) {
  std::vector<std::string> names;
  for (const LockRequest& lock : picture.run.ticket(ticket).locks) names.push_back(lock.name);
  if (names.empty()) return {};
  return fmt::format("It keeps its {}: {}.", names.size() == 1 ? "lock" : "locks",
                     listed(names, names.size()));
}

void tell_review(const Picture& picture, TicketIndex ticket, Duration behind, Telling& telling) {
  const Run& run = picture.run;
  const ValidationRecord& validation = run.validations.at(ticket);
  const Gate& gate = run.ticket(ticket).gates[*validation.review - 1];
  const std::uint32_t waiting = count_behind(run, ticket, kMostBehind);
  Finding finding;
  finding.kind = FindingKind::kReview;
  const bool all_wait = picture.alive.size() == run.count(TicketState::kReview) &&
                        picture.ready.empty() && run.due.empty();
  finding.severity = all_wait ? FindingSeverity::kProblem : FindingSeverity::kWarning;
  finding.what = fmt::format("{} waits for a person: {}.", picture.id(ticket),
                             gate_words(run.ticket(ticket), *validation.review));
  finding.evidence.push_back(fmt::format(
      "It has been in review for {}.",
      spoken(std::max<Duration>(picture.now.wall - validation.review_since, Duration{}))));
  if (validation.review_ends != WallTime{}) {
    finding.evidence.push_back(fmt::format(
        "If nobody decides, it counts as {} in {}.",
        gate.on_timeout == OnReviewTimeout::kApprove ? "approved" : "rejected",
        spoken(std::max<Duration>(validation.review_ends - picture.now.wall, Duration{}))));
  }
  if (std::string locks = locks_sentence(picture, ticket); !locks.empty()) {
    finding.evidence.push_back(std::move(locks));
  }
  finding.consequence = "The run does not end before it is decided.";
  if (waiting > 0) {
    finding.consequence =
        fmt::format("{}{} wait{} for it{}.", waiting == kMostBehind ? "At least " : "",
                    counted(waiting, "ticket"), waiting == 1 ? "s" : "",
                    behind > Duration{}
                        ? fmt::format(", and the longest chain of them takes {}", spoken(behind))
                        : "");
  }
  if (behind > Duration{}) finding.cost = behind;
  finding.tickets = {picture.id(ticket)};
  finding.command = steering_command(picture, "approve", ticket);
  telling.mark(ticket);
  telling.add(std::move(finding));
}

}  // namespace

void find_reviews(const Picture& picture, Telling& telling) {
  if (picture.run.count(TicketState::kReview) == 0) return;
  const std::vector<double> behind = chains_behind(picture.run, picture.expectation);
  for (const TicketIndex ticket : picture.alive) {
    if (picture.record(ticket).state != TicketState::kReview) continue;
    tell_review(picture, ticket, bounded_duration(behind[ticket.index()]), telling);
  }
}

/// The first in line is the one that failed, and the rest of the line waits for it.
void find_failed_rollbacks(const Picture& picture, Telling& telling) {
  const Run& run = picture.run;
  if (run.rollbacks.empty()) return;
  const TicketIndex ticket = run.rollbacks.front();
  if (picture.record(ticket).rollback != RollbackState::kFailed) return;
  Finding finding;
  finding.kind = FindingKind::kRollbackFailed;
  finding.severity = FindingSeverity::kProblem;
  finding.what =
      fmt::format("The rollback of {} failed: it may be half put back.", picture.id(ticket));
  finding.evidence.push_back(fmt::format("What it said: headway logs {} --check rollback{}",
                                         shell_word(picture.id(ticket)), picture.run_option()));
  if (std::string locks = locks_sentence(picture, ticket); !locks.empty()) {
    finding.evidence.push_back(std::move(locks));
  }
  const std::span<const TicketIndex> rest = std::span(run.rollbacks).subspan(1);
  if (!rest.empty()) {
    finding.evidence.push_back(
        fmt::format("{} to be put back after it: {}.",
                    rest.size() == 1 ? "1 more is" : fmt::format("{} more are", rest.size()),
                    listed(names_of(picture, rest), rest.size())));
  }
  finding.consequence =
      "Nothing else is put back and nothing that needs its locks starts before a person has put "
      "it right, or let it be, and settled it.";
  finding.tickets = {picture.id(ticket)};
  finding.worker = picture.worker_name(picture.record(ticket).worker);
  finding.command = steering_command(picture, "settle", ticket);
  telling.add(std::move(finding));
}

}  // namespace headway::diagnosis
