#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"
#include "coordinator/diagnosis/parts.h"

/// Attempts that fail, and whose fault it is: the ticket's, the worker's, or everybody's. By the
/// tallies that a run keeps of its failed attempts (Run::failures), so that nothing is read from
/// the journal.

namespace headway::diagnosis {

namespace {

/// Fewer tickets say more about themselves than about a worker.
constexpr std::size_t kFewestTickets = 3;
/// Of the tickets that failed on a worker, such a share must have done well elsewhere.
constexpr double kWellElsewhere = 0.5;
/// A ticket that failed on two workers, where others do well, fails by itself.
constexpr std::size_t kFewestWorkers = 2;
/// A worker is slow where its like need so much less time: below, machines differ by their make.
constexpr double kSlowTimes = 1.5;
/// Retries are meant for now and then: so many, and such a share of the agents' time for attempts
/// that failed, is more.
constexpr std::uint32_t kStormRetries = 10;
constexpr double kStormShare = 0.2;

/// Whether a ticket succeeded on another worker than this.
bool did_well_elsewhere(const Picture& picture, TicketIndex ticket, WorkerId worker) {
  const TicketRecord& record = picture.record(ticket);
  return record.state == TicketState::kSucceeded && record.worker != worker;
}

/// How many tickets each worker has made succeed in this run.
std::map<WorkerId, std::uint32_t> successes(const Picture& picture) {
  std::map<WorkerId, std::uint32_t> done;
  for (const TicketRecord& record : picture.run.tickets) {
    if (record.state == TicketState::kSucceeded && record.attempts > 0) ++done[record.worker];
  }
  return done;
}

/// Whether there is a coordinator that has it, and could let it leave.
bool is_joined(const Picture& picture, WorkerId worker) {
  if (picture.core == nullptr) return false;
  const auto known = picture.state.workers.find(worker);
  return known != picture.state.workers.end() && known->second.joined;
}

/// What a worker's tickets took that can be compared, and what others would have needed for them.
struct Comparison {
  std::uint32_t tickets = 0;
  double took_seconds = 0;
  double others_seconds = 0;
};

/// Of one category: tickets that had an estimate by what the others' estimates were worth, those
/// without one by what the others' took that had none either. What fewer of the others' would have
/// to tell is left out.
void compare(const Expectation::Like& own, const Expectation::Like& all, Comparison& comparison) {
  const std::uint32_t others_estimated = all.with_estimate - own.with_estimate;
  const Duration estimated = all.estimated - own.estimated;
  if (others_estimated >= kFewestTickets && own.estimated > Duration{} && estimated > Duration{}) {
    const double pace = to_seconds(all.estimated_took - own.estimated_took) / to_seconds(estimated);
    comparison.tickets += own.with_estimate;
    comparison.took_seconds += to_seconds(own.estimated_took);
    comparison.others_seconds += pace * to_seconds(own.estimated);
  }
  const std::uint32_t own_plain = own.count - own.with_estimate;
  const std::uint32_t others_plain = all.count - all.with_estimate - own_plain;
  if (own_plain == 0 || others_plain < kFewestTickets) return;
  const Duration own_took = own.took - own.estimated_took;
  const Duration others_took = all.took - all.estimated_took - own_took;
  comparison.tickets += own_plain;
  comparison.took_seconds += to_seconds(own_took);
  comparison.others_seconds += to_seconds(others_took) / others_plain * own_plain;
}

}  // namespace

void find_bad_workers(const Picture& picture, Telling& telling) {
  struct Failures {
    std::vector<TicketIndex> tickets;
    std::uint32_t attempts = 0;
    std::size_t well_elsewhere = 0;
  };
  std::map<WorkerId, Failures> by_worker;
  for (const auto& [where, count] : picture.run.failures) {
    Failures& failures = by_worker[where.second];
    failures.tickets.push_back(where.first);
    failures.attempts += count;
    if (did_well_elsewhere(picture, where.first, where.second)) ++failures.well_elsewhere;
  }
  const std::map<WorkerId, std::uint32_t> done = successes(picture);
  for (const auto& [worker, failures] : by_worker) {
    const std::size_t count = failures.tickets.size();
    if (failures.well_elsewhere < kFewestTickets) continue;
    if (static_cast<double>(failures.well_elsewhere) <
        kWellElsewhere * static_cast<double>(count)) {
      continue;
    }
    const auto succeeded = done.find(worker);
    Finding finding;
    finding.kind = FindingKind::kBadWorker;
    finding.severity =
        is_joined(picture, worker) ? FindingSeverity::kWarning : FindingSeverity::kNote;
    finding.worker = picture.worker_name(worker);
    finding.what = fmt::format("Tickets fail on {} that do well elsewhere.", finding.worker);
    finding.evidence.push_back(
        fmt::format("{} failed on it in {}; {} of them succeeded on another worker: {}.",
                    counted(count, "ticket"), counted(failures.attempts, "attempt"),
                    failures.well_elsewhere, listed(names_of(picture, failures.tickets), count)));
    finding.evidence.push_back(fmt::format(
        "{} succeeded on it.", counted(succeeded == done.end() ? 0 : succeeded->second, "ticket")));
    finding.consequence = "Work that it is given has to be done again.";
    finding.tickets = names_of(picture, failures.tickets);
    finding.command = picture.drain_command(worker);
    telling.failures_explained += failures.attempts;
    telling.add(std::move(finding));
  }
}

void find_bad_tickets(const Picture& picture, Telling& telling) {
  const std::map<WorkerId, std::uint32_t> done = successes(picture);
  auto each = picture.run.failures.begin();
  while (each != picture.run.failures.end()) {
    const TicketIndex ticket = each->first.first;
    std::vector<std::string> workers;
    std::uint32_t attempts = 0;
    bool others_do_well = true;
    for (; each != picture.run.failures.end() && each->first.first == ticket; ++each) {
      workers.push_back(picture.worker_name(each->first.second));
      attempts += each->second;
      others_do_well = others_do_well && done.contains(each->first.second);
    }
    if (workers.size() < kFewestWorkers || !others_do_well) continue;
    // One that has failed for good says so where its failure is told.
    if (is_final(picture.record(ticket).state)) continue;
    Finding finding;
    finding.kind = FindingKind::kBadTicket;
    finding.what = fmt::format("{} fails wherever it runs.", picture.id(ticket));
    finding.evidence.push_back(
        fmt::format("It failed {} on {}, where other tickets succeed.",
                    attempts == 1 ? "once" : fmt::format("{} times", attempts),
                    listed(workers, workers.size())));
    finding.consequence = "Trying it again takes an agent's time and is likely to fail again.";
    finding.tickets = {picture.id(ticket)};
    finding.command = picture.logs_command(ticket);
    telling.failures_explained += attempts;
    telling.add(std::move(finding));
  }
}

void find_slow_workers(const Picture& picture, Telling& telling) {
  std::map<WorkerId, std::map<std::uint32_t, Expectation::Like>> by_worker;
  std::vector<TicketIndex> example(picture.expectation.category_count());
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    const TicketRecord& record = picture.record(ticket);
    if (record.state != TicketState::kSucceeded || record.attempts == 0) continue;
    const std::uint32_t category = picture.expectation.category(ticket);
    example[category] = ticket;
    by_worker[record.worker][category].add(record.elapsed, picture.run.ticket(ticket).estimate);
  }
  for (const auto& [worker, categories] : by_worker) {
    Comparison found;
    for (const auto& [category, own] : categories) {
      compare(own, picture.expectation.like(example[category]), found);
    }
    if (found.tickets < kFewestTickets || !is_joined(picture, worker)) continue;
    if (found.took_seconds < kSlowTimes * found.others_seconds) continue;
    Finding finding;
    finding.kind = FindingKind::kSlowWorker;
    finding.worker = picture.worker_name(worker);
    finding.what = fmt::format("{} is slower than the others.", finding.worker);
    finding.evidence.push_back(fmt::format(
        "Its {} took {}; at the pace of others in the same categories they take {}: {:.1f} times "
        "as long.",
        counted(found.tickets, "ticket"), spoken(bounded_duration(found.took_seconds)),
        spoken(bounded_duration(found.others_seconds)), found.took_seconds / found.others_seconds));
    finding.cost = bounded_duration(found.took_seconds - found.others_seconds);
    finding.consequence =
        fmt::format("It has cost {} of an agent's time so far.", spoken(*finding.cost));
    finding.command = picture.drain_command(worker);
    telling.add(std::move(finding));
  }
}

