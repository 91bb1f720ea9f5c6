#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

/// How often the output of tickets that are running is asked for.
constexpr Duration kPause = std::chrono::milliseconds{300};
/// With --tail: what is kept in memory of one ticket's output.
constexpr std::size_t kMostTailBytes = 64U << 20U;

/// The output of one ticket as it is read and printed.
struct TicketOutput {
  std::string ticket;
  std::string prefix;         ///< before each line; empty with one ticket
  std::uint32_t attempt = 0;  ///< that is being read; 0: the latest
  std::uint64_t offset = 0;
  std::string pending;               ///< of a line, or of an escape sequence, that is not complete
  std::optional<std::int64_t> tail;  ///< lines of its present end to begin with
  bool done = false;
};

/// Says why nothing is waited for, where a run was left unfinished.
void say_how_it_was_left(Answers& answers, const Environment& environment, RunId run) {
  const Result<StatusAnswer> status =
      answers.status({.run = run, .first_ticket = 0, .summary_only = true});
  if (status) say_who_goes_on(answers, environment, status->run);
}

class LogPrinter {
 public:
  LogPrinter(Answers& answers, Environment& environment, RunId run, std::string check,
             std::optional<std::int64_t> attempt, std::optional<std::int64_t> tail, bool follow)
      : answers_(answers),
        environment_(environment),
        run_(run),
        check_(std::move(check)),
        fixed_attempt_(attempt.has_value()),
        first_attempt_(static_cast<std::uint32_t>(attempt.value_or(0))),
        tail_(tail),
        follow_(follow) {}

  int print(const std::vector<std::string>& tickets) {
    std::vector<TicketOutput> outputs;
    for (const std::string& ticket : tickets) {
      TicketOutput output{.ticket = ticket,
                          .prefix = tickets.size() > 1 ? printable(ticket) + " | " : "",
                          .attempt = first_attempt_,
                          .pending = {},
                          .tail = tail_};
      outputs.push_back(std::move(output));
    }
    while (true) {
      bool more = false;
      bool all_done = true;
      for (TicketOutput& output : outputs) {
        if (output.done) continue;
        const Result<bool> moved = read_page(output);
        if (!moved) return environment_.fail(moved.error());
        more = more || *moved;
        all_done = all_done && output.done;
      }
      environment_.out.flush();
      if (all_done || !environment_.out.good()) return kExitDone;
      if (!more) environment_.interrupts.wait(kPause);
      if (environment_.interrupts.count() > 0) return kExitInterrupted;
    }
  }

 private:
  /// Whether there was something new.
  Result<bool> read_page(TicketOutput& output) {
    const Result<LogsAnswer> page = answers_.logs({.run = run_,
                                                   .ticket = output.ticket,
                                                   .attempt = output.attempt,
                                                   .offset = output.offset,
                                                   .check = check_});
    if (!page) return page.error();
    output.attempt = page->attempt;
    output.offset = page->next_offset;
    output.pending += page->bytes.data;
    // What was cut off with its coordinator is never complete: there is only what is there.
    const bool waits = follow_ && answers_.live();
    const bool got_some = !page->bytes.data.empty();
    const bool at_end = page->attempt == 0 || page->complete || !got_some;
    if (output.pending.size() > kMostTailBytes)
      output.pending.erase(0, output.pending.size() - kMostTailBytes);
    // With --tail nothing is printed before the end of what is there has been reached once.
    if (!output.tail || at_end) flush(output, at_end && (page->complete || !waits));
    if (!waits) {
      output.done = at_end;
      if (page->attempt == 0) environment_.note(name_of(output) + " has not been started yet");
      return got_some;
    }
    if (page->complete && (fixed_attempt_ || is_final(page->state))) {
      output.done = true;
    } else if (page->complete) {
      return next_attempt(output, page->state);
    } else if (page->attempt == 0) {
      output.done = is_final(page->state);
    }
    return got_some;
  }

  /// The attempt has ended and the ticket has not: another one may have begun.
  Result<bool> next_attempt(TicketOutput& output, TicketState state) {
    const Result<LogsAnswer> latest = answers_.logs(
        {.run = run_, .ticket = output.ticket, .attempt = 0, .offset = 0, .check = check_});
    if (!latest) return latest.error();
    if (latest->attempt == output.attempt) {
      output.done = is_final(state);
      return false;
    }
    environment_.note(fmt::format("{}: attempt {}", name_of(output), latest->attempt));
    output.attempt = latest->attempt;
    output.offset = 0;
    return true;
  }

  [[nodiscard]] std::string name_of(const TicketOutput& output) const {
    if (check_.empty()) return output.ticket;
    return output.ticket.empty() ? check_ : fmt::format("{} of {}", check_, output.ticket);
  }

  /// Prints the whole lines of what is pending; with `all` the rest too.
  void flush(TicketOutput& output, bool all) {
    std::string text = std::move(output.pending);
    output.pending.clear();
    if (output.tail) {
      text = keep_tail(text, *output.tail);
      output.tail.reset();
    }
    const bool raw = output.prefix.empty() && !environment_.out_is_terminal;
    if (!all && !raw) {
      const std::size_t end = text.rfind('\n') + 1;
      output.pending = text.substr(end);
      text.resize(end);
    }
    if (text.empty()) return;
    if (!raw && !text.ends_with('\n')) text += '\n';
    if (environment_.out_is_terminal) text = terminal_text(text);
    if (output.prefix.empty()) {
      environment_.out << text;
      return;
    }
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
      environment_.out << output.prefix << std::string_view(text).substr(start, end - start);
      start = end;
    }
  }

  static std::string keep_tail(const std::string& text, std::int64_t lines) {
    if (lines == 0) return {};
    std::size_t start = text.size();
    if (start > 0 && text.back() == '\n') --start;
    for (; lines > 0 && start > 0; --lines) {
      const std::size_t before = text.rfind('\n', start - 1);
      if (before == std::string::npos) return text;
      start = before;
    }
    return text.substr(std::min(start + 1, text.size()));
  }

  Answers& answers_;
  Environment& environment_;
  RunId run_;
  std::string check_;  ///< whose output is meant; empty: the ticket's own
  bool fixed_attempt_;
  std::uint32_t first_attempt_;
  std::optional<std::int64_t> tail_;
  bool follow_;
};

}  // namespace

int logs_verb(const Arguments& arguments, Environment& environment) {
  const Result<RunId> run = run_value(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::optional<std::int64_t>> attempt = arguments.number("attempt", 1, 1'000'000'000);
  if (!attempt) return environment.fail(attempt.error());
  const Result<std::optional<std::int64_t>> tail = arguments.number("tail", 0, 1'000'000'000);
  if (!tail) return environment.fail(tail.error());
  const std::string check = arguments.value("check").value_or("");
  std::vector<std::string> tickets = arguments.positionals();
  if (tickets.empty()) {
    if (check.empty()) {
      return environment.fail(
          {ErrorKind::kUsage, "name tickets, or with --check a gate of the plan"});
    }
    tickets.emplace_back();  // of no ticket
  }
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const bool follow = arguments.has("follow");
  if (follow) environment.interrupts.install();
  const int code =
      LogPrinter(**answers, environment, *run, check, *attempt, *tail, follow).print(tickets);
  if (follow && code == kExitDone) say_how_it_was_left(**answers, environment, *run);
  return code;
}

}  // namespace headway::cli
