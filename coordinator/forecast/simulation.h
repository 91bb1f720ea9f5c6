#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "coordinator/core/lock_table.h"
#include "coordinator/forecast/simulation_setup.h"
#include "coordinator/forecast/situation.h"

namespace headway {

/// How one attempt goes.
struct SimulatedAttempt {
  enum class End : std::uint8_t {
    kSucceeded,
    kAgain,   ///< it failed, and is tried again after `rest`
    kFailed,  ///< for good
  };
  Duration takes{};  ///< from now on, where it runs already
  End end = End::kSucceeded;
  Duration rest{};
};

/// What decides how attempts go.
class Fate {
 public:
  Fate() = default;
  Fate(const Fate&) = delete;
  Fate& operator=(const Fate&) = delete;
  virtual ~Fate() = default;
  /// `number`: from 1 for those that begin, in this simulation, at `now`; 0 for one that runs
  /// already.
  virtual SimulatedAttempt attempt(TicketIndex ticket, std::uint32_t number, Duration now) = 0;
};

/// Their sum, or the longest duration where that would be longer.
Duration add_saturating(Duration a, Duration b);

/// Plays the rest of a run: list scheduling (Graham 1969) in the order of ranks, under the plan's
/// dependencies, locks, counted resources, barriers and limits, on the agents there are. Soft
/// dependencies are in the rank. What the coordinator's scheduler does beyond this is left out: it
/// keeps things for a ticket that was passed over often, hands out ahead, and prefers agents that
/// do well.
///
/// One object plays as often as it is asked. A ticket that could start but for a lock or a resource
/// is set aside with what it waits for. When that is given back the first of those is looked at,
/// and the next only when there is still something left for it: ten thousand tickets that want one
/// lock are not tried ten thousand times each.
class Simulation {
 public:
  /// The setup must outlive it.
  explicit Simulation(const SimulationSetup& setup);

  struct Outcome {
    Duration finish{};        ///< when the last ticket is over
    std::uint32_t stuck = 0;  ///< tickets that nobody will ever run
  };
  Outcome play(Fate& fate);

 private:
  using Rank = std::uint32_t;
  struct Event {
    Duration at{};
    TicketIndex ticket;
    bool ends = true;  ///< an attempt; else a rest
    friend bool operator>(const Event& a, const Event& b) {
      return std::pair(a.at, a.ticket) > std::pair(b.at, b.ticket);
    }
  };

  void begin();
  void open_groups();
  void start_what_can();
  [[nodiscard]] std::uint32_t best_kind();
  [[nodiscard]] std::uint32_t choose_pool(std::uint32_t kind) const;
  [[nodiscard]] bool has_room(std::uint32_t pool, std::uint32_t kind) const;
  void look_at(TicketIndex ticket, std::uint32_t pool);
  [[nodiscard]] std::uint32_t obstacle_of(TicketIndex ticket) const;
  [[nodiscard]] bool is_open(std::uint32_t line) const;
  void wake(std::uint32_t line, Rank from);
  void take(TicketIndex ticket, std::uint32_t pool);
  void start(TicketIndex ticket, std::uint32_t number);
  void end(TicketIndex ticket);
  void leave_slot(TicketIndex ticket);
  void give_back(TicketIndex ticket);
  void settle(TicketIndex ticket, bool satisfied);
  void make_ready(TicketIndex ticket);
  void meet(TicketIndex ticket);

  const SimulationSetup& setup_;
  LockTable locks_;  ///< its numbers are the graph's: all names are interned in their order
  Fate* fate_ = nullptr;

  // What one play changes.
  std::vector<std::uint32_t> unmet_;  ///< dependencies that have not ended, and a closed barrier
  std::vector<Standing> standing_;
  std::vector<std::uint32_t> number_;            ///< of each ticket's last attempt
  std::vector<SimulatedAttempt> attempt_;        ///< of tickets that are alive
  std::vector<std::uint32_t> pool_of_;           ///< of tickets that are alive
  std::vector<std::uint32_t> woken_from_;        ///< of tickets that are looked at again: the line
  std::vector<std::vector<Rank>> ready_;         ///< by kind: a heap, the smallest first
  std::vector<bool> no_place_;                   ///< by kind: no agent is free for it
  std::vector<std::set<Rank>> aside_;            ///< by line
  std::vector<std::uint32_t> held_;              ///< slots of each pool
  std::vector<std::vector<std::int64_t>> used_;  ///< resources of each pool
  std::vector<std::int64_t> free_;               ///< of what is counted for the whole cluster
  std::vector<std::uint32_t> left_in_group_;
  std::vector<TicketIndex> unsettled_;
  std::vector<Event> events_;  ///< a heap, the earliest first
  std::uint32_t open_groups_ = 0;
  std::uint32_t alive_ = 0;
  std::uint32_t left_ = 0;
  bool failing_ = false;
  Duration now_{};
};

}  // namespace headway
