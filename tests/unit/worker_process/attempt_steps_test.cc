#include "worker/process/attempt_steps.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using Kind = AttemptStep::Kind;
using Steps = std::vector<AttemptStep>;

CheckOrder check(bool beside) {
  CheckOrder made;
  made.beside = beside;
  return made;
}

TEST(AttemptSteps, AreTheCommandAloneWhereNothingElseIsAskedFor) {
  AttemptSpec spec;
  spec.checkpoints.resize(1);
  EXPECT_EQ(steps_of(spec), (Steps{{Kind::kCommand}}));
}

TEST(AttemptSteps, ComeInTheirOrder) {
  AttemptSpec spec;
  spec.inputs.resize(2);
  spec.require.resize(2);
  spec.artifacts = {"out/*"};
  spec.gates.resize(1);
  spec.watched = {"src/**"};
  EXPECT_EQ(steps_of(spec), (Steps{{Kind::kInputs},
                                   {Kind::kRequirements, 0, 1},
                                   {Kind::kRequirements, 1, 2},
                                   {Kind::kCommand},
                                   {Kind::kArtifacts},
                                   {Kind::kGates, 0, 1},
                                   {Kind::kWatched}}));
}

TEST(AttemptSteps, AreSharedByChecksSideBySide) {
  AttemptSpec spec;
  // The first has nothing that it could be beside.
  spec.gates = {check(true), check(true), check(false), check(true), check(true), check(false)};
  EXPECT_EQ(
      steps_of(spec),
      (Steps{{Kind::kCommand}, {Kind::kGates, 0, 2}, {Kind::kGates, 2, 5}, {Kind::kGates, 5, 6}}));
}

}  // namespace
}  // namespace headway::worker
