#include <algorithm>
#include <array>

#include "common/plan/words.h"
#include "common/wire/codec.h"
#include "coordinator/core/lock_report.h"
#include "tests/sim/world/plans.h"
#include "tests/sim/world/world.h"

/// What people ask for, and what strangers try.

namespace headway::sim {

namespace {

std::string random_priority(Random& random) {
  const auto& words = EnumText<Priority>::kWords;
  return std::string(words[random.below(words.size())].second);
}

}  // namespace

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

void World::wish(const PersonsWish& wish) {
  const Core* core = coordinator_->core();
  if (core == nullptr) {
    if (wish.wish == Wish::kSubmit) stage_.queue.after(1s, [this, &wish] { this->wish(wish); });
    return;
  }
  stage_.trace.note(stage_.queue.now(), "person", "asks", static_cast<int>(wish.wish));
  Random random(wish.dice);
  const std::uint64_t newest = core->state().last_run.number();
  const RunId run{random.one_in(3) ? 0 : 1 + random.below(newest + 1)};
  switch (wish.wish) {
    case Wish::kSubmit: {
      const auto plan = prepare(scenario_.plans[wish.plan]);
      return coordinator_->ask(SubmitInput{coordinator_->expect_plan(plan), plan});
    }
    case Wish::kPause:
      return coordinator_->ask(PauseInput{++requests_, run});
    case Wish::kResume:
      return coordinator_->ask(ResumeInput{++requests_, run});
    case Wish::kStop: {
      const bool force = random.one_in(2);
      return coordinator_->ask(StopInput{++requests_, {run, force, !random.one_in(4)}});
    }
    case Wish::kCancelTicket:
    case Wish::kRetryTicket:
    case Wish::kRerunTicket:
      return wish_about_ticket(wish);
    case Wish::kDrainWorker:
    case Wish::kRemoveWorker:
    case Wish::kRestartWorker: {
      WorkerControl control;
      control.worker = scenario_.workers[random.below(scenario_.workers.size())].offer.worker;
      control.action = wish.wish == Wish::kDrainWorker    ? WorkerAction::kDrain
                       : wish.wish == Wish::kRemoveWorker ? WorkerAction::kRemove
                                                          : WorkerAction::kRestart;
      return coordinator_->ask(WorkerControlInput{++requests_, control});
    }
    case Wish::kAdjust:
      return wish_to_adjust(random);
    case Wish::kReassignTicket:
    case Wish::kPrioritiseTicket:
      return wish_where_or_when(wish.wish, random);
    case Wish::kClearLocks:
      return wish_to_clear_locks(random);
    case Wish::kReplan:
      return wish_to_replan(random);
    case Wish::kReview:
    case Wish::kSettle:
    case Wish::kRollback:
      return wish_about_milestones(wish.wish, random);
  }
}

/// An unfinished run, mostly; null: there is none.
const Run* World::some_run(Random& random) const {
  const std::map<RunId, Run>& runs = coordinator_->core()->state().runs;
  if (runs.empty()) return nullptr;
  return &std::next(runs.begin(), static_cast<std::ptrdiff_t>(random.below(runs.size())))->second;
}

/// Never so little that a ticket could not run: that would be for a person to mend.
void World::wish_to_adjust(Random& random) {
  const Run* run = some_run(random);
  if (run == nullptr) return;
  AdjustRequest adjust;
  adjust.run = run->id;
  adjust.dry_run = random.one_in(8);
  adjust.reallocate = random.one_in(3);
  if (random.one_in(2)) adjust.parallelism = static_cast<std::int32_t>(random.below(5));
  if (random.one_in(4)) adjust.more_parallelism = static_cast<std::int32_t>(random.below(5)) - 2;
  for (const ResourceAmount& counted : run->plan().resources) {
    std::int64_t most{};  // of any plan: runs that count the same share it
    for (const Plan& plan : scenario_.plans) {
      for (const Ticket& ticket : plan.tickets) {
        for (const ResourceAmount& wanted : ticket.resources) {
          if (wanted.name == counted.name) most = std::max(most, wanted.thousandths);
        }
      }
    }
    const auto more = static_cast<std::int64_t>(random.below(4));
    if (random.one_in(2)) adjust.resources.push_back({counted.name, most + 1000 * more});
  }
  for (const Ticket& ticket : run->plan().tickets) {
    if (random.one_in(6)) adjust.priorities.push_back({ticket.id, random_priority(random)});
  }
  coordinator_->ask(AdjustInput{++requests_, adjust});
}

void World::wish_where_or_when(Wish wish, Random& random) {
  const Run* run = some_run(random);
  if (run == nullptr || run->tickets.empty()) return;
  TicketControl control;
  control.run = run->id;
  control.dry_run = random.one_in(8);
  for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
    control.tickets.push_back(run->plan().tickets[random.below(run->tickets.size())].id);
  }
  if (wish == Wish::kPrioritiseTicket) {
    control.action = TicketAction::kPriority;
    control.priority = random_priority(random);
  } else {
    control.action = TicketAction::kReassign;
    control.restart = random.one_in(2);
    const auto& worker = scenario_.workers[random.below(scenario_.workers.size())];
    if (!worker.spare && !random.one_in(4)) control.to = worker.offer.worker;
  }
  coordinator_->ask(TicketInput{++requests_, control, nullptr});
}

