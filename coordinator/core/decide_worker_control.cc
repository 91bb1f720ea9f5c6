#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/core/core.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/who_and_why.h"
#include "coordinator/core/worker_named.h"

/// What a person does to a worker: letting it leave, taking its work away, and vouching for its
/// death.

namespace headway {

namespace {

std::string detail_of(const WorkerControl& control) {
  const std::string_view what =
      control.confirm_dead ? std::string_view{"confirmed dead"} : to_text(control.action);
  return who_and_why(what, control.by, control.comment);
}

/// What becomes of the worker, and of what it holds.
Change worker_change(const WorkerRecord& worker, const Link& link, const WorkerControl& control) {
  const std::size_t held = link.held.size();
  std::string before = !link.connected ? "not there" : worker.draining ? "draining" : "joined";
  before += ", " + counted(held, "ticket");
  if (control.confirm_dead) {
    return {"worker " + worker.name, before, "dead; what it held goes out again"};
  }
  switch (control.action) {
    case WorkerAction::kDrain:
      return {"worker " + worker.name, before, "draining; leaves when its tickets have ended"};
    case WorkerAction::kRemove:
      return {"worker " + worker.name, before, "leaving; its tickets are stopped and go elsewhere"};
    case WorkerAction::kRestart:
      break;
  }
  return {"worker " + worker.name, before, "draining; starts anew when its tickets have ended"};
}

}  // namespace

void Core::on_worker_control(const WorkerControlInput& input) {
  const WorkerControl& control = input.control;
  const Result<WorkerId> worker = chosen_worker(control);
  if (!worker) {
    turn_.effects.emplace_back(AnswerError{input.request, worker.error()});
    return;
  }
  WorkerControlAnswer answer;
  answer.changes.push_back(worker_change(state_.workers.at(*worker), links_[*worker], control));
  if (!control.dry_run) {
    if (control.confirm_dead) {
      bury_worker(*worker, detail_of(control));
    } else {
      drain_worker(*worker, control.action == WorkerAction::kRestart, detail_of(control));
      if (control.action == WorkerAction::kRemove) take_back(*worker);
    }
  }
  answer.alive = static_cast<std::uint32_t>(links_[*worker].held.size());
  turn_.effects.emplace_back(AnswerWorkerControl{input.request, answer});
}

Result<WorkerId> Core::chosen_worker(const WorkerControl& control) const {
  Result<WorkerId> known = worker_named(state_, control.worker);
  if (!known) return known;
  const std::string& name = state_.workers.at(*known).name;
  const auto link = links_.find(*known);
  const bool connected = link != links_.end() && link->second.connected;
  const std::size_t held = link == links_.end() ? 0 : link->second.held.size();
  if (control.confirm_dead) {
    if (connected && is_heard(link->second) && !has_widows(link->second)) {
      return Error{ErrorKind::kDenied,
                   fmt::format("worker {} is alive: it was heard of {:.1f} s ago", name,
                               to_seconds(now_.steady - link->second.last_heard))};
    }
    return known;
  }
  if (!connected && held > 0) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("worker {} is not there, and holds {} attempts that may be alive; they go out "
                    "again when its lease has run out, those that want proof when it comes back or "
                    "with `worker remove {} --confirm-dead`",
                    name, held, name)};
  }
  if (!connected) return Error{ErrorKind::kFailed, fmt::format("worker {} is not there", name)};
  const bool by_itself = link->second.says_draining && !state_.workers.at(*known).draining;
  if (by_itself && control.action == WorkerAction::kRestart) {
    return Error{ErrorKind::kFailed,
                 fmt::format("worker {} was asked to end on its own machine, and stays away: start "
                             "it anew there",
                             name)};
  }
  return known;
}

/// Durable, so that a restart of the coordinator does not forget it; told again with every
/// heartbeat until the worker says that it drains. Whether it is to come back is by the last word.
void Core::drain_worker(WorkerId worker, bool restart, const std::string& why) {
  const WorkerRecord& known = state_.workers.at(worker);
  if (known.draining && known.restarting == restart) return;
  Fact draining;
  draining.kind = FactKind::kWorkerDraining;
  draining.worker = worker;
  draining.detail = why;
  if (restart) draining.number = 1;
  emit(draining);
  scheduler_.withdraw(worker);
  send(worker, Drain{restart});
}

void Core::take_back(WorkerId worker) {
  const std::set<Token> held = links_.at(worker).held;
  for (const Token token : held) take_back(token);
}

/// Has an attempt stopped, so that its ticket goes out again, unless that is to be cancelled
/// anyhow.
void Core::take_back(Token token) {
  if (is_check(token)) return stop_check(token);
  const AttemptRef ref = state_.attempts.at(token);
  Stop stop;
  stop.token = token;
  stop.grace = state_.find_run(ref.run)->attempt_ticket(ref.ticket).kill_grace;
  stop.outcome = record(ref).cancelling ? Outcome::kCancelled : Outcome::kTakenBack;
  order_stop(record(ref).worker, stop);
}

/// Its session ends at once. That says nothing of its processes: what it held goes out again when
/// its lease has run out for certain, or on proof where that is asked for.
void Core::on_shut_out(const ShutOutInput& input) {
  const auto known = state_.worker_by_name.find(input.worker);
  if (known == state_.worker_by_name.end() || !links_.contains(known->second)) return;
  end_session(known->second, input.why);
}

bool Core::is_heard(const Link& link) const {
  return link.connected && now_.steady - link.last_heard < 2 * options_.heartbeat;
}

bool Core::has_widows(const Link& link) const {
  return std::ranges::any_of(link.held, [this](Token token) { return widows_.contains(token); });
}

/// A person's word that nothing of it is alive stands for every proof. Of a worker that is heard
/// of, the word is about its former lives.
void Core::bury_worker(WorkerId worker, const std::string& why) {
  Link& link = links_[worker];
  const bool only_widows = is_heard(link);
  if (!only_widows) end_session(worker, why);
  const std::set<Token> held = link.held;
  for (const Token token : held) {
    if (only_widows && !widows_.contains(token)) continue;
    Ending ending;
    ending.outcome = Outcome::kWorkerLost;
    ending.detail = why;
    end(token, ending);
  }
}

}  // namespace headway
