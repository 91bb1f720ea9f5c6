#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// `1 ticket waits`, `3 tickets wait`.
std::string tickets_wait(std::size_t count) {
  return counted(count, "ticket") + (count == 1 ? " waits" : " wait");
}

PanelRow silent_row(const SilentWorker& worker) {
  std::string why = worker.heartbeat_age
                        ? fmt::format("not heard of for {}", short_duration(*worker.heartbeat_age))
                        : std::string("has not come back since the coordinator did");
  if (worker.tickets > 0) {
    why += "; holds " + counted(worker.tickets, "ticket");
  }
  return {.key = "silent " + worker.name,
          .ticket = {},
          .cells = {{"silent", Colour::kRed}, "worker " + printable(worker.name), why}};
}

std::string held_by(const LockView& lock, RunId ours, WallTime now) {
  if (lock.holders.empty()) return {};
  const LockHolder& holder = lock.holders.front();
  std::string text = ", held by " + ticket_name(holder.run, holder.ticket, ours);
  if (holder.state != HolderState::kAlive) text += fmt::format(" ({})", to_text(holder.state));
  if (lock.holders_in_all > 1) text += fmt::format(" and {} more", lock.holders_in_all - 1);
  if (holder.since) text += " for " + short_duration(now - *holder.since);
  return text;
}

/// The conflict from the side of who waits longest: it is the one that does not get on.
PanelRow conflict_row(const LockView& lock, RunId ours, WallTime now) {
  PanelRow row{.key = "conflict " + lock.name, .ticket = {}, .cells = {}};
  std::string who;
  std::string why = printable(lock.name) + held_by(lock, ours, now);
  if (!lock.waiters.empty()) {
    const LockWaiter& waiter = lock.waiters.front();
    row.ticket = waiter.run == ours ? waiter.ticket : std::string{};
    who = ticket_name(waiter.run, waiter.ticket, ours);
    const std::string since = waiter.since ? short_duration(now - *waiter.since) + " " : "";
    why = fmt::format("waits {}for {}", since, why);
  }
  if (lock.waiters_in_all > 1) {
    const std::uint32_t more = lock.waiters_in_all - 1;
    why += fmt::format("; {} more {}", more, more == 1 ? "waits" : "wait");
  }
  row.cells = {{"conflict", Colour::kYellow}, who, why};
  return row;
}

/// Of a ticket that is at work again after a failure.
std::string another_try(const TicketView& ticket) {
  std::string text = fmt::format("attempt {}", ticket.attempt);
  if (!ticket.agent.empty()) text += " on " + printable(ticket.agent);
  const std::string why = cause(ticket.outcome, ticket.exit_code, ticket.detail);
  return why.empty() ? text : text + ", after " + why;
}

/// ` | ` and what it printed last, for a terminal; nothing where it printed nothing.
std::string last_words(const TroubledTicket& troubled) {
  const std::string last = last_line(troubled.output_end.data);
  return last.empty() ? last : " | " + last;
}

/// Why it failed in a word, what follows from it, and at the end, where it may be cut, the detail
/// and what it printed last.
std::string failure_words(const TroubledTicket& troubled) {
  const TicketView& ticket = troubled.ticket;
  const std::string whole = cause(ticket.outcome, ticket.exit_code, ticket.detail);
  const std::string word = cause(ticket.outcome, ticket.exit_code, {});
  std::string text = word.empty() ? std::string("no cause is known") : word;
  if (ticket.attempt > 1) text += fmt::format(" (attempt {})", ticket.attempt);
  if (!is_final(ticket.state)) {
    text += ticket.rest ? ", again in " + short_duration(*ticket.rest)
                        : std::string(", again as soon as it can");
  }
  if (troubled.blocks > 0) text += ", blocks " + counted(troubled.blocks, "ticket");
  // The whole is the word, a colon and the detail, as far as there is each.
  if (whole.size() > word.size()) text += word.empty() ? ": " + whole : whole.substr(word.size());
  return text + last_words(troubled);
}