/// Tickets that were given to a worker which does not come back may go anywhere again.
void World::set_free() {
  const Core* core = coordinator_->core();
  if (core == nullptr) return;
  for (const auto& [id, run] : core->state().runs) {
    TicketControl control;
    control.run = id;
    control.action = TicketAction::kReassign;
    for (std::size_t i = 0; i < run.tickets.size(); ++i) {
      const TicketRecord& ticket = run.tickets[i];
      if (ticket.pinned == WorkerId{} || is_final(ticket.state)) continue;
      const auto link = core->links().find(ticket.pinned);
      const bool there = link != core->links().end() && link->second.connected;
      if (!there) control.tickets.push_back(run.plan().tickets[i].id);
    }
    if (!control.tickets.empty()) coordinator_->ask(TicketInput{++requests_, control, nullptr});
  }
}

/// A person who looks before vouching: what may still be alive is not called dead.
void World::wish_to_clear_locks(Random& random) {
  ClearLocksRequest clear;
  clear.force = random.one_in(2);
  const Core& core = *coordinator_->core();
  for (const auto& [token, key] : stage_.reading.held()) {
    const WorkerId worker = stage_.reading.attempt(token)->worker;
    const HolderState state = holder_state(core, worker, token, coordinator_->local_now());
    const Processes& real = stage_.processes;
    const bool may_live = real.is_alive(token) || real.may_begin(token);
    if (state == HolderState::kOrphan && may_live) clear.dry_run = true;
  }
  coordinator_->ask(ClearLocksInput{++requests_, clear});
}

void World::wish_about_ticket(const PersonsWish& wish) {
  Random random(wish.dice);
  if (disk_.plans().empty()) return;
  const auto chosen = std::next(disk_.plans().begin(),
                                static_cast<std::ptrdiff_t>(random.below(disk_.plans().size())));
  const std::vector<Ticket>& tickets = chosen->second->plan.tickets;
  TicketControl control;
  control.run = chosen->first;
  control.action = wish.wish == Wish::kCancelTicket  ? TicketAction::kCancel
                   : wish.wish == Wish::kRetryTicket ? TicketAction::kRetry
                                                     : TicketAction::kRerun;
  // Mostly a person knows which tickets it makes sense for.
  std::vector<std::string> sensible, odd;
  const ReadRun* run = stage_.reading.run(chosen->first);
  for (std::uint32_t i = 0; run != nullptr && i < tickets.size(); ++i) {
    const TicketState state = run->tickets[i].state;
    const bool fits = control.action == TicketAction::kCancel ? !is_final(state)
                      : control.action == TicketAction::kRerun
                          ? state == TicketState::kSucceeded
                          : state == TicketState::kFailed || state == TicketState::kAborted;
    if (!fits) continue;
    sensible.push_back(tickets[i].id);
    // What came of something that is not there any more invites a rerun.
    const auto gone = [&](const std::string& id) {
      const TicketIndex* other = run->source->graph->find(id);
      return other != nullptr && !run->satisfied(*other);
    };
    if (std::ranges::any_of(tickets[i].dependencies.blocking, gone)) odd.push_back(tickets[i].id);
  }
  if (!odd.empty() && random.one_in(2)) sensible = odd;
  const bool knows = !sensible.empty() && !random.one_in(3);
  const std::uint64_t count = random.below(3) + (knows ? 1 : 0);
  for (std::uint64_t i = 0; i < count && !tickets.empty(); ++i) {
    control.tickets.push_back(knows ? random.pick(sensible)
                                    : tickets[random.below(tickets.size())].id);
  }
  coordinator_->ask(TicketInput{++requests_, control, nullptr});
  if (control.action != TicketAction::kRetry || !random.one_in(2)) return;
  // Who has just asked for it thinks better of it.
  control.action = TicketAction::kCancel;
  stage_.queue.after(random.up_to(2s), [this, control] {
    if (!stage_.healed) coordinator_->ask(TicketInput{++requests_, control, nullptr});
  });
}

