#include "coordinator/core/spoken.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/core/plan_gates.h"
#include "coordinator/core/verdict.h"

namespace headway {

std::string spoken(Duration duration) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  duration = std::max(duration, Duration{});
  if (duration < seconds{10}) return fmt::format("{:.1f}s", to_seconds(duration));
  // Two units at most: seconds below ten minutes, minutes below ten hours, hours beyond.
  if (duration < minutes{10}) return format_duration(std::chrono::round<seconds>(duration));
  if (duration < hours{10}) return format_duration(std::chrono::round<minutes>(duration));
  return format_duration(std::chrono::round<hours>(duration));
}

std::string_view spoken(TicketState state) {
  return state == TicketState::kReview ? "in review" : to_text(state);
}

std::string listed(const std::vector<std::string>& names, std::size_t in_all, std::size_t most) {
  std::string text;
  const std::size_t shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (in_all > shown) text += fmt::format(" and {} more", in_all - shown);
  return text;
}

const char* nobody_takes_tickets(const State& state) {
  return state.joined_slots == 0 ? "no worker has joined yet" : "no joined worker takes tickets";
}

std::string join_command(std::string_view join_words, std::string_view program) {
  return fmt::format("{} {}", program, join_words.empty() ? "--connect ADDRESS" : join_words);
}

std::string amount_words(const std::string& resource, std::int64_t thousandths) {
  return resource == "memory" ? format_size(thousandths / 1000) : format_thousandths(thousandths);
}

std::int64_t amount_of(const Ticket& ticket, std::string_view resource) {
  const auto found = std::ranges::find(ticket.resources, resource, &ResourceAmount::name);
  return found == ticket.resources.end() ? 0 : found->thousandths;
}

std::string too_little(const std::string& resource, std::int64_t most, std::int64_t needed) {
  return fmt::format("enough of the resource {} (at most {}, {} {} needed)", resource,
                     amount_words(resource, most), amount_words(resource, needed),
                     needed == 1000 ? "is" : "are");
}

std::optional<std::string> counted_resource(const Run& run, std::string_view too_little_words) {
  for (const auto& [name, amount] : run.cluster_resources()) {
    if (too_little_words.starts_with("enough of the resource " + name + " (")) return name;
  }
  return std::nullopt;
}

std::string dropped_retries(const Run& run, TicketIndex ticket) {
  const std::uint32_t dropped = retries_dropped(run, ticket);
  if (dropped == 0) return {};
  const char* why = failed_by_plan_gate(run) ? "a gate of the plan had failed" : "fail_fast";
  return fmt::format("It was not tried again, though its plan allows that {} more: {}.",
                     counted(dropped, "time"), why);
}

std::string run_word(const State& state, const Core* core, RunId run) {
  const bool chosen_by_itself = core != nullptr && state.runs.size() == 1 && run == state.last_run;
  return chosen_by_itself ? std::string() : fmt::format(" r{}", run.number());
}

}  // namespace headway
