#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/base/enum_text.h"
#include "coordinator/core/check_order.h"
#include "coordinator/core/reopening.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/verdict.h"
#include "coordinator/core/watch.h"
#include "coordinator/diagnosis/parts.h"

/// Tickets that do not get on: failed for good, runnable by nobody, passed over.

namespace headway::diagnosis {

namespace {

/// Failures told one by one; the rest of them in one finding.
constexpr std::size_t kMostFailures = 50;
/// Bytes of what an attempt's end says for people; the rest is in its output.
constexpr std::size_t kMostDetail = 300;
/// Groups of tickets that lack the same: each is a pass over the graph.
constexpr std::size_t kMostLacking = 20;

/// A wait is not called starvation before it is this long, and this many times the mean wait of
/// those that were started: a queue has a last one.
constexpr Duration kStarvedAfter = std::chrono::minutes{1};
constexpr double kStarvedTimes = 5;
/// Nor before so many that became ready later were started first: a few are chance.
constexpr std::size_t kFewestOvertaking = 10;
/// Tickets looked at, those that have waited longest: each is a pass over the tickets.
constexpr std::size_t kMostStarving = 20;

// ---- Failures

std::string ending(const TicketRecord& record) {
  std::string how(record.outcome ? to_text(*record.outcome) : std::string_view{"unknown"});
  if (record.exit_code && *record.exit_code != 0) how += fmt::format(" {}", *record.exit_code);
  return how;
}

/// On how many workers its attempts failed.
std::uint32_t workers_failed_on(const Run& run, TicketIndex ticket) {
  const auto first = run.failures.lower_bound({ticket, WorkerId{}});
  std::uint32_t count = 0;
  for (auto each = first; each != run.failures.end() && each->first.first == ticket; ++each) {
    ++count;
  }
  return count;
}

bool failed_to_be_put_back(const Picture& picture) {
  const std::vector<TicketIndex>& line = picture.run.rollbacks;
  return !line.empty() && picture.record(line.front()).rollback == RollbackState::kFailed;
}

std::string consequence_of_failure(const Picture& picture, TicketIndex ticket) {
  const std::uint32_t behind = count_behind(picture.run, ticket, kMostBehind);
  const std::uint32_t aborted = picture.run.count_planned(TicketState::kAborted);
  if (aborted > behind && failure_that_ended_it(picture.run) == ticket) {
    return fmt::format("The run ends with it (fail_fast): {} not run.",
                       aborted == 1 ? "1 ticket does" : fmt::format("{} tickets do", aborted));
  }
  if (behind == 0) return "Nothing waits for it, but the run will not have succeeded.";
  return fmt::format("{}{} that depend{} on it will not run.",
                     behind == kMostBehind ? "At least " : "", counted(behind, "ticket"),
                     behind == 1 ? "s" : "");
}

void tell_failure(const Picture& picture, TicketIndex ticket, Telling& telling) {
  const TicketRecord& record = picture.record(ticket);
  Finding finding;
  const bool never_ran = record.outcome == Outcome::kRequirement;
  finding.kind = never_ran ? FindingKind::kRequirement : FindingKind::kFailure;
  finding.severity = FindingSeverity::kProblem;
  finding.what =
      never_ran
          ? fmt::format("{} failed for good: what it requires does not hold.", picture.id(ticket))
          : fmt::format("{} failed for good: {}.", picture.id(ticket), ending(record));
  finding.evidence.push_back(fmt::format("{}, the last on {} for {}.",
                                         counted(record.attempts, "attempt"), picture.agent(ticket),
                                         spoken(record.elapsed)));
  if (const std::uint32_t workers = workers_failed_on(picture.run, ticket); workers > 1) {
    finding.evidence.push_back(
        fmt::format("It failed on {}: the fault is its own.", counted(workers, "worker")));
  }
  if (!record.detail.empty()) finding.evidence.push_back(record.detail.substr(0, kMostDetail));
  if (!was_rejected(picture.run, ticket)) {
    finding.evidence.push_back("Its output: " + picture.logs_command(ticket));
  }
  if (std::string dropped = dropped_retries(picture.run, ticket); !dropped.empty()) {
    finding.evidence.push_back(std::move(dropped));
  }
  finding.consequence = consequence_of_failure(picture, ticket);
  if (const std::string remedy = input_remedy(record); !remedy.empty()) {
    finding.consequence += " " + remedy;
  }
  finding.tickets = {picture.id(ticket)};
  finding.worker = picture.worker_name(record.worker);
  finding.command = retry_command(picture.run, ticket);
  if (!finding.command.empty()) {
    finding.command += picture.run_option();
  } else if (failed_to_be_put_back(picture)) {
    finding.consequence += " It can be retried once the rollback that failed is settled.";
  }
  telling.mark(ticket);
  telling.add(std::move(finding));
}

// ---- Lacking

struct Lacking {
  std::vector<TicketIndex> tickets;
  std::uint32_t ready = 0;
};

std::int64_t most_wanted(const Picture& picture, std::span<const TicketIndex> tickets,
                         const std::string& resource) {
  std::int64_t most = 0;
  for (const TicketIndex ticket : tickets) {
    most = std::max(most, amount_of(picture.run.ticket(ticket), resource));
  }
  return most;
}

void tell_lacking(const Picture& picture, const std::string& missing, const Lacking& lacking,
                  Telling& telling) {
  const std::size_t count = lacking.tickets.size();
  Finding finding;
  finding.kind = FindingKind::kUnservable;
  finding.severity = FindingSeverity::kProblem;
  finding.what = fmt::format("No joined worker offers {}: {} can never run.", missing,
                             counted(count, "ticket"));
  finding.evidence.push_back(fmt::format("{} of them {} ready: {}.", lacking.ready,
                                         lacking.ready == 1 ? "is" : "are",
                                         listed(names_of(picture, lacking.tickets), count)));
  if (const std::uint32_t behind = picture.held_up_by(lacking.tickets); behind > 0) {
    finding.evidence.push_back(fmt::format("{} more wait{} for these.", counted(behind, "ticket"),
                                           behind == 1 ? "s" : ""));
  }
  finding.consequence = "The run does not end until somebody offers it.";
  finding.tickets = names_of(picture, lacking.tickets);
  // Those of one group lack the same: who can run the first can run most of them.
  finding.command = picture.worker_command(lacking.tickets.front());
  if (missing.ends_with("given to")) {
    finding.what = fmt::format("{} wait for {}.", counted(count, "ticket"), missing);
    finding.consequence = "They go nowhere else, and the run does not end without them.";
    finding.command =
        fmt::format("headway ticket reassign {} --to any{}",
                    shell_word(picture.id(lacking.tickets.front())), picture.run_option());
  } else if (const auto total = counted_resource(picture.run, missing)) {
    finding.what =
        fmt::format("There is never {}: {} can never run.", missing, counted(count, "ticket"));
    finding.consequence = "The run does not end until there is more of it.";
    finding.command = fmt::format(
        "headway adjust{} --resource {}", picture.run_word(),
        shell_word(resource_amount({*total, most_wanted(picture, lacking.tickets, *total)})));
  }
  telling.add(std::move(finding));
}

// ---- Starvation

/// When a ticket that was started could have been, and when it was; of first attempts.
struct Turn {
  WallTime ready{};
  WallTime started{};
};

std::vector<Turn> turns_of(const Picture& picture) {
  std::vector<Turn> turns;
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    const TicketRecord& record = picture.run.tickets[i];
    if (record.started_at == WallTime{} || record.attempts != 1) continue;
    turns.push_back({picture.first_ready(TicketIndex{i}), record.started_at});
  }
  return turns;
}

Duration mean_wait(const std::vector<Turn>& turns) {
  double seconds = 0;
  for (const Turn& turn : turns) {
    seconds += to_seconds(std::max<Duration>(turn.started - turn.ready, Duration{}));
  }
  return turns.empty() ? Duration{} : bounded_duration(seconds / static_cast<double>(turns.size()));
}

/// Whether its waiting has a finding of its own, or none is needed.
bool is_told_otherwise(const Hindrance* hindrance) {
  if (hindrance == nullptr) return true;
  switch (hindrance->kind) {
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kRunNotOpen:
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kLock:
      return true;
    case Hindrance::Kind::kAgentsBusy:
    case Hindrance::Kind::kResource:
    case Hindrance::Kind::kRoom:
    case Hindrance::Kind::kClaim:
    case Hindrance::Kind::kLimit:
      return false;
  }
  return false;
}

std::string cause_of_starving(const Hindrance& hindrance) {
  switch (hindrance.kind) {
    case Hindrance::Kind::kAgentsBusy:
      return "Every agent that may run it is busy whenever it is looked at.";
    case Hindrance::Kind::kResource:
      return fmt::format("It waits for the resource {}, which others take first.", hindrance.name);
    case Hindrance::Kind::kRoom:
      return "It needs more of a worker's resources than are ever free at once.";
    case Hindrance::Kind::kLimit:
      return "The run has as many tickets alive as max_parallel allows.";
    case Hindrance::Kind::kClaim:
      return "What it needs is kept for another ticket that was passed over too often.";
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kLock:
    case Hindrance::Kind::kRunNotOpen:
      break;
  }
  return {};
}

}  // namespace

