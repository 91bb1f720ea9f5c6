#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "coordinator/core/chains_behind.h"
#include "coordinator/core/lock_report.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/watch.h"
#include "coordinator/diagnosis/parts.h"

/// What only a person can end: reviews that are open, rollbacks that failed.

namespace headway::diagnosis {

namespace {

std::string locks_sentence(const Picture& picture, TicketIndex ticket) {
  std::vector<std::string> names;
  for (const LockRequest& lock : picture.run.ticket(ticket).locks) names.push_back(lock.name);
  if (names.empty()) return {};
  return fmt::format("It keeps its {}: {}.", names.size() == 1 ? "lock" : "locks",
                     listed(names, names.size()));
}

/// What stands behind a review.
struct Behind {
  std::vector<std::string> names;  ///< of the nearest
  std::uint32_t in_all = 0;        ///< no more than kMostBehind that depend on it
  Duration chain{};                ///< that is the longest of those that depend on it
};

/// What depends on the ticket, and what waits for the locks that it keeps. `locks` is null where no
/// coordinator is alive.
Behind behind_review(const Picture& picture, TicketIndex ticket, const LockReport* locks) {
  const Run& run = picture.run;
  Behind behind;
  behind.in_all = count_behind(run, ticket, kMostBehind);
  for (const Edge edge : run.graph().dependents(ticket)) {
    const bool waits = picture.record(edge.ticket).state == TicketState::kWaiting;
    if (behind.names.size() == kMostNamedTickets) break;
    if (waits && edge.kind != EdgeKind::kSoft) behind.names.push_back(picture.id(edge.ticket));
  }
  if (locks == nullptr) return behind;
  for (const LockUse use : picture.core->scheduler().locks_of({run.id, ticket})) {
    const auto line = locks->lines().find(use.lock);
    if (line == locks->lines().end()) continue;
    behind.in_all += line->second.in_all;
    for (const AttemptRef waiter : line->second.first) {
      const Run& other = *picture.state.find_run(waiter.run);
      behind.names.push_back(other.ticket(waiter.ticket).id);
      if (waiter.run != run.id) behind.names.back() += " of " + run_name(waiter.run);
    }
  }
  return behind;
}

void tell_review(const Picture& picture, TicketIndex ticket, const Behind& behind,
                 Telling& telling) {
  const Run& run = picture.run;
  const ValidationRecord& validation = run.validations.at(ticket);
  const Gate& gate = run.ticket(ticket).gates[*validation.review - 1];
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
  if (behind.in_all > 0) {
    finding.evidence.push_back(fmt::format("Behind it: {}.", listed(behind.names, behind.in_all)));
    finding.consequence = fmt::format(
        "{}{} wait{} for it{}.", behind.in_all >= kMostBehind ? "At least " : "",
        counted(behind.in_all, "ticket"), behind.in_all == 1 ? "s" : "",
        behind.chain > Duration{}
            ? fmt::format(", and the longest chain of them takes {}", spoken(behind.chain))
            : "");
  }
  if (behind.chain > Duration{}) finding.cost = behind.chain;
  finding.tickets = {picture.id(ticket)};
  finding.command = picture.ticket_command("approve", ticket);
  telling.mark(ticket);
  telling.add(std::move(finding));
}

}  // namespace

void find_reviews(const Picture& picture, Telling& telling) {
  if (picture.run.count(TicketState::kReview) == 0) return;
  const std::vector<double> chains = chains_behind(picture.run, picture.expectation);
  std::optional<LockReport> locks;
  if (picture.core != nullptr) locks.emplace(*picture.core, picture.now);
  for (const TicketIndex ticket : picture.alive) {
    if (picture.record(ticket).state != TicketState::kReview) continue;
    Behind behind = behind_review(picture, ticket, locks ? &*locks : nullptr);
    behind.chain = bounded_duration(chains[ticket.index()]);
    tell_review(picture, ticket, behind, telling);
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
  finding.command = picture.ticket_command("settle", ticket);
  telling.add(std::move(finding));
}

}  // namespace headway::diagnosis
