#include "tests/sim/world/world.h"

#include <algorithm>

#include "tests/sim/checkers/memory.h"
#include "tests/sim/world/plans.h"
#include "tests/support/core/invariants.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

/// A healed world with a few dozen tickets ends within this: backoffs, timeouts and leases
/// included.
constexpr Duration kLongestAfterHealing = 2h;
/// Without a fact about any run for so long, nothing will come any more.
constexpr Duration kStandstill = 10min;
/// More than this, and messages chase each other.
constexpr std::uint64_t kMostEvents = 2'000'000;
/// When all is over, nothing but heartbeats may go on.
constexpr Duration kQuiet = 30s;
/// But for output of what has just ended, each piece of which may come twice.
constexpr std::uint64_t kMostAfterwards = 250;
constexpr Duration kAttends = 2s;
/// How long an attempt that only a proof ends stands there without a process before a person asks
/// why: longer than one can wait at a worker for its turn.
constexpr Duration kPatience = 120s;

}  // namespace

World::World(const Scenario& scenario, bool told)
    : scenario_(scenario), stage_(scenario, told), random_(scenario.seed, "world") {
  const std::size_t count = scenario.workers.size();
  network_ = std::make_unique<Network>(
      stage_, count,
      Network::Hooks{[this](const std::string& peer, std::string frame) {
                       coordinator_->receive(peer, std::move(frame));
                     },
                     [this](std::size_t machine, std::string frame) {
                       machines_[machine]->receive(std::move(frame));
                     },
                     [this](std::size_t machine) { machines_[machine]->connected(); }});
  coordinator_ = std::make_unique<CoordinatorHost>(stage_, *network_, disk_);
  if (scenario.messages.reordered != 0) stage_.processes.tolerate_overlap();
  if (scenario.messages.reordered != 0 || scenario.messages.lost != 0) {
    stage_.outputs.tolerate_holes();
  }
  returns_after_.assign(count, 3s);
  rests_until_.assign(count, Instant{});
  for (std::size_t i = 0; i < count; ++i) {
    machines_.push_back(std::make_unique<Machine>(stage_, *network_, i));
    machines_[i]->left = [this, i] {
      const Duration pause = stage_.healed ? 1s : returns_after_[i];
      returns_after_[i] = random_.up_to(10s);
      stage_.queue.after(pause, [this, i] {
        if (rests_until_[i] <= stage_.queue.now()) machines_[i]->start();
      });
    };
  }
  plan_events();
}

void World::plan_events() {
  const auto at = [&](Duration when, EventQueue::Action action) {
    if (when != Duration::max()) stage_.queue.at(Instant{when}, std::move(action));
  };
  at(Duration{}, [this] { coordinator_->start(); });
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (scenario_.workers[i].spare) continue;
    at(scenario_.workers[i].starts, [this, i] { machines_[i]->start(); });
  }
  for (const TimedFault& fault : scenario_.faults) at(fault.at, [this, &fault] { happen(fault); });
  for (const PersonsWish& each : scenario_.wishes) at(each.at, [this, &each] { wish(each); });
  at(scenario_.heals_at, [this] { heal(); });
}

Verdict World::play() {
  const Instant end{scenario_.heals_at + kLongestAfterHealing};
  while (!stage_.queue.empty() && !stage_.problems.any()) {
    const Instant next = stage_.queue.next();
    const Instant moved = std::max(stage_.moved, Instant{scenario_.heals_at});
    if (next > end || next > moved + kStandstill) {
      explain_what_is_left();
      break;
    }
    if (stage_.queue.played() > kMostEvents) {
      stage_.problems.add(13, "messages chase each other: {} events", stage_.queue.played());
      break;
    }
    stage_.queue.play_next();
    if (over_) break;
  }
  if (!stage_.problems.any()) check_prefixes();
  Verdict verdict;
  verdict.problems = stage_.problems.found();
  verdict.faults = stage_.faults;
  verdict.events = stage_.queue.played();
  verdict.messages = stage_.messages;
  verdict.facts = disk_.facts().size();
  verdict.trace = stage_.trace.value();
  verdict.played = stage_.queue.now().time_since_epoch();
  return verdict;
}

