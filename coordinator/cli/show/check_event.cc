#include "coordinator/cli/show/check_event.h"

#include <fmt/format.h>

#include "common/base/shell_word.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

bool went_well(const EventView& event) { return event.outcome == Outcome::kSucceeded; }

std::string after_colon(std::string_view words, const std::string& more) {
  return more.empty() ? std::string(words) : fmt::format("{}: {}", words, more);
}

EventText minor_text(std::string what) {
  return {.who = {}, .what = std::move(what), .colour = Colour::kNone, .minor = true};
}
EventText plain_text(std::string what, Colour colour = Colour::kNone) {
  return {.who = {}, .what = std::move(what), .colour = colour};
}

std::string place_of(const EventView& event) {
  if (event.slot == SlotId{}) return event.worker;
  return fmt::format("{}/{}", event.worker, event.slot.number());
}

/// `gate 1 'on arm'`; its number is of the ticket's or the plan's.
std::string check_in_words(const EventView& event) {
  if (event.check == "rollback") return "its rollback";
  return fmt::format("{} {} '{}'", event.check.empty() ? "check" : event.check,
                     event.number.value_or(0), event.detail);
}

bool was_handed_back(const EventView& event) {
  return event.outcome == Outcome::kWorkerLost || event.outcome == Outcome::kTakenBack;
}

/// The detail names the check, and says how it failed. What a failure of a rollback means, another
/// event says; of the plan's gate that one says everything but where it ran, and for how long.
EventText check_ended(const EventView& event) {
  if (event.check == "plan gate" && !was_handed_back(event)) {
    return minor_text(fmt::format("the command of plan gate {} ended on {}{}",
                                  event.number.value_or(0), place_of(event),
                                  event.elapsed ? " after " + short_duration(*event.elapsed) : ""));
  }
  if (went_well(event)) return minor_text(event.detail + " passed");
  std::string what = event.detail;
  if (event.delay && *event.delay > Duration{}) {
    what += fmt::format(" (again in {})", short_duration(*event.delay));
  }
  const bool told_later = event.check == "plan gate" || event.check == "rollback";
  return {.who = {}, .what = std::move(what), .colour = Colour::kYellow, .minor = told_later};
}

EventText checkpoint(const EventView& event) {
  if (!event.outcome || went_well(event))
    return plain_text(fmt::format("reached checkpoint '{}'", event.detail));
  return plain_text(event.detail, Colour::kYellow);
}

EventText rollback_ended(const EventView& event) {
  if (went_well(event)) {
    const bool was_run = event.token != Token{};
    return plain_text(was_run ? "was put back" : after_colon("was put back", event.detail),
                      Colour::kYellow);
  }
  // `rollback of A failed: exit 3`: the line begins with the ticket.
  const std::string told = fmt::format("rollback of {} failed: ", event.ticket);
  const bool known = event.detail.starts_with(told);
  return plain_text(fmt::format("ITS ROLLBACK FAILED: {}; once that is put right: headway ticket "
                                "settle {}",
                                known ? event.detail.substr(told.size()) : event.detail,
                                shell_word(event.ticket)),
                    Colour::kRed);
}

EventText review_opened(const EventView& event) {
  std::string what = fmt::format("is in review, {}: headway ticket approve {}, or reject",
                                 event.detail, shell_word(event.ticket));
  if (event.delay)
    what += fmt::format("; decided without anybody in {}", short_duration(*event.delay));
  return plain_text(std::move(what), Colour::kYellow);
}

}  // namespace

std::optional<EventText> check_event_text(const EventView& event) {
  const std::string& kind = event.kind;
  if (kind == "attempt validating") return minor_text("its gates run");
  if (kind == "command ended") {
    return plain_text(fmt::format("its command succeeded{}; gates are left",
                                  event.elapsed ? " " + short_duration(*event.elapsed) : ""));
  }
  if (kind == "check assigned") {
    return minor_text(fmt::format("{} assigned to {}", check_in_words(event), event.worker));
  }
  if (kind == "check started") return minor_text("a check runs on " + place_of(event));
  if (kind == "check ended") return check_ended(event);
  if (kind == "checkpoint") return checkpoint(event);
  if (kind == "review opened") return review_opened(event);
  if (kind == "review decided") {
    return went_well(event) ? plain_text(after_colon("review passed", event.detail), Colour::kGreen)
                            : plain_text(event.detail, Colour::kRed);
  }
  if (kind == "rollback planned") {
    return plain_text(after_colon("is to be put back", event.detail), Colour::kYellow);
  }
  if (kind == "rollback ended") return rollback_ended(event);
  if (kind == "rollback settled") {
    return plain_text(after_colon("its rollback is settled", event.detail), Colour::kYellow);
  }
  if (kind == "plan gate due") {
    return minor_text(
        after_colon(fmt::format("plan gate {} is due", event.number.value_or(0)), event.detail));
  }
  if (kind == "plan gate ended") {
    return went_well(event) ? minor_text(event.detail + " passed")
                            : plain_text(event.detail, Colour::kRed);
  }
  if (kind == "registry verified") {
    return event.number.value_or(0) == 0
               ? minor_text("the registry agrees with itself and with the files")
               : plain_text(after_colon("THE REGISTRY IS NOT WHAT IT SHOULD BE", event.detail),
                            Colour::kRed);
  }
  return std::nullopt;
}

bool is_alarm(const EventView& event) {
  if (event.kind == "review opened") return true;
  if (event.kind == "registry verified") return event.number.value_or(0) != 0;
  const bool of_interest = event.kind == "rollback ended" || event.kind == "plan gate ended";
  return of_interest && !went_well(event);
}

}  // namespace headway::cli
