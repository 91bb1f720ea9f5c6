#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/plan/rows.h"
#include "coordinator/forecast/situation.h"

namespace headway {

/// A situation in numbers, made once for many simulations of it. The situation must outlive it.
///
/// Tickets that ask the same of an agent, counted resources of its worker included, are of one
/// *kind*; workers that are alike for all kinds, and of which nothing is counted, are one *pool* of
/// slots. What a ticket may wait for has a *line*: each lock, and each amount of a resource that
/// somebody wants.
struct SimulationSetup {
  explicit SimulationSetup(const Situation& situation);

  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  /// An amount of something that is counted for the whole cluster.
  struct Use {
    std::uint32_t resource = 0;
    std::int64_t amount = 0;
    std::uint32_t line = 0;
  };
  /// Of something that is counted on each worker.
  using Amounts = std::vector<std::pair<std::uint32_t, std::int64_t>>;
  struct Kind {
    AgentDemand demand;
    Amounts amounts;
    std::vector<std::uint32_t> pools;  ///< that serve it
  };
  struct Pool {
    std::uint32_t slots = 0;
    std::vector<std::int64_t> capacity;  ///< by resource; empty: without a limit
    std::vector<std::uint32_t> kinds;    ///< that it serves
  };

  const Situation& situation;
  std::vector<std::uint32_t> rank;     ///< by ticket
  std::vector<TicketIndex> ticket_at;  ///< by rank
  std::vector<std::uint32_t> kind_of;  ///< by ticket
  std::vector<Kind> kinds;
  std::vector<Pool> pools;
  std::vector<std::uint32_t> pool_of;        ///< of tickets that are alive; kNone: of none there is
  Rows<Use> uses;                            ///< by ticket
  std::vector<std::int64_t> capacity;        ///< by resource of the cluster
  std::vector<std::uint32_t> line_resource;  ///< by line behind those of the locks
  std::vector<std::int64_t> line_amount;
  std::vector<std::vector<std::uint32_t>> lines_of;  ///< by resource of the cluster
  std::vector<std::uint32_t> unmet;                  ///< by ticket: dependencies, and a barrier
  std::vector<std::uint32_t> left_in_group;
  Rows<TicketIndex> by_group;  ///< tickets that wait; only where the plan has barriers
  std::vector<bool> unjudged;  ///< by ticket: nobody can run a gate of it
  std::uint32_t most_alive = 0;
  std::uint32_t left = 0;

 private:
  void order_tickets();
  void count_resources();
  void sort_tickets();
  void sort_workers();
  void count_unmet();
  void find_unjudged();

  std::map<std::string, std::uint32_t, std::less<>> counted_;     ///< for the whole cluster
  std::map<std::string, std::uint32_t, std::less<>> per_worker_;  ///< on each worker
  std::map<WorkerId, std::uint32_t> pool_of_worker_;
};

}  // namespace headway
