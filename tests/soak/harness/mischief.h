#pragma once

#include "tests/soak/harness/people.h"

namespace headway::soak {

/// Draws what is done to the cluster, does it, and plans its repair. Every repair is bounded: when
/// the violence ends, the timetable mends the rest. One thread.
class Mischief {
 public:
  Mischief(Chance& chance, Cluster& cluster, People& people, Timetable& timetable, Diary& diary)
      : chance_(chance), cluster_(cluster), people_(people), timetable_(timetable), diary_(diary) {}

  /// One deed; to milestones only what befalls programs and links, since what people do makes
  /// something else of them.
  void strike(WorkloadKind workload);

 private:
  void kill_coordinator();
  void kill_worker();
  void kill_supervisor();
  void lose_worker();
  void cut_power();
  void freeze_coordinator();
  void freeze_worker();
  [[nodiscard]] Duration draw_cut();
  void break_link();
  void break_cable(const Worker& worker);
  void lose_power(const Worker& worker);
  void bring_back(Worker& worker);
  /// A worker that is at work, and (for faults that a killed supervisor must not be joined with)
  /// not fragile; none: there is no such.
  Worker* draw_worker(bool robust);

  Chance& chance_;
  Cluster& cluster_;
  People& people_;
  Timetable& timetable_;
  Diary& diary_;
};

}  // namespace headway::soak
