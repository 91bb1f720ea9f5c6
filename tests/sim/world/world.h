#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/world/coordinator_host.h"
#include "tests/sim/world/machine.h"

namespace headway::sim {

/// What came of one world.
struct Verdict {
  std::vector<Problem> problems;
  FaultCounts faults{};
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t facts = 0;
  std::uint64_t trace = 0;
  Duration played{};  ///< of virtual time
};

/// A coordinator, its workers, people, a network, and everything that goes wrong with them. Faults
/// come first; then they end, and every run must end too.
class World {
 public:
  World(const Scenario& scenario, bool told);

  /// Plays to the end.
  Verdict play();

 private:
  void plan_events();
  void happen(const TimedFault& fault);
  void happen_to(Machine& machine, const TimedFault& fault);
  void wish(const PersonsWish& wish);
  void wish_about_ticket(const PersonsWish& wish);
  [[nodiscard]] const Run* some_run(Random& random) const;
  void wish_to_adjust(Random& random);
  void wish_to_replan(Random& random);
  void wish_where_or_when(Wish wish, Random& random);
  void wish_to_clear_locks(Random& random);
  void wish_about_milestones(Wish wish, Random& random);
  void decide_what_waits();
  void resume_what_is_in_the_way();
  void set_free();
  void forge(const TimedFault& fault);
  void heal();
  void attend();
  void clear_away(const std::function<void(const std::string&)>& vouch);
  [[nodiscard]] bool settled() const;
  void watch_quiet();
  void look_at_leftovers();
  void explain_what_is_left();
  void check_prefixes();

  const Scenario& scenario_;
  Stage stage_;
  Disk disk_;
  Random random_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<CoordinatorHost> coordinator_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<Duration> returns_after_;  ///< a worker that has left
  std::vector<Instant> rests_until_;     ///< a worker that a person has stopped
  std::map<Token, Instant> standing_;    ///< without a process, and only a proof ends it
  std::uint64_t requests_ = 1'000'000;
  bool over_ = false;
};

}  // namespace headway::sim
