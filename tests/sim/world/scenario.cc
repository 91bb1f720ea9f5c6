#include "tests/sim/world/scenario.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "tests/sim/world/plans.h"
#include "tests/sim/world/random.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// Faults that happen at a time, and how often each is drawn beside the others.
struct Share {
  Fault kind;
  std::uint64_t share;
};
constexpr std::array kTimed = {
    Share{Fault::kCrashBeforeCommit, 4}, Share{Fault::kCrashAfterCommit, 4},
    Share{Fault::kCrashBetweenSends, 4}, Share{Fault::kCoordinatorFreeze, 4},
    Share{Fault::kSlowCommit, 3},        Share{Fault::kRestoredRegistry, 2},
    Share{Fault::kClockStep, 4},         Share{Fault::kWorkerKilled, 8},
    Share{Fault::kWorkerFrozen, 8},      Share{Fault::kWorkerDrained, 4},
    Share{Fault::kWorkerStopped, 2},     Share{Fault::kStateLost, 3},
    Share{Fault::kSupervisorKilled, 4},  Share{Fault::kMachineRebooted, 4},
    Share{Fault::kMachineLost, 1},       Share{Fault::kConnectionReset, 8},
    Share{Fault::kCutBothWays, 6},       Share{Fault::kCutUp, 6},
    Share{Fault::kCutDown, 6},           Share{Fault::kCutAskew, 6},
    Share{Fault::kNamesake, 3},          Share{Fault::kForgedMessage, 5},
    Share{Fault::kGarbage, 2},
};

LocalClock draw_clock(Random& random) {
  const auto drift = static_cast<std::int64_t>(random.below(2 * LocalClock::kMostDrift + 1));
  return {random.up_to(1000h), drift - LocalClock::kMostDrift};
}

void draw_options(Random& random, Scenario& scenario) {
  struct Lease {
    Duration lease, heartbeat;
  };
  constexpr std::array kLeases = {Lease{15s, 2s}, Lease{15s, 4s}, Lease{6s, 1s},
                                  Lease{6s, 2s},  Lease{30s, 5s}, Lease{3s, 1s}};
  const Lease lease = random.pick(kLeases);
  scenario.options.registry = "5e1f";
  scenario.options.lease = lease.lease;
  scenario.options.heartbeat = lease.heartbeat;
  scenario.options.lease_margin = lease.lease / 100 + 2s;
  scenario.coordinator_clock = draw_clock(random);
  scenario.wall_offset = 400'000h + random.up_to(100'000h);
  scenario.heals_at = 10s + random.up_to(90s);
  scenario.with_proof = random.one_in(2);
  scenario.resumed_in_the_end = !random.one_in(4);
  constexpr std::array<Duration, 4> kCommits = {Duration{}, 2ms, 50ms, 500ms};
  scenario.slowest_commit = random.pick(kCommits);
}

void draw_workers(Random& random, Scenario& scenario) {
  const std::uint64_t count = 1 + random.below(4);
  for (std::uint64_t i = 0; i <= count; ++i) {
    WorkerSetup worker;
    worker.spare = i == count;
    worker.offer.worker = worker.spare ? "spare" : "w" + std::to_string(i);
    worker.offer.slots = worker.spare ? 2 : 1 + random.below32(3);
    if (worker.spare || random.one_in(2)) worker.offer.labels = {"gpu"};
    if (random.one_in(2)) worker.offer.types = {"builder"};
    worker.offer.every_type = worker.spare || random.one_in(3);
    worker.offer.resources = {{"cpus", kCpus * 1000}};
    worker.clock = draw_clock(random);
    worker.subreaper = random.one_in(2);
    worker.starts = random.up_to(3s);
    scenario.workers.push_back(std::move(worker));
  }
}

