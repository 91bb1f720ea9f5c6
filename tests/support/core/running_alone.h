#pragma once

#include "tests/support/core/core_harness.h"

namespace headway {

/// `a` runs on `w`, and nothing else is there.
struct RunningAlone {
  explicit RunningAlone(bool on_proof = false) {
    h.join("w");
    PlanBuilder plan;
    TicketBuilder a = plan.add("a");
    if (on_proof) a.only_on_proof();
    h.submit(plan);
    h.assigned();
    h.start("a");
  }
  CoreHarness h;
};

}  // namespace headway
