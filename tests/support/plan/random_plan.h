#pragma once

#include <cstdint>

#include "common/plan/plan.h"

namespace headway::test {

/// A valid plan with every field filled in now and then; the same for the same seed.
Plan random_plan(std::uint64_t seed);

}  // namespace headway::test