void draw_rates(Random& random, Scenario& scenario) {
  constexpr std::array<std::uint32_t, 6> kRare = {0, 0, 0, 100, 30, 10};
  constexpr std::array<std::uint32_t, 6> kOften = {0, 50, 20, 10, 5, 3};
  MessageRates& messages = scenario.messages;
  messages.lost = random.pick(kRare);
  messages.twice = random.pick(kRare);
  messages.late = random.pick(kOften);
  if (random.one_in(3)) messages.flaps = random.pick(kOften);
  if (random.one_in(20)) messages.reordered = 10;
  CommandRates& commands = scenario.commands;
  commands.hang = random.pick(kOften) * 3;
  commands.ignores_term = random.pick(kOften);
  commands.fails = random.pick(kOften);
  commands.leaves_processes = random.pick(kOften);
  commands.kills_worker = random.pick(kRare);
  commands.output_lost = random.pick(kRare) * 2;
  commands.refused = random.pick(kRare);
  constexpr std::array<Duration, 4> kLongest = {100ms, 3s, 6s, 40s};
  commands.longest = random.pick(kLongest);
}

void draw_faults(Random& random, Scenario& scenario) {
  constexpr std::array<std::uint64_t, 5> kMost = {0, 2, 6, 12, 24};
  std::uint64_t all = 0;
  for (const Share& each : kTimed) all += each.share;
  const std::uint64_t count = random.below(random.pick(kMost) + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t place = random.below(all);
    std::size_t kind = 0;
    while (place >= kTimed[kind].share) place -= kTimed[kind++].share;
    TimedFault fault;
    fault.kind = kTimed[kind].kind;
    fault.at = random.up_to(scenario.heals_at);
    fault.target = random.below32(static_cast<std::uint32_t>(scenario.workers.size() - 1));
    fault.length = random.one_in(2) ? random.up_to(3s) : random.up_to(40s);
    fault.dice = random.next();
    // A worker without its record has no proof; only a person's word could take its place.
    if (fault.kind == Fault::kStateLost && scenario.with_proof) fault.kind = Fault::kWorkerKilled;
    // A name is all that tells workers apart. One who takes another's may take what waits for proof
    // with him into his grave.
    if (fault.kind == Fault::kNamesake && scenario.with_proof) fault.kind = Fault::kCutBothWays;
    scenario.faults.push_back(fault);
  }
}

void draw_wishes(Random& random, Scenario& scenario) {
  const std::uint64_t plans = 1 + random.below(3);
  const bool crowded = random.one_in(10);
  for (std::uint32_t i = 0; i < plans; ++i) {
    scenario.plans.push_back(draw_plan(random, scenario.with_proof, crowded));
    const Duration when = i == 0 ? random.up_to(2s) : random.up_to(scenario.heals_at);
    scenario.wishes.push_back({Wish::kSubmit, when, i, random.next()});
  }
  constexpr std::array kWishes = {Wish::kPause,
                                  Wish::kPause,
                                  Wish::kResume,
                                  Wish::kResume,
                                  Wish::kResume,
                                  Wish::kStop,
                                  Wish::kCancelTicket,
                                  Wish::kRetryTicket,
                                  Wish::kRerunTicket,
                                  Wish::kDrainWorker,
                                  Wish::kRemoveWorker,
                                  Wish::kRestartWorker,
                                  Wish::kAdjust,
                                  Wish::kAdjust,
                                  Wish::kReassignTicket,
                                  Wish::kReassignTicket,
                                  Wish::kPrioritiseTicket,
                                  Wish::kReplan,
                                  Wish::kReplan,
                                  Wish::kReplan,
                                  Wish::kClearLocks,
                                  Wish::kReview,
                                  Wish::kReview,
                                  Wish::kReview,
                                  Wish::kSettle,
                                  Wish::kRollback,
                                  Wish::kRollback};
  constexpr std::array<std::uint64_t, 4> kMost = {0, 3, 8, 20};
  const std::uint64_t count = random.below(random.pick(kMost) + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    scenario.wishes.push_back(
        {random.pick(kWishes), random.up_to(scenario.heals_at), 0, random.next()});
  }
  if (!random.one_in(4)) return;
  // Somebody who cannot leave the tickets alone.
  constexpr std::array kMeddling = {Wish::kCancelTicket, Wish::kRetryTicket, Wish::kRerunTicket,
                                    Wish::kRerunTicket,  Wish::kReview,      Wish::kSettle,
                                    Wish::kRollback};
  for (std::uint64_t left = 10 + random.below(30); left > 0; --left) {
    scenario.wishes.push_back(
        {random.pick(kMeddling), random.up_to(scenario.heals_at), 0, random.next()});
  }
  // And who steers all the time.
  constexpr std::array kSteering = {Wish::kAdjust, Wish::kReassignTicket, Wish::kPrioritiseTicket,
                                    Wish::kReplan, Wish::kReplan};
  for (std::uint64_t left = random.below(30); left > 0; --left) {
    scenario.wishes.push_back(
        {random.pick(kSteering), random.up_to(scenario.heals_at), 0, random.next()});
  }
}