// ---- Faults

void World::happen(const TimedFault& fault) {
  if (stage_.healed) return;
  stage_.trace.note(stage_.queue.now(), "fault", to_text(fault.kind), fault.target);
  // Crash points are counted when a turn reaches them.
  switch (fault.kind) {
    case Fault::kCrashBeforeCommit:
    case Fault::kCrashAfterCommit:
    case Fault::kCrashBetweenSends:
      // Sometimes what it hung on fails as well.
      if (fault.dice % 4 == 0) network_->cut(fault.target, true, true, 2 * fault.length);
      return coordinator_->crash_at(fault.kind, fault.length);
    case Fault::kCoordinatorFreeze:
      stage_.count(fault.kind);
      return coordinator_->freeze(fault.length);
    case Fault::kSlowCommit:
      stage_.count(fault.kind);
      return coordinator_->slow_commit(fault.length);
    case Fault::kRestoredRegistry:
      disk_.back_up();
      stage_.queue.after(fault.length, [this, down = fault.dice % 5] {
        if (stage_.healed) return;
        stage_.count(Fault::kRestoredRegistry);
        coordinator_->restore_backup();
        for (const auto& machine : machines_) machine->registry_restored();
        stage_.queue.after(std::chrono::seconds{down}, [this] { coordinator_->start(); });
      });
      return;
    case Fault::kClockStep:
      stage_.count(fault.kind);
      return coordinator_->step_clock(
          std::chrono::seconds{static_cast<std::int64_t>(fault.dice % 14'400) - 7'200});
    case Fault::kNamesake:
    case Fault::kForgedMessage:
    case Fault::kGarbage:
      stage_.count(fault.kind);
      return forge(fault);
    default:
      return happen_to(*machines_[fault.target], fault);
  }
}

void World::happen_to(Machine& machine, const TimedFault& fault) {
  const bool needs_worker =
      fault.kind == Fault::kWorkerKilled || fault.kind == Fault::kStateLost ||
      fault.kind == Fault::kWorkerFrozen || fault.kind == Fault::kWorkerDrained ||
      fault.kind == Fault::kWorkerStopped || fault.kind == Fault::kSupervisorKilled;
  if (needs_worker && !machine.up()) return;
  stage_.count(fault.kind);
  returns_after_[fault.target] = fault.length;
  switch (fault.kind) {
    case Fault::kWorkerKilled:
      return machine.kill();
    case Fault::kStateLost:
      machine.kill();
      return machine.lose_state();
    case Fault::kWorkerFrozen:
      return machine.freeze(fault.length);
    case Fault::kWorkerDrained:
      return machine.signal();
    case Fault::kWorkerStopped:
      machine.signal();
      return machine.signal();
    case Fault::kSupervisorKilled:
      return machine.kill_supervisor(fault.dice);
    case Fault::kMachineRebooted:
      machine.reboot();
      stage_.queue.after(fault.length, [&machine] { machine.start(); });
      return;
    case Fault::kMachineLost:
      return machine.lose_for_ever();
    case Fault::kConnectionReset:
      return network_->reset(fault.target);
    case Fault::kCutBothWays:
      return network_->cut(fault.target, true, true, fault.length);
    case Fault::kCutAskew:
      return network_->cut_askew(fault.target, fault.length);
    case Fault::kCutUp:
      return network_->cut(fault.target, true, false, fault.length);
    case Fault::kCutDown:
      return network_->cut(fault.target, false, true, fault.length);
    default:
      return;
  }
}

// ---- Healing, and the end

void World::heal() {
  stage_.healed = true;
  stage_.trace.note(stage_.queue.now(), "world", "heals");
  network_->heal();
  coordinator_->start();
  coordinator_->thaw();
  for (const auto& machine : machines_) {
    machine->thaw();
    machine->start();
  }
  attend();
}

/// People look after a healed system: they resume what stands still and vouch for what is lost.
void World::attend() {
  coordinator_->start();
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (rests_until_[i] <= stage_.queue.now()) machines_[i]->start();
  }
  if (settled()) return watch_quiet();
  set_free();
  decide_what_waits();
  if (scenario_.resumed_in_the_end) {
    coordinator_->ask(ResumeInput{++requests_, RunId{}});
  } else {
    resume_what_is_in_the_way();
  }
  const auto vouch = [this](const std::string& worker) {
    WorkerControl dead;
    dead.worker = worker;
    dead.action = WorkerAction::kRemove;
    dead.confirm_dead = true;
    coordinator_->ask(WorkerControlInput{++requests_, dead});
  };
  vouch("rogue");
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (machines_[i]->lost()) vouch(scenario_.workers[i].offer.worker);
  }
  clear_away(vouch);
  stage_.queue.after(kAttends, [this] { attend(); });
}