void find_retry_storm(const Picture& picture, Telling& telling) {
  const RunTotals& totals = picture.run.totals;
  if (totals.retries < kStormRetries + telling.failures_explained) return;
  double useful = 0;
  std::vector<std::pair<std::uint32_t, TicketIndex>> most;
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    const TicketRecord& record = picture.run.tickets[i];
    if (record.state == TicketState::kSucceeded && record.attempts > 0) {
      useful += to_seconds(record.elapsed);
    }
    if (record.retries_used > 0) most.emplace_back(record.retries_used, TicketIndex{i});
  }
  const double spent = to_seconds(totals.execution_time);
  const double lost = std::max(spent - useful, 0.0);
  const double share_of_attempts =
      static_cast<double>(totals.retries) / std::max(totals.executions, 1U);
  if (most.empty() || std::max(spent > 0 ? lost / spent : 0.0, share_of_attempts) < kStormShare) {
    return;
  }
  std::ranges::stable_sort(most, std::greater{}, &std::pair<std::uint32_t, TicketIndex>::first);
  std::vector<TicketIndex> tickets;
  tickets.reserve(most.size());
  for (const auto& [retries, ticket] : most) tickets.push_back(ticket);
  Finding finding;
  finding.kind = FindingKind::kRetryStorm;
  finding.what = "Much of the work is done for attempts that fail.";
  finding.evidence.push_back(fmt::format(
      "{} of {} were followed by another; {} were tried again, most often {} ({} times).",
      totals.retries, counted(totals.executions, "attempt"), counted(most.size(), "ticket"),
      picture.id(tickets.front()), most.front().first));
  finding.evidence.push_back(
      fmt::format("{} of the {} that agents worked went into attempts that "
                  "did not succeed.",
                  spoken(bounded_duration(lost)), spoken(bounded_duration(spent))));
  const std::uint32_t agents =
      picture.core == nullptr ? 1 : std::max(picture.core->scheduler().slots(), 1U);
  finding.cost = bounded_duration(lost / agents);
  finding.consequence = fmt::format("The run has lost about {} by it.", spoken(*finding.cost));
  finding.tickets = names_of(picture, tickets);
  finding.command = picture.logs_command(tickets.front());
  telling.add(std::move(finding));
}

}  // namespace headway::diagnosis