void find_failures(const Picture& picture, Telling& telling) {
  std::vector<TicketIndex> failed = picture.failed;
  std::ranges::stable_sort(failed, std::greater{}, [&](TicketIndex ticket) {
    return picture.share_of_count[ticket.index()];
  });
  const std::size_t told = std::min(failed.size(), kMostFailures);
  for (std::size_t i = 0; i < told; ++i) tell_failure(picture, failed[i], telling);
  for (const TicketIndex ticket : failed) {
    telling.failures_explained += picture.record(ticket).retries_used;
  }
  if (failed.size() == told) return;
  const std::span<const TicketIndex> rest = std::span(failed).subspan(told);
  Finding finding;
  finding.kind = FindingKind::kFailure;
  finding.severity = FindingSeverity::kProblem;
  finding.what = fmt::format("{} more failed for good.", counted(rest.size(), "ticket"));
  finding.evidence.push_back(listed(names_of(picture, rest), rest.size()) + ".");
  finding.consequence = "No more waits for any of them than for those above.";
  finding.tickets = names_of(picture, rest);
  if (!past_steering(picture.run) && !being_put_back(picture.run)) {
    finding.command = "headway ticket retry --failed" + picture.run_option();
  }
  telling.add(std::move(finding));
}

void find_unservable(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  const Scheduler& scheduler = picture.core->scheduler();
  if (scheduler.slots() == 0) return;  // said of the whole run
  std::map<std::string, Lacking> by_missing;
  std::map<std::uint32_t, std::string> missing_by_demand;
  std::vector<bool> servable;
  std::vector<bool> looked_at;
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    const TicketState state = picture.record(ticket).state;
    if (state != TicketState::kWaiting && state != TicketState::kReady) continue;
    const std::uint32_t demand = scheduler.demand({picture.run.id, ticket});
    if (demand >= looked_at.size()) {
      looked_at.resize(demand + 1);
      servable.resize(demand + 1);
    }
    if (!looked_at[demand]) {
      looked_at[demand] = true;
      std::string missing;
      servable[demand] = scheduler.servable({picture.run.id, ticket}, &missing);
      if (!servable[demand]) missing_by_demand[demand] = missing;
    }
    if (servable[demand]) continue;
    Lacking& lacking = by_missing[missing_by_demand.at(demand)];
    lacking.tickets.push_back(ticket);
    if (state == TicketState::kReady) ++lacking.ready;
  }
  std::size_t told = 0;
  for (const auto& [missing, lacking] : by_missing) {
    if (told++ == kMostLacking) break;
    tell_lacking(picture, missing, lacking, telling);
    for (const TicketIndex ticket : lacking.tickets) telling.mark(ticket);
  }
}