/// An attempt that only a proof ends, whose process the worker of today knows nothing of: the
/// registry is older than the proof, or a stranger had it. The person who sees it standing there
/// stops that worker, vouches for what it once ran, and starts it again.
void World::clear_away(const std::function<void(const std::string&)>& vouch) {
  const Instant now = stage_.queue.now();
  std::erase_if(standing_, [&](const auto& each) {
    return !stage_.reading.held().contains(each.first) || stage_.processes.is_alive(each.first);
  });
  for (const auto& [token, key] : stage_.reading.held()) {
    const auto& check = stage_.reading.attempt(token)->check;
    if (check && check->kind != CheckKind::kRollback) continue;
    const Ticket& ticket = stage_.reading.run(key.run)->definition(key.ticket);
    if (ticket.reassign != Reassign::kOnProof || stage_.processes.is_alive(token)) continue;
    if (now < standing_.try_emplace(token, now).first->second + kPatience) continue;
    const auto happened = [&](Fault kind) { return stage_.faults[static_cast<std::size_t>(kind)]; };
    const bool excused = happened(Fault::kRestoredRegistry) + happened(Fault::kForgedMessage) > 0 ||
                         scenario_.messages.reordered != 0;
    if (!excused) {
      return stage_.problems.add(12, "token {} waits for a proof that only a person gives",
                                 token.number());
    }
    const std::string& name = stage_.reading.worker(stage_.reading.attempt(token)->worker).name;
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      if (scenario_.workers[i].offer.worker != name || rests_until_[i] > now) continue;
      rests_until_[i] = now + 4 * scenario_.options.heartbeat;
      machines_[i]->kill();
      stage_.queue.after(3 * scenario_.options.heartbeat, [vouch, name] { vouch(name); });
    }
    return;
  }
}

bool World::settled() const {
  if (!coordinator_->idle() || coordinator_->is_verifying()) return false;
  if (stage_.processes.count() > 0) return false;
  const Core& core = *coordinator_->core();
  std::size_t joined = 0;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (machines_[i]->lost()) {
      if (network_->carries_words_of(i)) return false;  // its hello may come yet
      continue;
    }
    if (machines_[i]->core() == nullptr || !machines_[i]->core()->is_joined()) return false;
    // It may have told nobody yet: output or a result keeps it.
    if (machines_[i]->told_to_leave()) return false;
    const auto known = core.state().worker_by_name.find(scenario_.workers[i].offer.worker);
    if (known == core.state().worker_by_name.end()) return false;
    const auto link = core.links().find(known->second);
    if (link == core.links().end() || !link->second.connected) return false;
    if (link->second.says_draining || core.state().workers.at(known->second).draining) return false;
    ++joined;
  }
  const auto connected =
      std::ranges::count_if(core.links(), [](const auto& link) { return link.second.connected; });
  if (static_cast<std::size_t>(connected) != joined) return false;  // a stranger is still there
  if (!stage_.reading.held().empty()) return false;
  for (const auto& [id, run] : stage_.reading.runs()) {
    const bool waits = std::ranges::any_of(run.tickets, [](const ReadTicket& ticket) {
      return ticket.left_slot || ticket.rollback == RollbackState::kPlanned;
    });
    const bool rests = !scenario_.resumed_in_the_end && !waits &&
                       (run.state == RunState::kPaused || run.state == RunState::kStopped);
    if (!is_final(run.state) && !rests) return false;
  }
  return true;
}