/// What waits for the person, and how long it would take.
std::string review_words(const TroubledTicket& troubled, WallTime now) {
  const TicketView& ticket = troubled.ticket;
  std::string why = "waits for a person";
  if (troubled.blocks > 0) why += fmt::format(", {} for it", tickets_wait(troubled.blocks));
  if (troubled.behind && *troubled.behind > Duration{}) {
    why += fmt::format(" ({})", brief_duration(*troubled.behind));
  }
  if (ticket.review_ends) {
    why +=
        fmt::format(", decided without anybody in {}", brief_duration(*ticket.review_ends - now));
  }
  return why;
}

PanelRow gate_row(const std::string& gate) {
  return {.key = "gate " + gate,
          .ticket = {},
          .cells = {{"plan gate", Colour::kRed},
                    printable(gate),
                    "failed; its output: headway logs --check NAME"}};
}

PanelRow troubled_row(const TroubledTicket& troubled, WallTime now) {
  const TicketView& ticket = troubled.ticket;
  PanelRow row{.key = "ticket " + ticket.id, .ticket = ticket.id, .cells = {}};
  if (ticket.rollback == "failed") {
    row.cells = {{"ROLLBACK FAILED", Colour::kRed},
                 printable(ticket.id),
                 fmt::format("put it right, then: headway ticket settle {}{}", printable(ticket.id),
                             last_words(troubled))};
    return row;
  }
  if (ticket.state == TicketState::kReview) {
    row.cells = {{state_words(ticket, now), Colour::kYellow},
                 printable(ticket.id),
                 review_words(troubled, now)};
    return row;
  }
  if (is_alive(ticket.state)) {
    row.cells = {{"retrying", Colour::kYellow}, printable(ticket.id), another_try(ticket)};
    return row;
  }
  const Cell what = is_final(ticket.state) ? Cell(std::string(to_text(ticket.state)), Colour::kRed)
                                           : Cell("retrying", Colour::kYellow);
  row.cells = {what, printable(ticket.id), failure_words(troubled)};
  return row;
}

/// What a person can do something about comes first, what mends itself last.
int urgency(const TroubledTicket& troubled) {
  if (troubled.ticket.rollback == "failed") return -1;
  if (troubled.ticket.state == TicketState::kReview) return 0;
  return is_final(troubled.ticket.state) ? 1 : 2;
}

}  // namespace

PanelContent attention_rows(const Snapshot& snapshot) {
  const WatchAnswer& watch = snapshot.watch;
  const WallTime now = snapshot.now();
  PanelContent content{.title = "Needs attention",
                       .columns = {{.title = "WHAT"},
                                   {.title = "WHO", .flexible = true},
                                   {.title = "WHY", .flexible = true}},
                       .with_heads = false,
                       .rows = {},
                       .if_empty = "Nothing."};
  for (const SilentWorker& worker : watch.silent) content.rows.push_back(silent_row(worker));
  for (const std::string& gate : watch.run.failing_gates) content.rows.push_back(gate_row(gate));
  std::vector<const TroubledTicket*> troubled;
  for (const TroubledTicket& ticket : watch.troubled) troubled.push_back(&ticket);
  std::stable_sort(troubled.begin(), troubled.end(),
                   [](const auto* a, const auto* b) { return urgency(*a) < urgency(*b); });
  const auto first_failure = std::find_if(troubled.begin(), troubled.end(),
                                          [](const auto* entry) { return urgency(*entry) > 0; });
  for (auto entry = troubled.begin(); entry != first_failure; ++entry) {
    content.rows.push_back(troubled_row(**entry, now));
  }
  for (const LockView& lock : watch.conflicts)
    content.rows.push_back(conflict_row(lock, watch.run.id, now));
  for (auto entry = first_failure; entry != troubled.end(); ++entry) {
    content.rows.push_back(troubled_row(**entry, now));
  }
  const std::size_t left_out = watch.troubled_in_all > watch.troubled.size()
                                   ? watch.troubled_in_all - watch.troubled.size()
                                   : 0;
  content.in_all = content.rows.size() + left_out;
  return content;
}

}  // namespace headway::cli
