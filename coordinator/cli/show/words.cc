#include "coordinator/cli/show/words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::cli {

std::string run_name(RunId run) { return fmt::format("r{}", run.number()); }

Result<RunId> parse_run(std::string_view word) {
  const std::string_view digits = word.starts_with('r') ? word.substr(1) : word;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number == 0) {
    return Error{ErrorKind::kUsage,
                 fmt::format("`{}` is not a run: they are called r1, r2... (`headway runs`)",
                             printable(word))};
  }
  return RunId{number};
}

std::string short_duration(Duration duration) {
  using std::chrono::duration_cast;
  if (duration < Duration::zero()) duration = Duration::zero();
  const double seconds = to_seconds(duration);
  if (seconds < 9.95) return fmt::format("{:.1f}s", seconds);
  const std::int64_t whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  if (whole < 86'400) return fmt::format("{}h {:02}m", whole / 3600, whole % 3600 / 60);
  return fmt::format("{}d {}h", whole / 86'400, whole % 86'400 / 3600);
}

std::string brief_duration(Duration duration) {
  const std::string both = short_duration(duration);
  return both.substr(0, both.find(' '));
}

std::string clock_time(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return "--:--:--";
  return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string percent(double share) {
  const double whole = std::floor(std::clamp(share, 0.0, 1.0) * 100 + 1e-9);
  return fmt::format("{}%", static_cast<int>(whole));
}

std::optional<Duration> time_taken(const TicketView& ticket, WallTime now) {
  if (ticket.took || !ticket.started_at) return ticket.took;
  if (is_alive(ticket.state)) return std::max<Duration>(now - *ticket.started_at, Duration{});
  // A coordinator of an older version does not say what it took.
  if (!ticket.finished_at) return std::nullopt;
  return std::max<Duration>(*ticket.finished_at - *ticket.started_at, Duration{});
}

std::string cause(std::optional<Outcome> outcome, std::optional<std::int32_t> exit_code,
                  std::string_view detail) {
  std::string result;
  if (outcome == Outcome::kExit && exit_code) {
    result = fmt::format("exit {}", *exit_code);
  } else if (outcome && *outcome != Outcome::kSucceeded) {
    result = to_text(*outcome);
  }
  std::string said = printable(detail);
  // A worker says the code in words; once is enough.
  if (exit_code && said == fmt::format("ended with code {}", *exit_code)) said.clear();
  if (said.empty() || said == result) return result;
  return result.empty() ? said : result + ": " + said;
}

std::string state_words(const TicketView& ticket, WallTime now) {
  std::string words(to_text(ticket.state));
  if (ticket.state == TicketState::kReview) {
    if (ticket.review_since) words += " " + brief_duration(now - *ticket.review_since);
  } else if (!ticket.step.empty()) {
    words += " " + printable(ticket.step);
  }
  if (ticket.rollback == "planned") words += ", to be put back";
  if (ticket.rollback == "failed") words += ", ROLLBACK FAILED";
  if (ticket.rollback == "settled") words += ", settled";
  if (ticket.rollback == "done" && ticket.state != TicketState::kUndone) words += ", put back";
  return words;
}

std::vector<std::string> attention_sentences(const RunSummary& run) {
  std::vector<std::string> sentences;
  if (run.rollbacks_failed > 0) {
    sentences.push_back(
        fmt::format("ROLLBACK FAILED: {} may be half put back (headway diagnose {})",
                    counted(run.rollbacks_failed, "ticket"), run_name(run.id)));
  }
  if (run.rollbacks_planned > 0) {
    sentences.push_back(fmt::format("{} to be put back",
                                    run.rollbacks_planned == 1
                                        ? std::string("1 ticket is")
                                        : fmt::format("{} tickets are", run.rollbacks_planned)));
  }
  for (const std::string& gate : run.failing_gates) {
    sentences.push_back(fmt::format("plan gate '{}' fails", printable(gate)));
  }
  if (run.in_review > 0) {
    sentences.push_back(fmt::format("{} for a person (headway ticket approve TICKET)",
                                    run.in_review == 1
                                        ? std::string("1 ticket waits")
                                        : fmt::format("{} tickets wait", run.in_review)));
  }
  return sentences;
}

std::uint32_t ended_count(const RunSummary& run) {
  return run.succeeded + run.failed + run.aborted + run.cancelled + run.undone;
}

Colour colour_of(TicketState state) {
  switch (state) {
    case TicketState::kSucceeded:
      return Colour::kGreen;
    case TicketState::kFailed:
    case TicketState::kAborted:
      return Colour::kRed;
    case TicketState::kCancelled:
    case TicketState::kUndone:
    case TicketState::kReview:
      return Colour::kYellow;
    case TicketState::kAssigned:
    case TicketState::kRunning:
    case TicketState::kValidating:
      return Colour::kBlue;
    case TicketState::kWaiting:
    case TicketState::kReady:
      return Colour::kNone;
  }
  return Colour::kNone;
}

Colour colour_of(RunState state) {
  switch (state) {
    case RunState::kSucceeded:
      return Colour::kGreen;
    case RunState::kFailed:
      return Colour::kRed;
    case RunState::kPaused:
    case RunState::kStopping:
    case RunState::kStopped:
    case RunState::kCancelled:
      return Colour::kYellow;
    case RunState::kRunning:
      return Colour::kBlue;
  }
  return Colour::kNone;
}

Colour colour_of(AgentState state) {
  switch (state) {
    case AgentState::kRunning:
      return Colour::kBlue;
    case AgentState::kSilent:
      return Colour::kRed;
    case AgentState::kDraining:
      return Colour::kYellow;
    case AgentState::kOffline:
      return Colour::kDim;
    case AgentState::kIdle:
      return Colour::kNone;
  }
  return Colour::kNone;
}

std::string eta_text(const RunSummary& run) {
  if (!run.eta) return "";
  if (!run.eta_late) return "ETA " + short_duration(*run.eta);
  return fmt::format("ETA {} (90 %: within {})", short_duration(*run.eta),
                     short_duration(*run.eta_late));
}

std::string run_title(const RunSummary& run) {
  const std::string name = printable(run.name);
  return name.empty() ? run_name(run.id) : run_name(run.id) + " " + name;
}

bool counts_are_known(const RunSummary& run) {
  return run.total == 0 || run.waiting + run.ready + run.alive + ended_count(run) > 0;
}

std::string counts_sentence(const RunSummary& run) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint32_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(run.succeeded, "succeeded");
  add(run.failed, "failed");
  add(run.aborted, "aborted");
  add(run.cancelled, "cancelled");
  add(run.undone, "undone");
  add(run.alive - std::min(run.alive, run.in_review + run.assigned), "running");
  add(run.assigned, "assigned");
  add(run.in_review, "in review");
  add(run.ready, "ready");
  add(run.waiting, "waiting");
  std::string result = fmt::format("{}", fmt::join(parts, ", "));
  if (result.empty()) result = "none";
  result += " of " + counted(run.total, "ticket");
  if (run.failures_allowed > 0)
    result += fmt::format(" ({} allowed to fail)", run.failures_allowed);
  return result;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMostNamed = 5;
  std::vector<std::string> named;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i)
    named.push_back(printable(names[i]));
  if (names.size() > kMostNamed) named.push_back(fmt::format("{} more", names.size() - kMostNamed));
  return join_words(named);
}

}  // namespace headway::cli
