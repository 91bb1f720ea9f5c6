#include "coordinator/core/expectation.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace headway {

namespace {

/// Tickets that must have ended before their category is believed rather than the whole run: fewer
/// say more about themselves than about their like.
constexpr std::uint32_t kFewestAlike = 3;
/// A progress below this says too little to be multiplied up.
constexpr double kLeastProgress = 0.01;
/// Of what it took so far, a ticket is expected to take as much more once it is overdue: it may end
/// at any moment, and has not done so for long.
constexpr double kOverdueShare = 0.1;

}  // namespace

Duration bounded_duration(double seconds) {
  constexpr double kLongest = 100.0 * 365 * 24 * 3600;
  return from_seconds(std::clamp(seconds, 0.0, kLongest));
}

void Expectation::Like::add(Duration took_by_it, const std::optional<Duration>& its_estimate) {
  ++count;
  took += took_by_it;
  longest = std::max(longest, took_by_it);
  if (!its_estimate) return;
  ++with_estimate;
  estimated += *its_estimate;
  estimated_took += took_by_it;
}

Expectation::Expectation(const Run& run, const Core* core, Now now)
    : run_(run), core_(core), now_(now), category_of_(run.tickets.size()) {
  std::map<std::string_view, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const Ticket& ticket = run.ticket(TicketIndex{i});
    const auto [known, is_new] =
        numbers.try_emplace(ticket.category, static_cast<std::uint32_t>(categories_.size()));
    if (is_new) categories_.emplace_back();
    category_of_[i] = known->second;
    const TicketRecord& record = run.tickets[i];
    if (record.state != TicketState::kSucceeded || record.attempts == 0) continue;
    categories_[known->second].add(record.elapsed, ticket.estimate);
    all_.add(record.elapsed, ticket.estimate);
  }
}

double Expectation::correction(TicketIndex ticket) const {
  const Like& own = like(ticket);
  const Like& used = own.count >= kFewestAlike && own.estimated > Duration{} ? own : all_;
  if (used.count < kFewestAlike || used.estimated <= Duration{}) return 1;
  return to_seconds(used.estimated_took) / to_seconds(used.estimated);
}

std::optional<Duration> Expectation::whole(TicketIndex ticket) const {
  if (const auto& estimate = run_.ticket(ticket).estimate) {
    return bounded_duration(to_seconds(*estimate) * correction(ticket));
  }
  const Like& own = like(ticket);
  if (own.count >= kFewestAlike) return own.mean();
  if (all_.count > 0) return all_.mean();
  return std::nullopt;
}

Duration Expectation::elapsed(TicketIndex ticket) const {
  const TicketRecord& record = run_.tickets[ticket.index()];
  if (record.started_at == WallTime{}) return {};
  return std::max<Duration>(now_.wall - record.started_at, Duration{});
}

std::optional<Duration> Expectation::left(TicketIndex ticket) const {
  const TicketRecord& record = run_.tickets[ticket.index()];
  if (is_final(record.state)) return Duration{};
  if (record.state == TicketState::kReview) return std::nullopt;
  if (record.state != TicketState::kRunning) return whole(ticket);
  const Duration so_far = elapsed(ticket);
  const AttemptNote* note = core_ == nullptr ? nullptr : core_->note(record.token);
  if (note != nullptr && note->progress > kLeastProgress) {
    return bounded_duration(to_seconds(so_far) * (1 - note->progress) / note->progress);
  }
  const std::optional<Duration> in_all = whole(ticket);
  if (!in_all) return std::nullopt;
  return *in_all > so_far ? *in_all - so_far : bounded_duration(to_seconds(so_far) * kOverdueShare);
}

}  // namespace headway
