#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/core/check_order.h"
#include "coordinator/core/core.h"

/// What the coordinator does about a worker's messages. A peer's bytes never reach an assertion:
/// what names an unknown token, an old session, or somebody else's attempt is normal input and
/// changes nothing.

namespace headway {

namespace {

/// A worker does not decide that a ticket kills workers.
Outcome believed(Outcome said) {
  return said == Outcome::kKilledWorkers ? Outcome::kWorkerLost : said;
}

bool is_running(HeldState state) {
  return state == HeldState::kRunning || state == HeldState::kValidating;
}

/// By how much a peer's calendar is before ours. It may say anything: what is beyond a century is a
/// century.
std::optional<Duration> ahead_of(WallTime ours, const std::optional<WallTime>& theirs) {
  if (!theirs) return std::nullopt;
  constexpr std::int64_t kCentury = 3'155'760'000'000;  // milliseconds
  const std::int64_t bounded =
      std::clamp(to_millis(*theirs), to_millis(ours) - kCentury, to_millis(ours) + kCentury);
  return std::chrono::milliseconds{bounded - to_millis(ours)};
}

/// Pause before a ticket goes out again that a worker refused for a reason of its own.
constexpr Duration kRefusalPause = std::chrono::seconds{1};

}  // namespace

/// Of an attempt that the sender does not hold: of another worker, made up, or settled by now.
bool Core::is_stale(WorkerId worker, const WorkerMessage& message) const {
  const auto names = [&](const auto& body) {
    if constexpr (requires { body.token; }) return held_by(worker, body.token) == nullptr;
    return false;
  };
  return std::visit(names, message);
}

void Core::on_worker(const WorkerInput& input) {
  if (const auto* hello = std::get_if<Hello>(&input.message.message)) {
    return on_hello(input.peer, *hello);
  }
  const auto session = sessions_.find(input.message.session);
  if (session == sessions_.end() || links_.at(session->second).peer != input.peer) {
    ++dropped_;
    turn_.effects.emplace_back(SendToWorker{input.peer, {0, HelloAgain{}}});
    return;
  }
  const WorkerId worker = session->second;
  links_.at(worker).last_heard = now_.steady;
  if (is_stale(worker, input.message.message)) ++stale_;
  struct Visitor {
    Core& core;
    WorkerId worker;
    void operator()(const Hello& /*m*/) {}
    void operator()(const Accept& m) { core.links_.at(worker).unaccepted.erase(m.token); }
    void operator()(const Reject& m) { core.on_reject(worker, m); }
    void operator()(const Started& m) { core.note_started(worker, m.token, m.slot, m.process); }
    void operator()(const Progress& m) {
      if (core.held_by(worker, m.token) == nullptr) return;
      AttemptNote& note = core.notes_[m.token];
      const double share = std::clamp(m.share, 0.0, 1.0);
      std::string message = m.message.substr(0, 1000);
      if (share != note.progress || message != note.progress_message) {
        note.last_sign = core.now_.steady;
      }
      note.progress = share;
      note.progress_message = std::move(message);
    }
    void operator()(const Step& m) {
      if (core.held_by(worker, m.token) == nullptr) return;
      core.notes_[m.token].step = m;
      if (m.kind == Step::Kind::kGate) core.note_validating(m.token);
    }
    void operator()(const CheckpointReached& m) { core.on_checkpoint(worker, m); }
    void operator()(const Output& m) { core.on_output(worker, m); }
    void operator()(const AttemptResult& m) { core.on_result(worker, m); }
    void operator()(const Stopped& m) { core.on_stopped(worker, m); }
    void operator()(const Heartbeat& m) { core.on_heartbeat(worker, m); }
    void operator()(const Drain& /*m*/) {
      core.links_.at(worker).says_draining = true;
      core.scheduler_.withdraw(worker);
    }
    void operator()(const Goodbye& /*m*/) { core.leave_worker(worker); }
  };
  std::visit(Visitor{*this, worker}, input.message.message);
}

// ---- Heartbeats

void Core::on_heartbeat(WorkerId worker, const Heartbeat& heartbeat) {
  Link& link = links_.at(worker);
  link.load = heartbeat.load;
  measure_load(heartbeat.load, now_.steady - std::exchange(link.load_at, now_.steady));
  link.lease_ends = now_.steady + options_.lease + options_.lease_margin;
  HeartbeatAck ack;
  ack.number = heartbeat.number;
  link.clock_ahead = ahead_of(now_.wall, heartbeat.wall_clock);
  std::set<Token> listed;
  for (const InventoryEntry& entry : heartbeat.held) {
    listed.insert(entry.token);
    const bool wanted = held_by(worker, entry.token) != nullptr;
    const bool alive = entry.state == HeldState::kQueued || is_running(entry.state);
    if (!wanted && alive) ack.revoked.push_back(entry.token);
    if (!wanted) continue;
    link.unaccepted.erase(entry.token);
    if (is_running(entry.state)) note_started(worker, entry.token, entry.slot, 0);
    if (entry.state == HeldState::kValidating) note_validating(entry.token);
  }
  // An accepted attempt that the worker does not name is gone: messages of one session come in
  // order.
  std::vector<Token> gone;
  for (const Token token : link.held) {
    if (!listed.contains(token) && !link.unaccepted.contains(token) && !widows_.contains(token)) {
      gone.push_back(token);
    }
  }
  for (const Token token : gone) {
    Ending lost;
    lost.outcome = Outcome::kWorkerLost;
    lost.detail = "its worker does not know it any more";
    lost.blame = has_started(token);
    end(token, lost);
  }
  for (const Token token : link.output_news) {
    const auto note = notes_.find(token);
    if (note != notes_.end()) ack.outputs.push_back({token, note->second.output_received});
    const auto late = late_outputs_.find(token);
    if (late != late_outputs_.end() && note != notes_.end() &&
        note->second.output_received >= late->second.size) {
      late_outputs_.erase(late);
      notes_.erase(token);
    }
  }
  link.output_news.clear();
  send(worker, std::move(ack));
  if (state_.workers.at(worker).draining && !link.says_draining) {
    send(worker, Drain{state_.workers.at(worker).restarting});
  }
}

// ---- Attempts

const AttemptRef* Core::held_by(WorkerId worker, Token token) const {
  const auto link = links_.find(worker);
  if (link == links_.end() || !link->second.held.contains(token)) return nullptr;
  if (widows_.contains(token)) return nullptr;
  return &state_.attempts.at(token);
}

void Core::note_started(WorkerId worker, Token token, SlotId slot, std::int64_t process) {
  const AttemptRef* ref = held_by(worker, token);
  if (ref == nullptr) return;
  links_.at(worker).unaccepted.erase(token);
  if (const auto [note, is_new] = notes_.try_emplace(token); is_new) {
    note->second.last_sign = now_.steady;
  }
  if (is_check(token)) return note_check_started(token, slot);
  if (record(*ref).state != TicketState::kAssigned) return;
  Fact started;
  started.kind = FactKind::kAttemptStarted;
  started.run = ref->run;
  started.ticket = ref->ticket;
  started.token = token;
  started.worker = worker;
  started.slot = slot;
  if (process != 0) started.number = process;
  emit(started);
}

void Core::on_reject(WorkerId worker, const Reject& reject) {
  const AttemptRef* ref = held_by(worker, reject.token);
  if (ref == nullptr) return;
  const Link& link = links_.at(worker);
  const auto stop = link.stops.find(reject.token);
  Ending back;
  back.outcome = stop == link.stops.end() ? Outcome::kTakenBack : stop->second.outcome;
  back.detail = reject.reason.substr(0, 1000);
  // A worker that has a reason of its own may still have it: no tight circle of handing out and
  // giving back.
  if (link.unaccepted.contains(reject.token) && stop == link.stops.end())
    back.pause = kRefusalPause;
  end(reject.token, back);
}

/// Whether this very result was committed before, and only its acknowledgement was lost.
bool Core::was_committed(WorkerId worker, const AttemptResult& result) const {
  const auto ended = state_.attempts.find(result.token);
  if (ended == state_.attempts.end()) return false;
  if (ended->second.is_check) return false;  // told as stale, which settles it as well
  const TicketRecord& last = record(ended->second);
  return last.token == result.token && last.worker == worker &&
         last.outcome == believed(result.outcome);
}

void Core::on_result(WorkerId worker, const AttemptResult& result) {
  const AttemptRef* ref = held_by(worker, result.token);
  if (ref == nullptr) {
    const bool committed = was_committed(worker, result);
    send(worker,
         ResultAck{result.token, committed ? ResultVerdict::kDuplicate : ResultVerdict::kStale});
    return;
  }
  const AttemptRef ticket = *ref;
  if (result.outcome != Outcome::kCouldNotStart) note_started(worker, result.token, result.slot, 0);
  Ending ending;
  ending.outcome = believed(result.outcome);
  if (result.outcome == Outcome::kExit || result.outcome == Outcome::kSucceeded) {
    ending.exit_code = result.outcome == Outcome::kSucceeded ? 0 : result.exit_code;
  }
  if (result.outcome == Outcome::kSignal) ending.signal = result.signal;
  ending.detail = result.detail.substr(0, 4000);
  ending.usage = result.usage;
  ending.artifacts = result.artifacts;
  ending.checks = result.checks;
  ending.watched = result.watched;
  const auto note = notes_.find(result.token);
  const std::uint64_t received = note == notes_.end() ? 0 : note->second.output_received;
  if (received < result.output_size) {
    late_outputs_[result.token] = {ticket.run, worker, result.output_size};
    notes_[result.token].output_received = received;
  }
  end(result.token, std::move(ending));
  send(worker, ResultAck{result.token, ResultVerdict::kCommitted});
}

void Core::on_stopped(WorkerId worker, const Stopped& stopped) {
  Link& link = links_.at(worker);
  const AttemptRef* ref = held_by(worker, stopped.token);
  if (ref == nullptr) return;
  const auto stop = link.stops.find(stopped.token);
  Ending ending;
  ending.outcome = stop == link.stops.end() ? Outcome::kWorkerLost : stop->second.outcome;
  ending.detail = "its worker proved that nothing of it is alive";
  end(stopped.token, ending);
}

void Core::on_output(WorkerId worker, const Output& output) {
  const AttemptRef* ref = held_by(worker, output.token);
  const auto late = late_outputs_.find(output.token);
  RunId run;
  if (ref != nullptr) {
    run = ref->run;
  } else if (late != late_outputs_.end() && late->second.worker == worker) {
    run = late->second.run;
  } else {
    // Of an attempt that is settled: acknowledged, so that the worker can forget it. Number 0
    // renews no lease.
    HeartbeatAck taken;
    taken.outputs.push_back({output.token, output.offset + output.bytes.data.size()});
    send(worker, std::move(taken));
    return;
  }
  AttemptNote& note = notes_[output.token];
  const std::uint64_t end = output.offset + output.bytes.data.size();
  if (end > note.output_received) note.last_sign = now_.steady;
  note.output_received = std::max(note.output_received, end);
  links_.at(worker).output_news.insert(output.token);
  turn_.effects.emplace_back(StoreOutput{run, output.token, output.offset, output.bytes.data});
}

void Core::on_checkpoint(WorkerId worker, const CheckpointReached& checkpoint) {
  const AttemptRef* ref = held_by(worker, checkpoint.token);
  if (is_check(checkpoint.token)) return;  // a check has none
  if (ref != nullptr && checkpoint.number == record(*ref).checkpoints + 1) {
    Fact reached;
    reached.kind = FactKind::kCheckpoint;
    reached.run = ref->run;
    reached.ticket = ref->ticket;
    reached.token = checkpoint.token;
    reached.worker = worker;
    reached.number = checkpoint.number;
    reached.outcome = checkpoint.outcome;
    if (checkpoint.outcome == Outcome::kExit) reached.exit_code = checkpoint.exit_code;
    if (checkpoint.elapsed > Duration{}) reached.elapsed = checkpoint.elapsed;
    reached.detail = printable(checkpoint.name.substr(0, 1000));
    if (checkpoint.outcome != Outcome::kSucceeded) {
      reached.detail =
          fmt::format("checkpoint '{}'", reached.detail) +
          failure_words(
              {checkpoint.outcome, checkpoint.exit_code, {}, printable(checkpoint.detail)});
    }
    emit(reached);
  }
  const bool in_order = ref == nullptr || checkpoint.number <= record(*ref).checkpoints;
  if (in_order) send(worker, CheckpointAck{checkpoint.token, checkpoint.number});
}

// ---- Leaving

void Core::end_session(WorkerId worker, const std::string& why) {
  Link& link = links_.at(worker);
  if (link.connected) sessions_.erase(link.session);
  link.connected = false;
  scheduler_.withdraw(worker);
  const auto known = state_.workers.find(worker);
  if (known == state_.workers.end() || !known->second.joined) return;
  Fact lost;
  lost.kind = FactKind::kWorkerLost;
  lost.worker = worker;
  lost.detail = why;
  emit(lost);
}

/// The lease has run out for certain: nothing that the worker held is alive, or will be again.
void Core::lose_worker(WorkerId worker, const std::string& why) {
  end_session(worker, why);
  const std::set<Token> held = links_.at(worker).held;
  const bool any_started =
      std::ranges::any_of(held, [&](Token token) { return has_started(token); });
  std::uint32_t could_have_started = state_.workers.at(worker).slots;
  for (const Token token : held) {
    // Only a proof ends such an attempt; the worker may come back with it.
    if (ends_by_proof_alone(token)) continue;
    Ending ending;
    ending.outcome = Outcome::kWorkerLost;
    ending.detail = why;
    // A loss is laid at the door of what ran; where nothing is known to have run, of what could
    // have.
    ending.blame = has_started(token) || (!any_started && could_have_started > 0);
    if (could_have_started > 0) --could_have_started;
    end(token, ending);
  }
}

void Core::leave_worker(WorkerId worker) {
  Link& link = links_.at(worker);
  sessions_.erase(link.session);
  link.connected = false;
  scheduler_.withdraw(worker);
  Fact left;
  left.kind = FactKind::kWorkerLeft;
  left.worker = worker;
  emit(left);
  const std::set<Token> held = link.held;
  for (const Token token : held) {
    if (widows_.contains(token)) continue;
    Ending back;
    back.outcome = Outcome::kTakenBack;
    back.detail = "its worker left without it";
    end(token, back);
  }
}

}  // namespace headway
