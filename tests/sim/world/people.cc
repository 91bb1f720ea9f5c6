#include <algorithm>
#include <array>

#include "common/wire/codec.h"
#include "tests/sim/world/plans.h"
#include "tests/sim/world/world.h"

/// What people ask for, and what strangers try.

namespace headway::sim {

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
    case Wish::kRemoveWorker: {
      WorkerControl control;
      control.worker = scenario_.workers[random.below(scenario_.workers.size())].offer.worker;
      control.action =
          wish.wish == Wish::kDrainWorker ? WorkerAction::kDrain : WorkerAction::kRemove;
      return coordinator_->ask(WorkerControlInput{++requests_, control});
    }
  }
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
  switch (random.below(6)) {
    case 0: {
      AttemptResult result;
      result.token = token;
      result.outcome = random.one_in(2) ? Outcome::kSucceeded : Outcome::kExit;
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
  for (const auto& [token, key] : stage_.reading.alive()) tokens.push_back(token);
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
      for (const auto& [token, key] : stage_.reading.alive()) {
        if (link.held.contains(token)) continue;
        network_->inject(peer, encode(FromWorker{link.session, lie_about(token, again)}));
      }
      network_->inject(peer, encode(FromWorker{link.session, Goodbye{}}));
    }
  });
}

}  // namespace headway::sim
