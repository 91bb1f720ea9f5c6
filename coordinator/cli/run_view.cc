#include "coordinator/cli/run_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/shell_word.h"
#include "common/base/text.h"
#include "common/system/clock.h"
#include "coordinator/cli/show/check_event.h"
#include "coordinator/cli/show/event_line.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/terminal_screen.h"

namespace headway::cli {

namespace {

constexpr Duration kRefresh = std::chrono::milliseconds{250};
/// Lines of output shown of a ticket that failed, and of how many tickets.
constexpr std::size_t kTailLines = 10;
constexpr std::size_t kMostTails = 20;
/// Output that is looked through for its end; what is kept of an attempt is capped anyway.
constexpr std::uint64_t kMostOutputBytes = 64U << 20U;
/// The last output of an attempt may arrive a little after its result.
constexpr int kOutputTries = 5;
constexpr Duration kOutputPause = std::chrono::milliseconds{100};
/// Tickets that are listed in the summary.
constexpr std::size_t kMostListed = 20;

bool is_failure(const EventView& event) {
  if (event.kind != "attempt ended" || !event.outcome) return false;
  switch (*event.outcome) {
    case Outcome::kSucceeded:
    case Outcome::kWorkerLost:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      return false;
    case Outcome::kExit:
    case Outcome::kSignal:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
    case Outcome::kKilledWorkers:
      return true;
  }
  return false;
}

}  // namespace

RunView::RunView(Answers& answers, Environment& environment, const Attachment& attachment)
    : answers_(answers),
      environment_(environment),
      attachment_(attachment),
      area_(environment.out),
      live_(environment.out_is_terminal && !environment.quiet && terminal_moves_cursor()) {}

void RunView::print(const std::string& text) {
  if (live_) {
    area_.print_above(text);
  } else {
    environment_.out << text;
  }
}

void RunView::say(const std::string& words) {
  area_.clear();
  environment_.err << "headway: " << words << std::endl;
}

void RunView::follow(const EventView& event) {
  if (event.ticket.empty()) return;
  if (event.kind == "attempt started") {
    running_[event.ticket] = event.at;
  } else if (event.kind == "attempt ended" || event.kind == "ticket ended" ||
             event.kind == "review opened") {
    running_.erase(event.ticket);
  }
}

void RunView::pass_over(const std::vector<EventView>& events) {
  for (const EventView& event : events) follow(event);
}

void RunView::show_events(const std::vector<EventView>& events) {
  std::string text;
  for (const EventView& event : events) {
    follow(event);
    const auto known = attachment_.most_attempts.find(event.ticket);
    const std::uint32_t most = known == attachment_.most_attempts.end() ? 0 : known->second;
    const EventText what = event_text(event, most);
    const bool failed = is_failure(event);
    const bool needed =
        environment_.quiet ? failed || is_alarm(event) : !what.minor || environment_.verbose;
    if (!needed) continue;
    text += event_line(event, environment_.colour, most) + "\n";
    if (failed) text += output_tail(event);
  }
  if (text.empty()) return;
  print(text);
  environment_.out.flush();
}

std::string RunView::output_tail(const EventView& event) {
  if (tails_shown_ >= kMostTails) return {};
  ++tails_shown_;
  LogsRequest request{
      .run = event.run, .ticket = event.ticket, .attempt = event.attempt, .offset = 0, .check = {}};
  std::string output;
  for (int tries = 0; tries < kOutputTries && output.size() < kMostOutputBytes;) {
    const Result<LogsAnswer> page = answers_.logs(request);
    if (!page) return {};
    output += page->bytes.data;
    request.offset = page->next_offset;
    if (page->complete) break;
    if (!page->bytes.data.empty()) continue;
    ++tries;
    environment_.interrupts.wait(kOutputPause);
  }
  std::string text;
  for (const std::string& line : last_lines(output, kTailLines))
    text += fmt::format("    | {}\n", line);
  if (tails_shown_ == kMostTails) {
    text += "    (the output of further tickets that fail: headway logs TICKET)\n";
  }
  return text;
}

void RunView::refresh() {
  if (!live_) return;
  const Now now = read_clocks();
  if (now.steady < next_refresh_) return;
  next_refresh_ = now.steady + kRefresh;
  const Result<StatusAnswer> status =
      answers_.status({.run = attachment_.run, .first_ticket = 0, .summary_only = true});
  if (!status) return;
  area_.show(live_lines(status->run, running_, now.wall, environment_.width()));
}

std::string RunView::failed_tickets(RunId run) {
  std::string text;
  std::size_t listed = 0;
  std::size_t found = 0;
  StatusRequest request{.run = run, .first_ticket = 0, .summary_only = false};
  do {
    const Result<StatusAnswer> page = answers_.status(request);
    if (!page) break;
    for (const TicketView& ticket : page->tickets) {
      if (ticket.state != TicketState::kFailed) continue;
      if (++found > kMostListed) continue;
      ++listed;
      const std::string why = cause(ticket.outcome, ticket.exit_code, ticket.detail);
      text += fmt::format("  {} failed: {}{}\n", printable(ticket.id),
                          why.empty() ? "no cause is known" : why,
                          ticket.attempt > 1 ? fmt::format(" ({} attempts)", ticket.attempt) : "");
      if (ticket.rejected) continue;  // the cause says by whom, and its output does not
      text += fmt::format("      headway logs {} --run {}\n", shell_word(printable(ticket.id)),
                          run_name(run));
    }
    if (page->next_ticket <= request.first_ticket) break;
    request.first_ticket = page->next_ticket;
  } while (request.first_ticket != 0);
  if (found > listed) {
    text += fmt::format("  and {} more: headway status {}\n", found - listed, run_name(run));
  }
  return text;
}

void RunView::show_summary(const RunSummary& run) {
  area_.clear();
  if (environment_.quiet && run.state == RunState::kSucceeded) return;
  std::string took;
  if (run.started_at && run.finished_at) {
    took = fmt::format(" in {}", short_duration(*run.finished_at - *run.started_at));
  }
  environment_.out << fmt::format(
      "{} {}: {}{}\n", run_title(run),
      coloured(to_text(run.state), colour_of(run.state), environment_.colour), counts_sentence(run),
      took);
  for (const std::string& sentence : attention_sentences(run)) {
    environment_.out << "  " << sentence << "\n";
  }
  if (run.failed > 0) environment_.out << failed_tickets(run.id);
  environment_.out.flush();
}

}  // namespace headway::cli
