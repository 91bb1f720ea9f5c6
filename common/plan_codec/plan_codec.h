#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway {

/// A plan that was read, validated and numbered once.
struct CompiledPlan {
  Plan plan;
  std::shared_ptr<const PlanGraph> graph;
};

/// What the bytes mean: a program takes only its own version.
inline constexpr std::uint32_t kPlanCodecVersion = 3;

/// A plan and its graph as bytes, some 170 a ticket: `HWPLAN`, the version, a checksum of all that
/// follows, what it was compiled from, the plan, the graph. Values by position, defaults left out,
/// numbers by their size (values.h): reading 100,000 tickets takes a tenth of a second where their
/// text takes five.
///
/// `source` names what it was compiled from, in full (the hash of a text, and whatever else chose
/// from it).
std::string encode_plan(const Plan& plan, const PlanGraph& graph, std::string_view source);

/// Fails on any other version, on bytes that were changed or cut, and where it was not compiled
/// from `source`. Whatever the bytes, it reads none beyond them, and what it returns is safe to
/// use: every index within its bounds.
Result<CompiledPlan> decode_plan(std::string_view bytes, std::string_view source);

}  // namespace headway