void World::watch_quiet() {
  const std::size_t facts = disk_.facts().size();
  const std::uint64_t messages = stage_.messages;
  stage_.queue.after(kQuiet, [this, facts, messages] {
    over_ = true;
    if (disk_.facts().size() != facts) {
      stage_.problems.add(12, "{} facts after the end of everything", disk_.facts().size() - facts);
    }
    const auto heartbeats =
        static_cast<std::uint64_t>(kQuiet / scenario_.options.heartbeat + 2) * machines_.size();
    const std::uint64_t sent = stage_.messages - messages;
    if (sent > 4 * heartbeats + kMostAfterwards) {
      stage_.problems.add(13, "{} messages in {:.0f} s in which nothing happens", sent,
                          to_seconds(kQuiet));
    }
    look_at_leftovers();
  });
}

void World::look_at_leftovers() {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    const worker::WorkerCore* core = machines_[i]->core();
    if (core == nullptr) continue;
    for (const auto& [token, attempt] : core->attempts()) {
      if (attempt.result_acknowledged) continue;  // its output has a minute to be taken
      stage_.problems.add(13, "worker {} still keeps token {}", i, token.number());
    }
    if (core->busy_slots() > 0) stage_.problems.add(13, "a slot of worker {} is still busy", i);
  }
  if (coordinator_->core() != nullptr) {
    check_memory(*coordinator_->core(), stage_.reading, stage_.problems);
    check_bounds(*coordinator_->core(), stage_.reading, stage_.problems);
    const State& memory = coordinator_->core()->state();
    State folded = disk_.replay_unfinished();
    // What a worker did for runs that have ended is not among the facts that are read again.
    folded.workers = memory.workers;
    for (const std::string& what : differences(memory, folded)) stage_.problems.add(11, "{}", what);
  }
}

void World::explain_what_is_left() {
  const Core* core = coordinator_->core();
  if (core == nullptr) return stage_.problems.add(12, "the coordinator is down");
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (machines_[i]->lost()) continue;
    if (machines_[i]->core() == nullptr || !machines_[i]->core()->is_joined()) {
      stage_.problems.add(12, "worker {} does not get in", scenario_.workers[i].offer.worker);
    }
  }
  for (const auto& [id, run] : core->state().runs) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketRecord& ticket = run.tickets[i];
      if (is_final(ticket.state)) continue;
      const Hindrance hindrance = core->scheduler().hindrance({id, TicketIndex{i}});
      stage_.problems.add(12, "{} of r{} ({}) is still {}: token {}, {} attempts, hindrance {} {}",
                          run.ticket(TicketIndex{i}).id, id.number(), to_text(run.state),
                          to_text(ticket.state), ticket.token.number(), ticket.attempts,
                          static_cast<int>(hindrance.kind), hindrance.name);
    }
    if (is_final(run.state)) continue;
    stage_.problems.add(12, "r{} is {}, {} checks are due, {} handed out, {} rollbacks wait",
                        id.number(), to_text(run.state), run.due.size(), run.handed_checks,
                        run.rollbacks.size());
  }
  if (!stage_.problems.any()) stage_.problems.add(12, "the world does not come to rest");
}

/// Whatever the moment at which a coordinator dies, the next one can go on from there.
void World::check_prefixes() {
  if (disk_.facts().empty()) return;
  const std::size_t length = 1 + random_.below(disk_.facts().size());
  const Now now{Instant{1000h}, WallTime{500'000h}};
  Core core(scenario_.options, disk_.replay_prefix(length), now);
  const Turn turn = core.finish_turn(now);
  Reading reading;
  for (const auto& [run, plan] : disk_.plans()) reading.know(run, plan);
  for (const auto& [key, version] : disk_.versions()) reading.know_version(key.first, version);
  for (std::size_t i = 0; i < length; ++i) reading.read(disk_.facts()[i], Instant{});
  for (const Fact& fact : turn.facts) reading.read(fact, Instant{});
  check_memory(core, reading, stage_.problems);
}

}  // namespace headway::sim
