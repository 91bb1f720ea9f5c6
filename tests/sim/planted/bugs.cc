#include "tests/sim/planted/bugs.h"

#include <array>

#include "tests/sim/planted/planted.h"

namespace headway::sim {

int planted_bug = 0;

namespace {

constexpr std::array kBugs = {
#include "planted_bugs.inc"
};

}  // namespace

std::span<const Bug> bugs() { return kBugs; }

}  // namespace headway::sim
