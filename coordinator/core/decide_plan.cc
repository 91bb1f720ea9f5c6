#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "coordinator/core/who_and_why.h"

/// A new version of a run's plan: all of it, by one fact, or nothing. What follows for tickets has
/// facts of its own in the same turn; after a restart the coordinator draws them again.

namespace headway {

void Core::on_apply(const ApplyInput& input) {
  const auto refuse = [&](Error error) {
    turn_.effects.emplace_back(AnswerError{input.request, std::move(error)});
  };
  if (input.run != RunId{} && input.run <= state_.last_run && !state_.find_run(input.run)) {
    return refuse(plan_of_ended_run(input.run));
  }
  const Result<std::vector<RunId>> chosen = chosen_runs(input.run);
  if (!chosen) return refuse(chosen.error());
  if (chosen->size() != 1) return refuse({ErrorKind::kUsage, "name the one run that is meant"});
  const Run& run = *state_.find_run(chosen->front());
  Result<PlanChange> change = plan_change(run, input.revision, input.wishes);
  if (!change) return refuse(change.error());
  AnswerApply answer{input.request, std::make_shared<const PlanChange>(std::move(*change)), {}};
  if (!input.dry_run) {
    change_plan(run, input, *answer.change);
    answer.sequence = state_.last_sequence;
  }
  turn_.effects.emplace_back(std::move(answer));
}

void Core::change_plan(const Run& run, const ApplyInput& input, const PlanChange& change) {
  const RunPlan& version = *input.revision->plan;
  const std::string why = who_and_why("apply", input.by, input.comment);
  offer_plan(state_, run.id, input.revision->plan);
  Fact changed;
  changed.kind = FactKind::kPlanChanged;
  changed.run = run.id;
  changed.number = version.version;
  changed.digest = version.sha256;
  changed.detail = why;
  emit(changed);
  turn_.replanned.emplace_back(run.id, input.request);
  reopen(run, change.reopen, why);
  for (const TicketIndex ticket : change.restart) {
    Fact moved;
    moved.kind = FactKind::kTicketPinned;
    moved.run = run.id;
    moved.ticket = ticket;
    moved.worker = run.tickets[ticket.index()].pinned;
    moved.number = 1;
    emit(moved);
  }
  stop_marked(run);
  for (const TicketIndex ticket : change.take_back) recall({run.id, ticket});
  follow_plan_change(run.id);
  arm_plan_gates(run.id);
  finish_run_if_done(run.id);
}

/// Ends what was removed, and what can never start by this version of the plan.
void Core::follow_plan_change(RunId id) {
  const Run& run = *state_.find_run(id);
  if (run.source->version == 1 || is_final(run.state)) return;
  for (const TicketIndex ticket : run.source->removed) {
    if (is_final(run.tickets[ticket.index()].state)) continue;
    cancel_ticket({id, ticket},
                  fmt::format("removed from the plan (version {})", run.source->version));
  }
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) abort_dependents({id, TicketIndex{i}});
}

/// The scheduler's picture of a run whose plan has changed.
void Core::rebuild_queue(const Run& run) {
  scheduler_.replan(run);
  scheduler_.hold_more(run);
  scheduler_.set_open(run.id, run.state == RunState::kRunning && !run.failing);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    if (ticket.state != TicketState::kReady || resting_.contains(ticket.token)) continue;
    scheduler_.ready({run.id, TicketIndex{i}});
  }
}

}  // namespace headway
