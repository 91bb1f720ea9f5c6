#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "coordinator/core/core.h"
#include "tests/sim/checkers/processes.h"
#include "tests/sim/world/fault.h"
#include "tests/sim/world/local_clock.h"

namespace headway::sim {

struct WorkerSetup {
  MachineOffer offer;
  LocalClock clock;
  bool subreaper = false;  ///< its commands are held together by a subreaper only
  bool spare = false;      ///< joins when everything is healed, and offers everything
  Duration starts{};
};

/// A fault that happens once, at a time.
struct TimedFault {
  Fault kind = Fault::kWorkerKilled;
  Duration at{};
  std::uint32_t target = 0;  ///< a worker, where it concerns one
  Duration length{};         ///< how long it lasts, or until what it broke is started again
  std::uint64_t dice = 0;    ///< for whatever else it needs to know
};

enum class Wish : std::uint8_t {
  kReplan,  ///< another plan for a run that is not finished
  kSubmit,
  kPause,
  kResume,
  kStop,
  kCancelTicket,
  kRetryTicket,
  kRerunTicket,
  kDrainWorker,
  kRemoveWorker,
  kRestartWorker,
  kAdjust,
  kReassignTicket,
  kPrioritiseTicket,
  kClearLocks,
  kReview,    ///< a ticket, or several, approved or rejected
  kSettle,    ///< a rollback that failed
  kRollback,  ///< of a run, by hand
};

/// What a person asks for, at a time.
struct PersonsWish {
  Wish wish = Wish::kSubmit;
  Duration at{};
  std::uint32_t plan = 0;
  std::uint64_t dice = 0;
};

/// Faults that may happen to every message, and to every command: once in so many; 0: never.
struct MessageRates {
  std::uint32_t lost = 0;
  std::uint32_t twice = 0;
  std::uint32_t late = 0;
  std::uint32_t flaps = 0;      ///< of connections: it is cut askew as soon as it is made
  std::uint32_t reordered = 0;  ///< within a connection: beyond what the protocol asks of one
};
struct CommandRates {
  std::uint32_t hang = 0;
  std::uint32_t ignores_term = 0;
  std::uint32_t fails = 0;
  std::uint32_t leaves_processes = 0;
  std::uint32_t kills_worker = 0;
  std::uint32_t output_lost = 0;
  std::uint32_t refused = 0;  ///< assigns
  Duration longest = std::chrono::seconds{6};
};

/// Everything about a world that is decided before it begins. All of it follows from the seed, and
/// each part can be left out by its name, so that a failure can be made small.
struct Scenario {
  std::uint64_t seed = 0;
  CoreOptions options;
  LocalClock coordinator_clock;
  Duration wall_offset{};
  Duration heals_at{};
  bool with_proof = false;         ///< tickets may wait for proof
  bool resumed_in_the_end = true;  ///< a person resumes what is paused or stopped
  Duration slowest_commit = std::chrono::milliseconds{2};
  std::vector<WorkerSetup> workers;
  std::vector<Plan> plans;
  std::vector<TimedFault> faults;
  std::vector<PersonsWish> wishes;
  MessageRates messages;
  CommandRates commands;
};

Scenario draw_scenario(std::uint64_t seed);

/// The names of all parts that can be left out: `f3` a fault, `p2` a person's wish, `t0.4` a
/// ticket, `w1` a worker, `m:lost` and `c:hang` a rate.
std::vector<std::string> parts_of(const Scenario& scenario);

/// Leaves parts out. Unknown names are passed over.
Scenario without(Scenario scenario, const std::vector<std::string>& parts);

}  // namespace headway::sim
