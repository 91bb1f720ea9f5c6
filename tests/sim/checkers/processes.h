#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// What a worker's machine offers, as the person set it up.
struct MachineOffer {
  std::string worker;  ///< its name
  std::uint32_t slots = 1;
  std::vector<std::string> labels;
  std::vector<std::string> types;
  bool every_type = false;
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
};

/// What really runs, whatever anybody believes: every process that the world's machines have
/// started and that is not dead. Invariants 2, 5, 6 and 9 are about these; 15 as far as the journal
/// must tell what really happened.
class Processes {
 public:
  Processes(const Reading& reading, Problems& problems) : reading_(reading), problems_(problems) {}

  std::size_t add_machine(MachineOffer offer);
  void spawned(Token token, std::size_t machine);
  void died(Token token, std::size_t machine);
  /// How an attempt ended, as its supervisor saw it and told its worker.
  void ended(Token token, Outcome outcome, std::size_t machine) {
    ends_[token] = {outcome, machine, !incarnations_[machine].empty()};
  }
  /// A command has killed the worker that it ran at.
  void killed_its_worker(Token token);
  void worker_started(std::size_t machine, std::uint64_t incarnation);
  /// What it knew is gone with it.
  void worker_gone(std::size_t machine);

  /// Asked before the reading takes the fact in.
  void check(const Fact& fact);
  /// Attempts of a future that the registry has lost are nobody's promise any more.
  void forget_future(Token last_kept);
  /// Off where a connection does not keep the order of its messages: the protocol rests on it.
  void tolerate_overlap() { tolerant_ = true; }

  [[nodiscard]] bool any_of(RunId run) const;
  [[nodiscard]] bool is_alive(Token token) const;
  /// Whether the process is up that it was handed to, and may still be about to start it.
  [[nodiscard]] bool may_begin(Token token) const;
  [[nodiscard]] std::size_t count() const { return live_.size(); }

 private:
  struct Process {
    Token token;
    std::size_t machine = 0;
  };
  struct End {
    Outcome outcome = Outcome::kSucceeded;
    std::size_t machine = 0;
    bool known = true;  ///< the worker that was told is still alive
  };
  void not_forgotten(const Fact& fact, const End& end);
  void against_others(Token token, const ReadAttempt& started);
  void against_demand(Token token, const ReadAttempt& check, std::size_t machine);
  [[nodiscard]] bool ends_at_worker(const Fact& fact) const;
  void against_plan(Token token, TicketKey key, std::size_t machine);
  void capacities(std::size_t machine);
  [[nodiscard]] bool is_lost(Token token) const;

  const Reading& reading_;
  Problems& problems_;
  std::vector<MachineOffer> machines_;
  std::vector<Process> live_;
  std::vector<std::string> incarnations_;  ///< of each machine's worker; empty: it is not up
  std::map<Token, End> ends_;
  std::map<std::pair<TicketKey, std::uint32_t>, std::uint32_t> kills_;  ///< by generation
  std::vector<std::pair<Token, Token>> lost_;  ///< tokens of lost futures, from after to
  Token highest_;
  bool tolerant_ = false;
};

}  // namespace headway::sim