namespace {

/// Something about an attempt that the speaker was never given.
WorkerMessage lie_about(Token token, Random& random) {
  switch (random.below(8)) {
    case 7:
      return Step{token, Step::Kind::kGate, 1};
    case 0: {
      AttemptResult result;
      result.token = token;
      result.outcome = random.one_in(2) ? Outcome::kSucceeded : Outcome::kExit;
      if (random.one_in(2)) result.checks.emplace_back().kind = CheckKind::kGate;
      return result;
    }
    case 1:
      return Stopped{token};
    case 2:
      return Reject{token, "no"};
    case 3:
      return Started{token, SlotId{1}, 7};
    case 4:
      return CheckpointReached{token, 1, "lie"};
    case 5:
      return Output{token, random.below(40), {"lie"}};
    default: {
      Heartbeat heartbeat;
      heartbeat.number = random.below(100);
      if (random.one_in(2)) heartbeat.held.push_back({token, HeldState::kRunning});
      return heartbeat;
    }
  }
}

}  // namespace

/// A stranger speaks: under a session that is not its own, as a worker that it is not, about
/// attempts that it was never given, or in no language at all.
void World::forge(const TimedFault& fault) {
  const Core* core = coordinator_->core();
  if (core == nullptr) return;
  Random random(fault.dice);
  const std::string peer = fmt::format("rogue#{}", fault.dice % 1000);
  std::vector<Token> tokens{Token{random.below(50)}};
  for (const auto& [token, key] : stage_.reading.held()) tokens.push_back(token);
  std::vector<std::uint64_t> sessions{random.next()};
  for (const auto& [worker, link] : core->links()) sessions.push_back(link.session);
  if (fault.kind == Fault::kGarbage) {
    std::string frame = encode(FromWorker{random.pick(sessions), lie_about(tokens.back(), random)});
    for (int i = 0; i < 3; ++i) {
      frame[random.below(frame.size())] = static_cast<char>(random.below(256));
    }
    if (random.one_in(2)) frame.resize(random.below(frame.size()));
    if (random.one_in(2)) return machines_[fault.target]->receive(frame);
    return network_->inject(peer, frame);
  }
  for (int i = 0; i < 5; ++i) {
    const FromWorker lie{random.pick(sessions), lie_about(random.pick(tokens), random)};
    network_->inject(peer, encode(lie));
  }
  Hello hello;
  const bool impostor = fault.kind == Fault::kNamesake;
  hello.worker = impostor ? scenario_.workers[fault.target].offer.worker : "rogue";
  if (impostor) {
    const MachineOffer& offer = scenario_.workers[fault.target].offer;
    hello.slots = offer.slots;
    hello.labels = offer.labels;
    hello.types = offer.types;
    hello.every_type = offer.every_type;
    hello.resources = offer.resources;
  }
  hello.incarnation = random.next();
  hello.number = 1;
  hello.registry = scenario_.options.registry;
  for (const Token token : tokens) {
    if (impostor) break;
    hello.inventory.push_back({token, static_cast<HeldState>(random.below(4))});
  }
  // One who takes a name gets in when its bearer is cut off, and works on.
  Duration waits{};
  if (impostor) {
    waits = 2 * scenario_.options.heartbeat + 500ms;
    network_->cut(fault.target, true, true, waits + fault.length);
  }
  stage_.queue.after(waits, [this, peer, frame = encode(FromWorker{0, hello})] {
    if (!stage_.healed) network_->inject(peer, frame);
  });
  // Once it is in: more of the same, under a session of its own, and then it goes.
  stage_.queue.after(waits + 50ms, [this, peer, dice = random.next()] {
    const Core* joined = coordinator_->core();
    if (joined == nullptr) return;
    Random again(dice);
    for (const auto& [worker, link] : joined->links()) {
      if (!link.connected || link.peer != peer) continue;
      for (const auto& [token, key] : stage_.reading.held()) {
        if (link.held.contains(token)) continue;
        network_->inject(peer, encode(FromWorker{link.session, lie_about(token, again)}));
      }
      network_->inject(peer, encode(FromWorker{link.session, Goodbye{}}));
    }
  });
}

}  // namespace headway::sim
