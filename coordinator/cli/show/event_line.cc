#include "coordinator/cli/show/event_line.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/show/check_event.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string attempt_text(const EventView& event, std::uint32_t most_attempts) {
  if (most_attempts > 1) return fmt::format("attempt {} of {}", event.attempt, most_attempts);
  if (event.attempt > 1) return fmt::format("attempt {}", event.attempt);
  return {};
}

std::string started(const EventView& event, std::uint32_t most_attempts) {
  std::string text = "running on " + printable(event.worker);
  // A worker that has only been heard to run it has not said where.
  if (event.slot != SlotId{}) text += fmt::format("/{}", event.slot.number());
  if (event.attempt > 1) text += fmt::format(" ({})", attempt_text(event, most_attempts));
  return text;
}

/// An attempt's end: of the ticket, or with another attempt to come.
EventText ended(const EventView& event, std::uint32_t most_attempts) {
  EventText text;
  const std::optional<TicketState> state = from_text<TicketState>(event.state);
  if (event.outcome == Outcome::kSucceeded) {
    text.what = state && is_final(*state) ? std::string(to_text(*state)) : "succeeded";
    if (event.elapsed) text.what += " " + short_duration(*event.elapsed);
    text.colour = Colour::kGreen;
    return text;
  }
  const std::string why = cause(event.outcome, event.exit_code, event.detail);
  const bool will_go_on = state && !is_final(*state);
  std::string more = attempt_text(event, most_attempts);
  if (event.outcome == Outcome::kTakenBack || event.outcome == Outcome::kWorkerLost) {
    // What was taken back may belong to a run that stops: then it waits for somebody to resume it.
    const bool lost = event.outcome == Outcome::kWorkerLost;
    text.what = why + (lost && will_go_on ? "; will be handed out again" : "");
    text.colour = Colour::kYellow;
    return text;
  }
  if (will_go_on) {
    if (!more.empty()) more += ", ";
    more += event.delay && *event.delay > Duration::zero()
                ? fmt::format("again in {}", short_duration(*event.delay))
                : std::string("again at once");
  }
  const std::string word = state && is_final(*state) ? std::string(to_text(*state)) : "failed";
  text.what = why.empty() ? word : word + ": " + why;
  if (!more.empty()) text.what += fmt::format(" ({})", more);
  text.colour = will_go_on ? Colour::kYellow : Colour::kRed;
  return text;
}

/// What a person changed in a run.
std::string steered(const EventView& event) {
  const std::int64_t number = event.number.value_or(0);
  if (event.kind == "parallelism set") {
    return number == 0 ? "as many at once as there are agents"
                       : fmt::format("at most {} at once", number);
  }
  if (event.kind == "resource set") {
    return fmt::format("resource {}: {:g}", event.detail, static_cast<double>(number) / 1000);
  }
  if (event.kind == "priority set") return "priority " + event.detail;
  if (event.worker.empty()) {
    return number == 0 ? "may go to any worker" : "is stopped, and begins anew by the new plan";
  }
  return fmt::format("goes to {} alone{}", event.worker,
                     number == 0 ? "" : "; is stopped where it runs");
}

bool is_steering(const EventView& event) {
  return event.kind == "parallelism set" || event.kind == "resource set" ||
         event.kind == "priority set" || event.kind == "ticket pinned";
}

std::string with_detail(std::string_view text, const std::string& detail) {
  return detail.empty() ? std::string(text) : fmt::format("{}: {}", text, printable(detail));
}

}  // namespace

EventText event_text(const EventView& event, std::uint32_t most_attempts) {
  EventText text;
  if (event.kind == "attempt started") {
    text.what = started(event, most_attempts);
  } else if (event.kind == "attempt ended") {
    text = ended(event, most_attempts);
  } else if (event.kind == "ticket ended") {
    text.what = with_detail(event.state, event.detail);
    text.colour = Colour::kRed;
  } else if (event.kind == "ticket cancelling") {
    text.what = with_detail("is being cancelled", event.detail);
    text.colour = Colour::kYellow;
  } else if (event.kind == "ticket reopened") {
    text.what = with_detail("opened again", event.detail);
    text.colour = Colour::kYellow;
  } else if (event.kind == "ticket assigned") {
    text.what = fmt::format("assigned to {}", printable(event.worker));
    text.minor = true;
  } else if (is_steering(event)) {
    text.what = steered(event);
  } else if (event.kind == "run load") {
    text.what = with_detail("machines were busy (cpu, memory, disk, network)", event.detail);
    text.minor = true;
  } else if (event.kind == "plan changed") {
    text.what = with_detail(fmt::format("its plan is version {} now", event.number.value_or(0)),
                            event.detail);
    text.colour = Colour::kYellow;
  } else if (event.kind == "run steered") {
    text.what = event.detail;
  } else if (event.kind.starts_with("run ")) {
    text.what = event.kind == "run ended" ? event.state : event.kind.substr(4);
    // What the gate of the plan said that has paused it.
    text.minor = event.kind == "run paused" && !event.detail.empty();
    const std::optional<RunState> state = from_text<RunState>(event.state);
    if (event.kind == "run ended" && state) text.colour = colour_of(*state);
  } else if (event.kind.starts_with("worker ")) {
    text.what = event.kind == "worker draining" ? with_detail("draining", event.detail)
                                                : event.kind.substr(7);
    if (event.kind == "worker lost") text.colour = Colour::kRed;
  } else if (const std::optional<EventText> of_check = check_event_text(event)) {
    text = *of_check;
  } else {
    text.what = with_detail(event.kind, event.detail);
    text.minor = event.kind == "artifact" || event.kind == "epoch started";
  }
  if (!event.ticket.empty()) {
    text.who = printable(event.ticket);
  } else if (event.kind.starts_with("worker ")) {
    text.who = "worker " + printable(event.worker);
  } else if (event.run != RunId{}) {
    text.who = "run " + run_name(event.run);
  } else {
    text.who = "coordinator";
  }
  text.what = printable(text.what);
  return text;
}

std::string event_line(const EventView& event, bool colour, std::uint32_t most_attempts) {
  const EventText text = event_text(event, most_attempts);
  return fmt::format("{} {} {}", clock_time(event.at), text.who,
                     coloured(text.what, text.colour, colour));
}

}  // namespace headway::cli
