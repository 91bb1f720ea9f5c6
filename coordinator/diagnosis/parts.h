#pragma once

#include "coordinator/diagnosis/picture.h"

namespace headway::diagnosis {

/// The parts of a diagnosis, in the order in which they are asked: what comes first may explain
/// what would be found later. Each looks for the kinds of finding that its file names.

// run.cc
void find_nothing_handed_out(const Picture& picture, Telling& telling);
void find_disk_trouble(const Picture& picture, Telling& telling);

// reviews.cc
void find_reviews(const Picture& picture, Telling& telling);
void find_failed_rollbacks(const Picture& picture, Telling& telling);

// gates.cc
void find_plan_gates(const Picture& picture, Telling& telling);
void find_failing_gates(const Picture& picture, Telling& telling);
void find_flaky_gates(const Picture& picture, Telling& telling);
void find_unservable_checks(const Picture& picture, Telling& telling);

// tickets.cc
void find_failures(const Picture& picture, Telling& telling);
void find_unservable(const Picture& picture, Telling& telling);
void find_starvation(const Picture& picture, Telling& telling);

// locks.cc
void find_lock_troubles(const Picture& picture, Telling& telling);

// running.cc
void find_stuck(const Picture& picture, Telling& telling);
void find_stragglers(const Picture& picture, Telling& telling);

// quality.cc
void find_bad_workers(const Picture& picture, Telling& telling);
void find_bad_tickets(const Picture& picture, Telling& telling);
void find_slow_workers(const Picture& picture, Telling& telling);
void find_retry_storm(const Picture& picture, Telling& telling);

// agents.cc
void find_silent_workers(const Picture& picture, Telling& telling);
void find_flapping_workers(const Picture& picture, Telling& telling);
void find_clock_skew(const Picture& picture, Telling& telling);
void find_idle_agents(const Picture& picture, Telling& telling);

// path.cc
void find_critical_path(const Picture& picture, Telling& telling);
void find_bottlenecks(const Picture& picture, Telling& telling);

}  // namespace headway::diagnosis
