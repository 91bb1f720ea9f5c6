#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/core/doubt.h"
#include "coordinator/core/spoken.h"
#include "coordinator/diagnosis/parts.h"

/// Workers that are not heard of, that come and go, whose clocks are wrong; agents with nothing to
/// do beside tickets that wait.

namespace headway::diagnosis {

namespace {

/// Once is a reboot and twice a bad day.
constexpr std::uint32_t kFlaps = 3;
/// What a message takes counts as skew: below this it may be a coordinator that was busy.
constexpr Duration kSkew = std::chrono::seconds{5};

// ---- Silent workers

struct Held {
  std::vector<std::string> tickets;
  std::size_t in_all = 0;
  std::size_t untold = 0;         ///< of which no finding tells yet
  std::size_t only_on_proof = 0;  ///< that no expired lease frees
};

/// Of a worker that is heard: only what it may have left behind in a former life.
Held held_by(const Picture& picture, const Link& link, bool is_heard, const Telling& telling) {
  Held held;
  for (const Token token : link.held) {
    if (is_heard && !picture.core->is_widow(token)) continue;
    const Attempt& attempt = picture.state.attempts.at(token);
    const Run& run = *picture.state.find_run(attempt.run);
    ++held.in_all;
    if (held.tickets.size() < kMostNamedTickets) {
      held.tickets.push_back(run.ticket(attempt.ticket).id);
    }
    if (attempt.run != picture.run.id || !telling.is_told(attempt.ticket)) ++held.untold;
    if (run.ticket(attempt.ticket).reassign == Reassign::kOnProof) ++held.only_on_proof;
  }
  return held;
}

Finding silence(const Picture& picture, const std::string& worker, const Link& link, bool is_heard,
                const Held& held) {
  Finding finding;
  finding.kind = FindingKind::kSilentWorker;
  finding.worker = worker;
  finding.what = is_heard
                     ? fmt::format("{} was started anew; what it ran before may be alive.", worker)
                     : fmt::format("{} is not heard of.", worker);
  finding.evidence.push_back(
      is_heard         ? std::string("Nothing proves that what it ran before is dead.")
      : link.connected ? fmt::format("Its last message came {} ago; it is to send one every {}.",
                                     spoken(picture.now.steady - link.last_heard),
                                     spoken(picture.core->options().heartbeat))
                       : "It has no connection, and nothing proves that it is dead.");
  if (held.in_all > 0) {
    finding.evidence.push_back(fmt::format("It holds {}: {}.", counted(held.in_all, "ticket"),
                                           listed(held.tickets, held.in_all)));
  }
  // Its lease is the new life's, which says nothing of the former one.
  const Duration lease = is_heard ? Duration{} : link.lease_ends - picture.now.steady;
  if (held.in_all == 0) {
    finding.consequence = "Its agents get nothing.";
  } else if (held.only_on_proof > 0) {
    finding.severity = FindingSeverity::kProblem;
    finding.consequence =
        fmt::format("{} out again only when it proves that it is dead, or a person says so.",
                    held.only_on_proof == 1 ? "1 ticket goes"
                                            : fmt::format("{} tickets go", held.only_on_proof));
  } else if (lease > Duration{}) {
    finding.cost = lease;
    finding.consequence =
        fmt::format("They go out again when its lease has run out, in {}.", spoken(lease));
  } else {
    finding.consequence = "They go out again as soon as it is known to be dead.";
  }
  finding.tickets = held.tickets;
  finding.command = confirm_dead_command(worker);
  return finding;
}

// ---- Idle agents

/// Tickets that wait for one cause while agents are idle.
struct Cause {
  std::uint32_t tickets = 0;
  TicketIndex first;
};

constexpr std::size_t kKinds = static_cast<std::size_t>(Hindrance::Kind::kRunNotOpen) + 1;

/// Whether no other finding tells of those that wait for this.
bool is_told_here(Hindrance::Kind kind) {
  switch (kind) {
    case Hindrance::Kind::kAgentsBusy:
    case Hindrance::Kind::kResource:
    case Hindrance::Kind::kRoom:
    case Hindrance::Kind::kClaim:
    case Hindrance::Kind::kLimit:
      return true;
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kLock:
    case Hindrance::Kind::kRunNotOpen:
      return false;
  }
  return false;
}

std::string reason(const Picture& picture, Hindrance::Kind kind, const Cause& cause) {
  const bool one = cause.tickets == 1;
  const std::string they = one ? "1 ticket waits" : fmt::format("{} tickets wait", cause.tickets);
  switch (kind) {
    case Hindrance::Kind::kNone:
      return they + " to be handed out in a moment.";
    case Hindrance::Kind::kNoAgent:
      return they + " for agents that nobody offers.";
    case Hindrance::Kind::kAgentsBusy:
      return fmt::format("{} for agents that are busy; the idle ones may not run {}.", they,
                         one ? "it" : "them");
    case Hindrance::Kind::kLock:
      return they + " for locks.";
    case Hindrance::Kind::kResource:
      return they + " for counted resources.";
    case Hindrance::Kind::kRoom:
      return fmt::format("{} until one worker has enough of its resources free.", they);
    case Hindrance::Kind::kClaim:
      return fmt::format("{}: what {} is kept for one that was passed over too often.", they,
                         one ? "it needs" : "they need");
    case Hindrance::Kind::kLimit:
      return fmt::format("{}: {} alive, as many as max_parallel allows.", they,
                         picture.run.alive());
    case Hindrance::Kind::kRunNotOpen:
      return they + ": the run hands out nothing.";
  }
  return {};
}

/// As much more of the counted resource that is lacking as the ticket wants.
std::string resource_command(const Picture& picture, TicketIndex ticket) {
  const std::string lacking = picture.core->scheduler().hindrance({picture.run.id, ticket}).name;
  const std::map<std::string, std::int64_t> amounts = picture.run.cluster_resources();
  const auto total = amounts.find(lacking);
  if (total == amounts.end()) return {};
  const std::int64_t wanted = amount_of(picture.run.ticket(ticket), lacking);
  return fmt::format("headway adjust{} --resource {}", picture.run_word(),
                     shell_word(resource_amount({lacking, total->second + wanted})));
}

std::string command_against(const Picture& picture, Hindrance::Kind kind, const Cause& cause) {
  switch (kind) {
    case Hindrance::Kind::kLimit:
      return fmt::format("headway adjust{} --parallelism {}", picture.run_word(),
                         picture.run.alive() + std::min(picture.idle_slots, cause.tickets));
    case Hindrance::Kind::kResource:
      return resource_command(picture, cause.first);
    case Hindrance::Kind::kAgentsBusy:
    case Hindrance::Kind::kRoom:
      return picture.worker_command(cause.first);
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kLock:
    case Hindrance::Kind::kClaim:
    case Hindrance::Kind::kRunNotOpen:
      break;
  }
  return {};
}

}  // namespace

void find_silent_workers(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  for (const auto& [worker, link] : picture.core->links()) {
    const bool is_heard = link.connected && !picture.core->is_silent(link, picture.now.steady);
    const Held held = held_by(picture, link, is_heard, telling);
    if (held.in_all == 0 && (is_heard || !link.connected)) continue;
    if (held.in_all > 0 && held.untold == 0) continue;
    telling.add(silence(picture, picture.worker_name(worker), link, is_heard, held));
  }
}

void find_flapping_workers(const Picture& picture, Telling& telling) {
  for (const auto& [worker, comings] : picture.around.comings) {
    if (comings.losses < kFlaps) continue;
    Finding finding;
    finding.kind = FindingKind::kFlappingWorker;
    finding.worker = picture.worker_name(worker);
    if (finding.worker.empty()) continue;
    finding.what = fmt::format("{} comes and goes.", finding.worker);
    finding.evidence.push_back(fmt::format("Within the last {} it joined {} and was lost {}.",
                                           spoken(kComingsWindow), counted(comings.joins, "time"),
                                           counted(comings.losses, "time")));
    finding.consequence =
        "Each time what it runs is lost or waits for its lease; after three such losses a ticket "
        "counts as one that kills workers.";
    finding.command = picture.drain_command(worker);
    telling.add(std::move(finding));
  }
}

void find_clock_skew(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr) return;
  for (const auto& [worker, link] : picture.core->links()) {
    if (!link.connected || !link.clock_ahead) continue;
    const Duration apart = std::max(*link.clock_ahead, -*link.clock_ahead);
    if (apart < kSkew) continue;
    Finding finding;
    finding.kind = FindingKind::kClockSkew;
    finding.severity = FindingSeverity::kNote;
    finding.worker = picture.worker_name(worker);
    finding.what =
        fmt::format("The clock of {} is wrong, or the coordinator's is.", finding.worker);
    finding.evidence.push_back(fmt::format("It is {} {} the coordinator's.", spoken(apart),
                                           *link.clock_ahead > Duration{} ? "before" : "behind"));
    finding.consequence =
        "No deadline depends on it: leases and timeouts are counted by clocks that do not jump. "
        "Times of files that it writes are off, which programs like make go by.";
    telling.add(std::move(finding));
  }
}

