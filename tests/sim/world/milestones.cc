#include "tests/sim/world/world.h"

/// People who decide reviews, put runs back, and settle what could not be put back.

namespace headway::sim {

namespace {

TicketControl decided_by_somebody(RunId run, TicketAction action) {
  TicketControl control;
  control.run = run;
  control.action = action;
  control.by = "somebody";
  return control;
}

/// Tickets that it makes sense for; any where there are none of those.
std::vector<std::string> fitting(const Plan& plan, const ReadRun& run, Wish wish) {
  std::vector<std::string> fit, all;
  for (std::size_t i = 0; i < run.tickets.size(); ++i) {
    const ReadTicket& ticket = run.tickets[i];
    const bool fits = wish == Wish::kReview   ? ticket.state == TicketState::kReview
                      : wish == Wish::kSettle ? ticket.rollback == RollbackState::kFailed
                                              : ticket.state == TicketState::kSucceeded;
    if (fits) fit.push_back(plan.tickets[i].id);
    all.push_back(plan.tickets[i].id);
  }
  return fit.empty() ? all : fit;
}

/// Whether somebody must decide it: one with a time limit ends by itself, and is to.
bool waits_for_a_person(const Run& run, TicketIndex ticket) {
  const auto open = run.validations.find(ticket);
  if (open == run.validations.end() || !open->second.review) return false;
  return !run.attempt_ticket(ticket).gates[*open->second.review - 1].timeout;
}

}  // namespace

void World::wish_about_milestones(Wish wish, Random& random) {
  if (disk_.plans().empty()) return;
  const auto chosen = std::next(disk_.plans().begin(),
                                static_cast<std::ptrdiff_t>(random.below(disk_.plans().size())));
  const ReadRun* run = stage_.reading.run(chosen->first);
  if (run == nullptr) return;
  const TicketAction action = wish == Wish::kSettle     ? TicketAction::kSettle
                              : wish == Wish::kRollback ? TicketAction::kRollback
                              : random.one_in(3)        ? TicketAction::kReject
                                                        : TicketAction::kApprove;
  TicketControl control = decided_by_somebody(chosen->first, action);
  control.dry_run = random.one_in(8);
  if (random.one_in(10)) control.by.clear();
  const std::vector<std::string> tickets = fitting(run->source->plan, *run, wish);
  const bool all_of_it = wish == Wish::kRollback && random.one_in(2);
  if (!tickets.empty() && !all_of_it) control.tickets.push_back(random.pick(tickets));
  coordinator_->ask(TicketInput{++requests_, control, nullptr});
  // Twice, by somebody who was not told of the first.
  if (random.one_in(4)) coordinator_->ask(TicketInput{++requests_, control, nullptr});
}

/// Nobody leaves a review open, or what could not be put back, once all is healed.
void World::decide_what_waits() {
  const Core* core = coordinator_->core();
  if (core == nullptr) return;
  const auto ask_for = [&](RunId run, const std::string& ticket, TicketAction action) {
    TicketControl control = decided_by_somebody(run, action);
    control.tickets.push_back(ticket);
    coordinator_->ask(TicketInput{++requests_, control, nullptr});
  };
  for (const auto& [id, run] : core->state().runs) {
    for (std::size_t i = 0; i < run.tickets.size(); ++i) {
      const std::string& ticket = run.plan().tickets[i].id;
      if (waits_for_a_person(run, TicketIndex{static_cast<std::uint32_t>(i)})) {
        ask_for(id, ticket, random_.one_in(4) ? TicketAction::kReject : TicketAction::kApprove);
      }
      if (run.tickets[i].rollback == RollbackState::kFailed) {
        ask_for(id, ticket, TicketAction::kSettle);
      }
    }
  }
}

/// A run that was stopped keeps the locks of what is validated in it, or to be put back; others
/// cannot go on.
void World::resume_what_is_in_the_way() {
  const Core* core = coordinator_->core();
  if (core == nullptr) return;
  for (const auto& [id, run] : core->state().runs) {
    const bool holds = !run.validations.empty() || !run.rollbacks.empty();
    if (run.state == RunState::kStopped && holds) coordinator_->ask(ResumeInput{++requests_, id});
  }
}

}  // namespace headway::sim
