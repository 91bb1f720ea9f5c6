#include "tests/sim/checkers/memory.h"

#include "common/plan/words.h"

namespace headway::sim {

namespace {

bool same_state(TicketState memory, TicketState read) {
  // The journal does not say when a ticket becomes ready.
  const bool waits = memory == TicketState::kReady || memory == TicketState::kWaiting;
  return waits ? read == TicketState::kReady || read == TicketState::kWaiting : memory == read;
}

/// A ticket's gates, review and rollback.
void check_milestones(const Run& run, TicketIndex index, const ReadTicket& read,
                      Problems& problems) {
  const TicketRecord& memory = run.tickets[index.index()];
  const auto found = run.validations.find(index);
  const bool left_slot = found != run.validations.end();
  bool same = left_slot == read.left_slot && memory.rollback == read.rollback;
  if (left_slot) {
    same = same && found->second.passed == read.passed && found->second.review == read.review &&
           found->second.failures.size() == read.gate_failures.size();
  }
  if (same) return;
  problems.add(
      11,
      "the gates or the rollback of {} of r{} stand otherwise in the journal: left its slot "
      "{}/{}, rollback {}/{}, gates passed {}/{}, failed {}/{}, review {}/{}",
      run.plan().tickets[index.index()].id, run.id.number(), left_slot, read.left_slot,
      to_text(memory.rollback), to_text(read.rollback), left_slot ? found->second.passed.size() : 0,
      read.passed.size(), left_slot ? found->second.failures.size() : 0, read.gate_failures.size(),
      left_slot ? found->second.review.value_or(0) : 0, read.review.value_or(0));
}

void check_plan_gates(const Run& run, const ReadRun& read, Problems& problems) {
  bool same = run.plan_gates.size() == read.plan_gates.size();
  for (std::uint32_t i = 0; same && i < run.plan_gates.size(); ++i) {
    const PlanGateRecord& memory = run.plan_gates[i];
    const ReadPlanGate& gate = read.plan_gates[i];
    const bool due = run.due.contains({CheckKind::kPlanGate, TicketIndex{}, i + 1});
    same = due == gate.due && memory.handed == gate.handed && memory.failing == gate.failing &&
           memory.passed == gate.passed && memory.failed == gate.failed;
  }
  if (!same) problems.add(11, "the gates of r{} stand otherwise in the journal", run.id.number());
}

void check_run(const Run& run, const ReadRun& read, Problems& problems) {
  if (run.state != read.state) {
    problems.add(11, "r{} is {} in memory and {} in the journal", run.id.number(),
                 to_text(run.state), to_text(read.state));
  }
  if (run.failing != read.failing) {
    problems.add(11, "r{} is {}failing in memory", run.id.number(), run.failing ? "" : "not ");
  }
  if (run.parallelism != read.parallelism || run.resources != read.resources) {
    problems.add(11, "r{} is steered otherwise in memory than in the journal", run.id.number());
  }
  if (run.source != read.source) {
    problems.add(11, "r{} has version {} of its plan in memory and {} in the journal",
                 run.id.number(), run.source->version, read.source->version);
    return;
  }
  check_plan_gates(run, read, problems);
  for (std::size_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& memory = run.tickets[i];
    const ReadTicket& ticket = read.tickets[i];
    if (!same_state(memory.state, ticket.state) || (ticket.alive && memory.token != ticket.token)) {
      problems.add(11, "{} of r{} is {} (token {}) in memory and {} (token {}) in the journal",
                   run.plan().tickets[i].id, run.id.number(), to_text(memory.state),
                   memory.token.number(), to_text(ticket.state), ticket.token.number());
    }
    const std::string priority(memory.priority ? to_text(*memory.priority) : "");
    if (memory.pinned != ticket.pinned || priority != ticket.priority ||
        (ticket.alive && memory.moving != ticket.moving)) {
      problems.add(11, "{} of r{} is steered otherwise in memory than in the journal",
                   run.plan().tickets[i].id, run.id.number());
    }
    if (memory.generation != ticket.generation) {
      problems.add(11, "{} of r{} is in generation {} in memory and {} in the journal",
                   run.plan().tickets[i].id, run.id.number(), memory.generation, ticket.generation);
    }
    check_milestones(run, TicketIndex{static_cast<std::uint32_t>(i)}, ticket, problems);
    if (memory.workers_lost != ticket.losses) {
      problems.add(11, "{} of r{} has lost {} workers in memory and {} in the journal",
                   run.plan().tickets[i].id, run.id.number(), memory.workers_lost, ticket.losses);
    }
  }
}

bool same_tally(const Tally& one, const ReadTally& read) {
  return one.ended == read.ended && one.succeeded == read.succeeded && one.timed == read.timed &&
         one.took == read.took && one.estimated == read.estimated;
}

void check_record(const TrackRecord& record, const Reading& reading, Problems& problems) {
  if (record.size() != reading.tallies().size()) {
    problems.add(11, "there are {} tallies of workers in memory and {} in the journal",
                 record.size(), reading.tallies().size());
  }
  for (const auto& [key, read] : reading.tallies()) {
    const CategoryRecord* category = record.find(key.second);
    const Tally* tally = category == nullptr ? nullptr : category->find(key.first);
    if (tally != nullptr && same_tally(*tally, read)) continue;
    problems.add(11, "what worker {} did of {} is another thing in memory than in the journal",
                 key.first.number(), key.second);
  }
}

}  // namespace

void check_tallies(const std::map<TallyKey, KeptTally>& kept, const Reading& reading,
                   Problems& problems) {
  bool same = kept.size() == reading.tallies().size();
  for (const auto& [key, read] : reading.tallies()) {
    const auto found = kept.find({key.first, key.second});
    same = same && found != kept.end() && same_tally(found->second.tally, read);
  }
  if (!same) problems.add(11, "the tallies that are kept are not what the facts say");
}

void check_memory(const Core& core, const Reading& reading, Problems& problems) {
  check_record(core.state().track_record, reading, problems);
  for (const auto& [id, run] : core.state().runs) {
    const ReadRun* read = reading.run(id);
    if (read == nullptr) {
      problems.add(11, "r{} is in memory and not in the journal", id.number());
      continue;
    }
    check_run(run, *read, problems);
  }
  for (const auto& [token, check] : core.state().checks) {
    const ReadAttempt* attempt = reading.attempt(token);
    if (attempt != nullptr && attempt->alive && attempt->check == check.check) continue;
    problems.add(11, "a worker has check {} in memory alone", token.number());
  }
  for (const auto& [id, read] : reading.runs()) {
    if (!is_final(read.state) && core.state().find_run(id) == nullptr) {
      problems.add(11, "r{} is {} in the journal and not in memory", id.number(),
                   to_text(read.state));
    }
  }
}

void check_stops(const Core& core, const Reading& reading, Problems& problems) {
  for (const auto& [token, key] : reading.held()) {
    const ReadRun& run = *reading.run(key.run);
    const auto& check = reading.attempt(token)->check;
    // What is being put back is put back, unless all is to stay as it is.
    const bool goes_on = check && check->kind == CheckKind::kRollback && !run.preserve;
    const bool stopping = run.state == RunState::kStopping && !goes_on;
    const ReadTicket& ticket = *reading.ticket(key);
    const bool of_ticket = !check || check->kind == CheckKind::kGate;
    if (!stopping && !(of_ticket && (ticket.cancelling || ticket.moving))) continue;
    const auto link = core.links().find(reading.attempt(token)->worker);
    if (link != core.links().end() && link->second.stops.contains(token)) continue;
    problems.add(8, "token {} is to be stopped, and its worker is not told", token.number());
  }
}

void check_bounds(const Core& core, const Reading& reading, Problems& problems) {
  for (const auto& [worker, link] : core.links()) {
    const auto kept = [&](Token token, const char* what) {
      if (reading.held().contains(token)) return;
      problems.add(13, "of token {}, which has ended, is kept {}", token.number(), what);
    };
    for (const Token token : link.held) kept(token, "that it is held");
    for (const Token token : link.unaccepted) kept(token, "that it is not accepted");
    for (const auto& [token, stop] : link.stops) kept(token, "a stop");
    for (const Token token : link.output_news) {
      if (core.output_pending(token)) continue;
      if (core.note(token) == nullptr) continue;
      if (reading.alive().contains(token)) continue;  // its gates are open
      kept(token, "a note");
    }
  }
}

}  // namespace headway::sim