void find_idle_agents(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || picture.run.state != RunState::kRunning) return;
  if (picture.idle_slots == 0) return;
  std::array<Cause, kKinds> causes{};
  std::uint32_t resting = 0;
  for (const Picture::Ready& waiting : picture.ready) {
    const Hindrance* hindrance = picture.hindrance(waiting);
    if (hindrance == nullptr) {
      ++resting;
      continue;
    }
    Cause& cause = causes[static_cast<std::size_t>(hindrance->kind)];
    if (cause.tickets++ == 0) cause.first = waiting.ticket;
  }
  Finding finding;
  finding.kind = FindingKind::kIdleAgents;
  finding.severity = FindingSeverity::kNote;
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Hindrance::Kind>(i);
    const Cause& cause = causes[i];
    if (cause.tickets == 0 || kind == Hindrance::Kind::kNone) continue;
    finding.evidence.push_back(reason(picture, kind, cause));
    finding.tickets.push_back(picture.id(cause.first));
    if (!is_told_here(kind)) continue;
    finding.severity = FindingSeverity::kWarning;
    if (cause.tickets <= most) continue;
    most = cause.tickets;
    finding.command = command_against(picture, kind, cause);
  }
  if (resting > 0) {
    finding.evidence.push_back(
        fmt::format("{} until it may be tried again.",
                    resting == 1 ? "1 ticket waits" : fmt::format("{} tickets wait", resting)));
  }
  if (finding.evidence.empty()) return;
  finding.what = fmt::format(
      "{} idle while tickets wait.",
      picture.idle_slots == 1 ? "1 agent is" : fmt::format("{} agents are", picture.idle_slots));
  finding.consequence =
      fmt::format("Each minute is {} of agents' time.", counted(picture.idle_slots, "minute"));
  telling.add(std::move(finding));
}

}  // namespace headway::diagnosis
