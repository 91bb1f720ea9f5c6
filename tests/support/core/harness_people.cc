#include "common/base/check.h"
#include "coordinator/core/plan_revision.h"
#include "tests/support/core/core_harness.h"

/// What people ask for, and what they are answered.

namespace headway {

RunId CoreHarness::submit(PlanBuilder& plan, RunOptions options) {
  const auto source = run_plan(plan.plan, std::move(options));
  step(SubmitInput{++requests_, source});
  const RunId run = core_->state().last_run;
  journal_.plans[run] = source;
  turn();
  EXPECT_EQ(answered<AnswerSubmit>().answer.run, run);
  return run;
}

void CoreHarness::ask_to_apply(const PlanBuilder& plan, PlanChangeWishes wishes, bool dry_run) {
  const Run& run = shadow_.runs.at(shadow_.last_run);
  Result<PlanRevision> made = revise_plan(*run.source, plan.plan, run.source->options, "digest");
  HW_CHECK(made.ok(), "a test's plan is invalid");
  const auto revision = std::make_shared<const PlanRevision>(std::move(*made));
  if (!dry_run) journal_.versions[{run.id, revision->plan->version}] = revision->plan;
  step(ApplyInput{++requests_, run.id, revision, wishes, dry_run, "ann", ""});
  turn();
}

PlanChange CoreHarness::apply(const PlanBuilder& plan, PlanChangeWishes wishes, bool dry_run) {
  ask_to_apply(plan, wishes, dry_run);
  return *answered<AnswerApply>().change;
}

std::string CoreHarness::refused_application(const PlanBuilder& plan, PlanChangeWishes wishes) {
  ask_to_apply(plan, wishes, false);
  return answered<AnswerError>().error.message;
}

std::vector<Change> CoreHarness::pause(RunId run) {
  step(PauseInput{++requests_, run});
  turn();
  return answered<AnswerControl>().changes;
}

void CoreHarness::resume(RunId run) {
  step(ResumeInput{++requests_, run});
  turn();
  answered<AnswerControl>();
}

void CoreHarness::stop(RunId run, bool force, bool preserve) {
  step(StopInput{++requests_, {run, force, preserve}});
  turn();
  answered<AnswerControl>();
}

void CoreHarness::ask(TicketAction action, const Ids& tickets) {
  TicketControl control;
  control.run = shadow_.last_run;
  control.action = action;
  control.tickets = tickets;
  control.by = "ann";
  step(TicketInput{++requests_, control, std::make_shared<const State>(shadow_)});
  turn();
}

void CoreHarness::control(TicketAction action, const Ids& tickets) {
  ask(action, tickets);
  answered<AnswerControl>();
}

std::string CoreHarness::refused(TicketAction action, const Ids& tickets) {
  ask(action, tickets);
  return answered<AnswerError>().error.message;
}

void CoreHarness::ask(AdjustRequest request) {
  request.run = shadow_.last_run;
  request.by = "ann";
  step(AdjustInput{++requests_, std::move(request)});
  turn();
}

AdjustAnswer CoreHarness::adjust(AdjustRequest request) {
  ask(std::move(request));
  return answered<AnswerAdjust>().answer;
}

std::string CoreHarness::refused_adjustment(AdjustRequest request) {
  ask(std::move(request));
  return answered<AnswerError>().error.message;
}

void CoreHarness::ask_to_reassign(const Ids& tickets, const std::string& to, bool restart) {
  TicketControl control;
  control.run = shadow_.last_run;
  control.action = TicketAction::kReassign;
  control.tickets = tickets;
  control.to = to;
  control.restart = restart;
  control.by = "ann";
  step(TicketInput{++requests_, control, std::make_shared<const State>(shadow_)});
  turn();
}

std::vector<Change> CoreHarness::reassign(const Ids& tickets, const std::string& to, bool restart) {
  ask_to_reassign(tickets, to, restart);
  return answered<AnswerControl>().changes;
}

std::string CoreHarness::refused_reassignment(const Ids& tickets, const std::string& to,
                                              bool restart) {
  ask_to_reassign(tickets, to, restart);
  return answered<AnswerError>().error.message;
}

std::string CoreHarness::refused_clearing(const ClearLocksRequest& request) {
  step(ClearLocksInput{++requests_, request});
  turn();
  return answered<AnswerError>().error.message;
}

ClearLocksAnswer CoreHarness::clear_locks(const ClearLocksRequest& request) {
  step(ClearLocksInput{++requests_, request});
  turn();
  return answered<AnswerClearLocks>().answer;
}

void CoreHarness::ask(const std::string& worker, WorkerAction action, bool confirm_dead) {
  step(WorkerControlInput{++requests_, {worker, action, confirm_dead, "ann", ""}});
  turn();
}

WorkerControlAnswer CoreHarness::drain(const std::string& worker) {
  ask(worker, WorkerAction::kDrain, false);
  return answered<AnswerWorkerControl>().answer;
}

WorkerControlAnswer CoreHarness::restart_worker(const std::string& worker) {
  ask(worker, WorkerAction::kRestart, false);
  return answered<AnswerWorkerControl>().answer;
}

std::string CoreHarness::refused_restart(const std::string& worker) {
  ask(worker, WorkerAction::kRestart, false);
  return answered<AnswerError>().error.message;
}

WorkerControlAnswer CoreHarness::remove(const std::string& worker, bool confirm_dead) {
  ask(worker, WorkerAction::kRemove, confirm_dead);
  return answered<AnswerWorkerControl>().answer;
}

std::string CoreHarness::refused_removal(const std::string& worker, bool confirm_dead) {
  ask(worker, WorkerAction::kRemove, confirm_dead);
  return answered<AnswerError>().error.message;
}

std::string CoreHarness::roll_back(const std::string& to) {
  ask(TicketAction::kRollback, to.empty() ? Ids{} : Ids{to});
  if (const auto* refusal = std::get_if<AnswerError>(&answers_.front())) {
    const std::string why = refusal->error.message;
    answers_.pop_front();
    return why;
  }
  std::string order;
  for (const Change& change : answered<AnswerControl>().changes) {
    order += (order.empty() ? "" : " ") + change.what + ":" + change.after;
  }
  return order;
}

}  // namespace headway
