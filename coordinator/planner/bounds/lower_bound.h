#pragma once

#include <cstdint>
#include <string>

#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// A length that no schedule of a problem can be shorter than, and why.
struct LowerBound {
  Ticks length = 0;
  std::string reason;  ///< `the critical path`, `the work for 3 agents`...
};

/// The best of several bounds:
///
/// - the longest chain of activities;
/// - for each resource, and for each set of agents that is the union of few of those which
/// activities
///   ask for, the work that only it can do: among the activities with a head of at least h and a
///   tail of at least t, h + work / capacity + t (Carlier and Latapie 1991);
/// - for agents, how many of the longest activities must follow each other on one of them;
/// - where there are at most `kMostForEnergy` activities, energetic reasoning (Lopez, Erschler and
///   Esquirol 1992; as a destructive bound Klein and Scholl 1999): the smallest length at which no
///   interval of time must hold more work than the resource can do in it, counting of each activity
///   what must fall into it however it is shifted.
///
/// Resources that are coarser than what the plan asks are left out. The same for the same problem.
LowerBound lower_bound(const Problem& problem);

/// Activities up to which energetic reasoning is tried; its time grows with their cube.
inline constexpr std::uint32_t kMostForEnergy = 400;

}  // namespace headway::planner
