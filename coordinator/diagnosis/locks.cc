#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/doubt.h"
#include "coordinator/core/lock_report.h"
#include "coordinator/core/spoken.h"
#include "coordinator/diagnosis/parts.h"

/// Locks that others wait for, and locks that nobody is known to hold.

namespace headway::diagnosis {

namespace {

/// Locks looked at, those with most waiters first.
constexpr std::size_t kMostLockFindings = 100;
/// Below this a wait is what the lock is for, and no loss to speak of.
constexpr Duration kShortWait = std::chrono::seconds{10};

/// Whether no attempt holds it, but a ticket that is to be put back.
bool is_put_back(HolderState state) {
  return state == HolderState::kToBePutBack || state == HolderState::kBeingPutBack ||
         state == HolderState::kRollbackFailed;
}

/// When the last of a lock's holders is expected to let go; none where that is not known.
std::optional<Duration> held_for_yet(const Picture& picture, const LockView& lock) {
  Duration longest{};
  for (const LockHolder& holder : lock.holders) {
    if (is_put_back(holder.state)) return std::nullopt;
    const TicketIndex* ticket =
        holder.run == picture.run.id ? picture.run.graph().find(holder.ticket) : nullptr;
    if (ticket == nullptr) return std::nullopt;
    const std::optional<Duration> left = picture.expectation.left(*ticket);
    if (!left) return std::nullopt;
    longest = std::max(longest, *left);
  }
  return longest;
}

/// The first of a lock's holders that a person has to decide about; null: none of this run.
const TicketIndex* holder_in_review(const Picture& picture, const LockView& lock) {
  for (const LockHolder& holder : lock.holders) {
    const TicketIndex* ticket =
        holder.run == picture.run.id ? picture.run.graph().find(holder.ticket) : nullptr;
    if (ticket == nullptr) continue;
    if (picture.record(*ticket).state == TicketState::kReview) return ticket;
  }
  return nullptr;
}

/// What is to be known of a holder that is not simply running.
std::string state_words(HolderState state) {
  switch (state) {
    case HolderState::kAlive:
      return "";
    case HolderState::kSilent:
      return " (its worker is silent)";
    case HolderState::kOrphan:
      return " (its worker is gone, without proof that it is dead)";
    case HolderState::kValidating:
      return " (its gates or its review are open)";
    case HolderState::kToBePutBack:
    case HolderState::kBeingPutBack:
    case HolderState::kRollbackFailed:
      break;  // a sentence of their own
  }
  return "";
}

std::string holder_sentence(const Picture& picture, const LockHolder& holder) {
  if (holder.state == HolderState::kRollbackFailed) {
    return fmt::format("The rollback of {} failed: its locks stay kept until that is settled.",
                       holder.ticket);
  }
  if (is_put_back(holder.state)) {
    return fmt::format("{} is {}{}: until then nobody begins on what it changed.", holder.ticket,
                       to_text(holder.state), holder.agent.empty() ? "" : " on " + holder.agent);
  }
  const std::string since =
      holder.since ? fmt::format(" for {}", spoken(picture.now.wall - *holder.since)) : "";
  return fmt::format("{} holds it on {}{}{}.", holder.ticket, holder.agent, since,
                     state_words(holder.state));
}

/// What tells more of it, or frees it.
std::string holder_command(const Picture& picture, const LockHolder& holder) {
  const std::string run = holder.run == picture.run.id
                              ? picture.run_option()
                              : fmt::format(" --run r{}", holder.run.number());
  const std::string id = shell_word(holder.ticket);
  if (holder.state == HolderState::kRollbackFailed) {
    return fmt::format("headway ticket settle {}{}", id, run);
  }
  return fmt::format("headway {} {}{}", is_put_back(holder.state) ? "explain" : "logs", id, run);
}

/// Who waits, and since when the first of them does.
std::string waiter_sentence(const Picture& picture, const LockView& lock) {
  std::vector<std::string> names;
  Duration longest{};
  for (const LockWaiter& waiter : lock.waiters) {
    names.push_back(waiter.ticket);
    if (waiter.since) longest = std::max<Duration>(longest, picture.now.wall - *waiter.since);
  }
  const char* verb = lock.waiters_in_all == 1 ? "waits" : "wait";
  return fmt::format("{} {} for it, for {} so far.", listed(names, lock.waiters_in_all), verb,
                     spoken(longest));
}

std::vector<TicketIndex> waiters_of_run(const Picture& picture, const LockView& lock) {
  std::vector<TicketIndex> waiters;
  for (const LockWaiter& waiter : lock.waiters) {
    if (waiter.run != picture.run.id) continue;
    if (const TicketIndex* ticket = picture.run.graph().find(waiter.ticket)) {
      waiters.push_back(*ticket);
    }
  }
  return waiters;
}

void add_names(const LockView& lock, Finding& finding) {
  for (const LockHolder& holder : lock.holders) {
    if (finding.tickets.size() < kMostNamedTickets) finding.tickets.push_back(holder.ticket);
  }
  for (const LockWaiter& waiter : lock.waiters) {
    if (finding.tickets.size() < kMostNamedTickets) finding.tickets.push_back(waiter.ticket);
  }
}

/// What is known of an attempt that may be dead, and how a person ends the doubt.
void add_doubts(const Picture& picture, const LockHolder& holder, Finding& finding) {
  const Run* run = picture.state.find_run(holder.run);
  const TicketIndex* ticket = run == nullptr ? nullptr : run->graph().find(holder.ticket);
  if (ticket == nullptr) return;
  if (finding.worker.empty()) {
    finding.worker = picture.worker_name(run->tickets[ticket->index()].worker);
  }
  for (std::string& sentence : doubts(picture.state, picture.core, *run, *ticket, picture.now)) {
    finding.evidence.push_back(std::move(sentence));
  }
}

void tell_orphan(const Picture& picture, const LockView& lock, Telling& telling) {
  Finding finding;
  finding.kind = FindingKind::kOrphanedLock;
  finding.severity =
      lock.waiters_in_all > 0 ? FindingSeverity::kProblem : FindingSeverity::kWarning;
  finding.what =
      fmt::format("The lock {} is held by an attempt that is not known to be alive.", lock.name);
  for (const LockHolder& holder : lock.holders) {
    if (holder.state != HolderState::kOrphan) continue;
    finding.evidence.push_back(holder_sentence(picture, holder));
    add_doubts(picture, holder, finding);
    if (const TicketIndex* ticket = picture.run.graph().find(holder.ticket)) {
      if (holder.run == picture.run.id) telling.mark(*ticket);
    }
  }
  if (lock.waiters_in_all > 0) finding.evidence.push_back(waiter_sentence(picture, lock));
  finding.consequence =
      "It is held until its worker comes back, its lease has run out, or a person clears it.";
  finding.command = "headway locks --clear " + shell_word(lock.name);
  add_names(lock, finding);
  telling.add(std::move(finding));
}

void tell_wait(const Picture& picture, const LockView& lock, Telling& telling) {
  const std::vector<TicketIndex> waiters = waiters_of_run(picture, lock);
  const std::optional<Duration> left = held_for_yet(picture, lock);
  Finding finding;
  finding.kind = FindingKind::kLockWait;
  finding.what =
      fmt::format("{} for the lock {}.",
                  lock.waiters_in_all == 1 ? std::string("1 ticket waits")
                                           : fmt::format("{} tickets wait", lock.waiters_in_all),
                  lock.name);
  constexpr std::size_t kHoldersShown = 3;
  for (std::size_t i = 0; i < std::min(lock.holders.size(), kHoldersShown); ++i) {
    finding.evidence.push_back(holder_sentence(picture, lock.holders[i]));
  }
  if (lock.holders_in_all > kHoldersShown) {
    finding.evidence.push_back(
        fmt::format("{} hold it in all.", counted(lock.holders_in_all, "ticket")));
  }
  finding.evidence.push_back(waiter_sentence(picture, lock));
  double behind = 0;
  for (const TicketIndex waiter : waiters) behind += picture.share_of_count[waiter.index()];
  if (behind >= 1) {
    finding.evidence.push_back(fmt::format("About {} more stand{} behind those.",
                                           counted(rounded(behind), "ticket"),
                                           rounded(behind) == 1 ? "s" : ""));
  }
  finding.command = holder_command(picture, lock.holders.front());
  if (left) {
    finding.cost = bounded_duration(to_seconds(*left) * lock.waiters_in_all);
    finding.consequence = fmt::format("It is expected to be free in {}: {} of waiting in all.",
                                      spoken(*left), spoken(*finding.cost));
  } else if (const TicketIndex* reviewed = holder_in_review(picture, lock)) {
    finding.consequence =
        fmt::format("It is free once a person has decided about {}: approve it, or reject.",
                    picture.id(*reviewed));
    finding.command = picture.ticket_command("approve", *reviewed);
  } else if (is_put_back(lock.holders.front().state)) {
    finding.consequence = "It is free once that is put back.";
  } else {
    finding.consequence = "How long it will be held is not known: there is no estimate.";
  }
  if (left && *finding.cost < kShortWait) finding.severity = FindingSeverity::kNote;
  add_names(lock, finding);
  telling.add(std::move(finding));
}

}  // namespace

void find_lock_troubles(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  const LocksAnswer report =
      LockReport(*picture.core, picture.now).answer(picture.run.id, kMostLockFindings);
  for (const LockView& lock : report.locks) {
    const bool orphaned = std::ranges::any_of(lock.holders, [](const LockHolder& holder) {
      return holder.state == HolderState::kOrphan;
    });
    if (orphaned) {
      tell_orphan(picture, lock, telling);
    } else if (lock.waiters_in_all > 0) {
      tell_wait(picture, lock, telling);
    }
  }
}

}  // namespace headway::diagnosis
