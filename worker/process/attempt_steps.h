#pragma once

#include <cstddef>
#include <vector>

#include "common/messages/attempt_messages.h"

namespace headway::worker {

/// One of the things that an attempt does in its slot, one after the other. Nothing of a step is
/// alive when the next begins.
struct AttemptStep {
  enum class Kind {
    kInputs,        ///< a process of ours reads the files that it expects
    kRequirements,  ///< checks side by side, or one alone
    kCommand,       ///< with its checkpoints' checks beside it
    kArtifacts,     ///< a process of ours reads what it has made
    kGates,         ///< as requirements
    kWatched,       ///< a process of ours takes digests
  };
  Kind kind = Kind::kCommand;
  std::size_t first = 0;  ///< of the spec's requirements or gates: the step has those up to
  std::size_t last = 0;   ///< before this one
  friend bool operator==(const AttemptStep&, const AttemptStep&) = default;
};

/// Whether a step is a process of ours that only reads files: it is killed without a grace, and
/// what it uses is not the attempt's.
constexpr bool is_reading(AttemptStep::Kind kind) {
  return kind == AttemptStep::Kind::kInputs || kind == AttemptStep::Kind::kArtifacts ||
         kind == AttemptStep::Kind::kWatched;
}

/// The steps of an attempt, each of which is taken when those before it have passed:
///
///   inputs -> requirements... -> command -> artifacts -> gates... -> watched
///
/// What the spec does not ask for is no step. Checks that are `beside` the one before them share
/// its step. Pure.
std::vector<AttemptStep> steps_of(const AttemptSpec& spec);

}  // namespace headway::worker
