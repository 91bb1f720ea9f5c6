#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "coordinator/core/core.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/steering.h"
#include "coordinator/core/who_and_why.h"
#include "coordinator/core/worker_named.h"

/// What a person changes in a run that goes on: how much at once, how much there is, what goes
/// first and where it goes. All that one request asks for, or nothing.

namespace headway {

namespace {

/// Whether the ticket is at another worker than the one it is to go to; 0: any will do.
bool goes_elsewhere(const TicketRecord& ticket, WorkerId to) {
  return is_alive(ticket.state) && to != WorkerId{} && ticket.worker != to;
}

}  // namespace

void Core::on_adjust(const AdjustInput& input) {
  const AdjustRequest& adjust = input.adjust;
  const auto refuse = [&](Error error) {
    turn_.effects.emplace_back(AnswerError{input.request, std::move(error)});
  };
  const Result<std::vector<RunId>> chosen = chosen_runs(adjust.run);
  if (!chosen) return refuse(chosen.error());
  if (chosen->size() != 1) {
    return refuse({ErrorKind::kUsage, "name the one run that is to be adjusted"});
  }
  const Run& run = *state_.find_run(chosen->front());
  const Result<std::vector<Change>> resources = describe(run, adjust.resources);
  if (!resources) return refuse(resources.error());
  const Result<std::vector<PriorityChange>> priorities = named_priorities(run, adjust.priorities);
  if (!priorities) return refuse(priorities.error());

  AdjustAnswer answer;
  answer.sequence = state_.last_sequence;
  std::string note;
  const std::optional<LimitChange> limit = limit_after(adjust, run.most_alive(), scheduler_.slots(),
                                                       join_command(options_.join_words), note);
  if (!note.empty()) answer.notes.push_back(note);
  if (limit) {
    const auto after = limit->to == 0 ? std::nullopt : std::optional(limit->to);
    answer.changes.push_back(
        {"tickets alive at once", limit_words(run.most_alive()), limit_words(after)});
  }
  std::ranges::copy(*resources, std::back_inserter(answer.changes));
  std::ranges::move(describe(run, *priorities), std::back_inserter(answer.changes));
  if (adjust.reallocate) {
    for (const AttemptRef ticket : scheduler_.not_started(run.id)) {
      answer.taken_back.push_back(run.ticket(ticket.ticket).id);
    }
  }
  if (!adjust.dry_run && (!answer.changes.empty() || !answer.taken_back.empty())) {
    steer(run.id, who_and_why("adjust", adjust.by, adjust.comment));
    if (limit) {
      Fact set;
      set.kind = FactKind::kParallelismSet;
      set.run = run.id;
      set.number = limit->to;
      emit(set);
    }
    for (const ResourceSetting& setting : adjust.resources) {
      Fact set;
      set.kind = FactKind::kResourceSet;
      set.run = run.id;
      set.number = setting.thousandths;
      set.detail = setting.name;
      emit(set);
    }
    set_priorities(run, *priorities);
    if (adjust.reallocate) recall_not_started(run.id);
  }
  turn_.effects.emplace_back(AnswerAdjust{input.request, std::move(answer)});
}

/// Tells people who did what and why; the facts that follow say what has changed.
void Core::steer(RunId run, const std::string& why) {
  Fact steered;
  steered.kind = FactKind::kRunSteered;
  steered.run = run;
  steered.detail = why;
  emit(steered);
}

Result<std::vector<PriorityChange>> Core::named_priorities(
    const Run& run, const std::vector<PrioritySetting>& settings) const {
  std::vector<PriorityChange> changes;
  for (const PrioritySetting& setting : settings) {
    const TicketIndex* ticket = run.graph().find(setting.ticket);
    if (ticket == nullptr) return no_ticket(run, setting.ticket);
    const std::optional<Priority> priority = from_text<Priority>(setting.priority);
    if (!priority) {
      std::vector<std::string> words;
      words.reserve(EnumText<Priority>::kWords.size());
      for (const auto& [value, word] : EnumText<Priority>::kWords) words.emplace_back(word);
      return Error{ErrorKind::kUsage,
                   fmt::format("a priority is {}, not `{}`", join_words(words, "or"),
                               printable(setting.priority.substr(0, 100)))};
    }
    if (is_final(run.tickets[ticket->index()].state)) {
      return Error{ErrorKind::kFailed, fmt::format("{} has ended: it is {}", setting.ticket,
                                                   to_text(run.tickets[ticket->index()].state))};
    }
    changes.push_back({*ticket, *priority});
  }
  return changes;
}

void Core::set_priorities(const Run& run, const std::vector<PriorityChange>& changes) {
  for (const PriorityChange& change : changes) {
    Fact set;
    set.kind = FactKind::kPrioritySet;
    set.run = run.id;
    set.ticket = change.ticket;
    set.detail = to_text(change.priority);
    emit(set);
  }
  if (!changes.empty()) scheduler_.set_priorities(run);
}

Result<Reassignment> Core::planned_reassignment(const Run& run,
                                                const std::vector<TicketIndex>& tickets,
                                                const TicketControl& control) const {
  Reassignment planned{{}, "any worker", tickets, control.restart};
  if (!control.to.empty()) {
    // It takes the ticket into whichever slot is free.
    const Result<WorkerId> worker = worker_named(state_, control.to);
    if (!worker) return worker.error();
    planned.to = *worker;
    planned.to_name = state_.workers.at(*worker).name;
  }
  for (const TicketIndex index : tickets) {
    const std::string& id = run.ticket(index).id;
    const TicketRecord& ticket = run.tickets[index.index()];
    if (is_final(ticket.state)) {
      return Error{ErrorKind::kFailed,
                   fmt::format("{} has ended: it is {}", id, to_text(ticket.state))};
    }
    const bool runs = is_alive(ticket.state) && ticket.state != TicketState::kAssigned;
    if (planned.to == WorkerId{}) continue;
    if (const auto why = scheduler_.unfit({run.id, index}, planned.to)) {
      return Error{ErrorKind::kFailed,
                   fmt::format("worker {} cannot run {}: {}", planned.to_name, id, *why)};
    }
    if (runs && ticket.worker != planned.to && !control.restart) {
      return Error{ErrorKind::kFailed,
                   fmt::format("{} is running on {}; with --restart it is stopped there and begins "
                               "anew",
                               id, state_.workers.at(ticket.worker).name)};
    }
  }
  return planned;
}

Result<std::vector<Change>> Core::reassign_tickets(const Run& run,
                                                   const std::vector<TicketIndex>& named,
                                                   const TicketControl& control) {
  const Result<Reassignment> planned = planned_reassignment(run, named, control);
  if (!planned) return planned.error();
  std::vector<Change> changes;
  for (const TicketIndex ticket : named) {
    const WorkerId now = run.tickets[ticket.index()].pinned;
    const std::string before = now == WorkerId{} ? "any worker" : state_.workers.at(now).name;
    changes.push_back({"worker of " + run.ticket(ticket).id, before, planned->to_name});
  }
  for (const TicketIndex ticket : planned->tickets) {
    const TicketRecord& moved = run.tickets[ticket.index()];
    if (!planned->restart || !goes_elsewhere(moved, planned->to)) continue;
    changes.push_back(
        {"attempt of " + run.ticket(ticket).id, std::string(to_text(moved.state)), "begun anew"});
  }
  if (control.dry_run) return changes;
  steer(run.id, who_and_why(to_text(control.action), control.by, control.comment));
  reassign(run, *planned);
  return changes;
}

Result<std::vector<Change>> Core::prioritise_tickets(const Run& run,
                                                     const std::vector<TicketIndex>& named,
                                                     const TicketControl& control) {
  std::vector<PrioritySetting> settings;
  settings.reserve(named.size());
  for (const TicketIndex ticket : named) {
    settings.push_back({run.ticket(ticket).id, control.priority});
  }
  const Result<std::vector<PriorityChange>> changes = named_priorities(run, settings);
  if (!changes) return changes.error();
  std::vector<Change> rows = describe(run, *changes);
  if (control.dry_run) return rows;
  steer(run.id, who_and_why(to_text(control.action), control.by, control.comment));
  set_priorities(run, *changes);
  return rows;
}

void Core::reassign(const Run& run, const Reassignment& reassignment) {
  for (const TicketIndex index : reassignment.tickets) {
    const AttemptRef ref{run.id, index};
    const TicketRecord& ticket = record(ref);
    const bool elsewhere = goes_elsewhere(ticket, reassignment.to);
    Fact pinned;
    pinned.kind = FactKind::kTicketPinned;
    pinned.run = run.id;
    pinned.ticket = index;
    pinned.worker = reassignment.to;
    if (elsewhere && reassignment.restart) pinned.number = 1;
    emit(pinned);
    if (elsewhere && !reassignment.restart) recall(ref);
  }
  stop_marked(run);
}

}  // namespace headway