/// The rates by the name under which each can be left out.
std::vector<std::pair<std::string, std::uint32_t*>> rates_of(Scenario& scenario) {
  MessageRates& messages = scenario.messages;
  CommandRates& commands = scenario.commands;
  return {{"m:lost", &messages.lost},
          {"m:twice", &messages.twice},
          {"m:late", &messages.late},
          {"m:flaps", &messages.flaps},
          {"m:reordered", &messages.reordered},
          {"c:hang", &commands.hang},
          {"c:ignores", &commands.ignores_term},
          {"c:fails", &commands.fails},
          {"c:leaves", &commands.leaves_processes},
          {"c:kills", &commands.kills_worker},
          {"c:output", &commands.output_lost},
          {"c:refused", &commands.refused}};
}

/// Takes out what others name, too.
void drop_ticket(Plan& plan, const std::string& id) {
  std::erase_if(plan.tickets, [&](const Ticket& ticket) { return ticket.id == id; });
  for (Ticket& ticket : plan.tickets) {
    Dependencies& wanted = ticket.dependencies;
    for (std::vector<std::string>* ids : {&wanted.blocking, &wanted.sequential, &wanted.soft,
                                          &wanted.file_conflicts, &wanted.resource_conflicts}) {
      std::erase(*ids, id);
    }
  }
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  Random options(seed, "options");
  draw_options(options, scenario);
  Random workers(seed, "workers");
  draw_workers(workers, scenario);
  Random rates(seed, "rates");
  draw_rates(rates, scenario);
  Random faults(seed, "faults");
  draw_faults(faults, scenario);
  Random wishes(seed, "wishes");
  draw_wishes(wishes, scenario);
  return scenario;
}

std::vector<std::string> parts_of(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) parts.push_back("f" + std::to_string(i));
  for (std::size_t i = 0; i < scenario.wishes.size(); ++i) parts.push_back("p" + std::to_string(i));
  Scenario copy = scenario;
  for (const auto& [name, rate] : rates_of(copy)) {
    if (*rate != 0) parts.push_back(name);
  }
  for (std::size_t i = 0; i < scenario.plans.size(); ++i) {
    for (const Ticket& ticket : scenario.plans[i].tickets) {
      parts.push_back("t" + std::to_string(i) + "." + ticket.id.substr(1));
    }
  }
  for (std::size_t i = 0; i + 1 < scenario.workers.size(); ++i) {
    parts.push_back("w" + std::to_string(i));
  }
  return parts;
}

Scenario without(Scenario scenario, const std::vector<std::string>& parts) {
  const std::set<std::string> dropped(parts.begin(), parts.end());
  const auto drop = [&](auto& list, const std::string& letter, auto make_nothing) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (dropped.contains(letter + std::to_string(i))) make_nothing(list[i]);
    }
  };
  // What is left out keeps its place, so that the others keep their names.
  drop(scenario.faults, "f", [](TimedFault& fault) { fault.at = Duration::max(); });
  drop(scenario.wishes, "p", [](PersonsWish& wish) { wish.at = Duration::max(); });
  drop(scenario.workers, "w", [](WorkerSetup& worker) { worker.starts = Duration::max(); });
  for (const auto& [name, rate] : rates_of(scenario)) {
    if (dropped.contains(name)) *rate = 0;
  }
  for (std::size_t i = 0; i < scenario.plans.size(); ++i) {
    for (const std::string& part : parts) {
      const std::string prefix = "t" + std::to_string(i) + ".";
      if (part.starts_with(prefix))
        drop_ticket(scenario.plans[i], "t" + part.substr(prefix.size()));
    }
  }
  return scenario;
}

}  // namespace headway::sim
