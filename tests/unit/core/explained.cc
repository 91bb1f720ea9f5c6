#include "explained.h"

#include "coordinator/core/status.h"

namespace headway {

std::string why(const CoreHarness& harness, const Core* core, const std::string& ticket) {
  const AttemptRef ref = harness.ref(ticket);
  const State& state = core == nullptr ? harness.journalled() : core->state();
  const Run& run = *state.find_run(ref.run);
  const Status status(state, core, harness.clock());
  std::string text;
  for (const std::string& reason : status.explain(run, ref.ticket).reasons) text += reason + "\n";
  return text;
}

std::string why(const CoreHarness& harness, const std::string& ticket) {
  return why(harness, &harness.core(), ticket);
}

}  // namespace headway