void find_starvation(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  const std::vector<Turn> turns = turns_of(picture);
  const Duration usual = mean_wait(turns);
  const Duration least =
      std::max(kStarvedAfter, bounded_duration(to_seconds(usual) * kStarvedTimes));
  std::vector<Picture::Ready> waiting;
  for (const Picture::Ready& each : picture.ready) {
    if (picture.now.wall - each.since < least) continue;
    if (!is_told_otherwise(picture.hindrance(each))) waiting.push_back(each);
  }
  std::ranges::stable_sort(waiting, {}, &Picture::Ready::since);
  if (waiting.size() > kMostStarving) waiting.resize(kMostStarving);
  for (const Picture::Ready& each : waiting) {
    const auto overtaken_by =
        static_cast<std::size_t>(std::ranges::count_if(turns, [&](const Turn& turn) {
          return turn.ready > each.since && turn.started > each.since;
        }));
    if (overtaken_by < kFewestOvertaking) continue;
    const Duration waited = picture.now.wall - each.since;
    Finding finding;
    finding.kind = FindingKind::kStarvation;
    finding.what = fmt::format("{} has been ready for {} and does not get its turn.",
                               picture.id(each.ticket), spoken(waited));
    finding.evidence.push_back(fmt::format("{} that became ready later were started before it.",
                                           counted(overtaken_by, "ticket")));
    finding.evidence.push_back(
        fmt::format("Tickets of this run waited {} for their turn on average.", spoken(usual)));
    finding.evidence.push_back(cause_of_starving(*picture.hindrance(each)));
    finding.cost = waited - usual;
    const std::uint32_t behind = count_behind(picture.run, each.ticket, kMostBehind);
    finding.consequence =
        fmt::format("It starts {} later than its like so far.{}{}", spoken(*finding.cost),
                    behind > 0 ? " " : "", behind_sentence(behind));
    finding.tickets = {picture.id(each.ticket)};
    finding.command = picture.priority_command(each.ticket);
    telling.mark(each.ticket);
    telling.add(std::move(finding));
  }
}

}  // namespace headway::diagnosis
