#include "worker/process/attempt_steps.h"

namespace headway::worker {

namespace {

void add_check_steps(AttemptStep::Kind kind, const std::vector<CheckOrder>& checks,
                     std::vector<AttemptStep>& steps) {
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (i > 0 && checks[i].beside) {
      steps.back().last = i + 1;
    } else {
      steps.push_back({kind, i, i + 1});
    }
  }
}

}  // namespace

std::vector<AttemptStep> steps_of(const AttemptSpec& spec) {
  using Kind = AttemptStep::Kind;
  std::vector<AttemptStep> steps;
  if (!spec.inputs.empty()) steps.push_back({Kind::kInputs});
  add_check_steps(Kind::kRequirements, spec.require, steps);
  steps.push_back({Kind::kCommand});
  if (!spec.artifacts.empty()) steps.push_back({Kind::kArtifacts});
  add_check_steps(Kind::kGates, spec.gates, steps);
  if (!spec.watched.empty()) steps.push_back({Kind::kWatched});
  return steps;
}

}  // namespace headway::worker
