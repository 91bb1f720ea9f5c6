#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/diagnostic.h"
#include "common/plan/plan.h"

namespace headway {

/// What a reader made of a text. `plan` is complete only where no diagnostic is an error.
struct ReadPlan {
  Plan plan;
  std::vector<Diagnostic> diagnostics;

  [[nodiscard]] bool ok() const;
};

/// Whose a text is.
enum class PlanText : std::uint8_t {
  kWritten,  ///< somebody's who is told what is wrong with it
  kTaken,    ///< of a run that there is: rules which were made since are warnings
};

/// Reads and validates a plan (structure, then `validate_plan`), telling every error at once. Uses
/// yaml-cpp's events, not its nodes: 100,000 tickets take seconds and little memory.
ReadPlan read_plan(const std::string& text, PlanText whose = PlanText::kWritten);

/// The content of a plan's file, at most `kMaxPlanBytes`; `-` is standard input. Errors name the
/// file: missing, a directory, not readable, too large.
Result<std::string> load_plan_text(const std::string& path);

/// A plan with a hundred thousand tickets has some 35 MB.
inline constexpr std::size_t kMaxPlanBytes = 256U << 20U;

/// Tickets of one plan; each takes about a kilobyte of memory.
inline constexpr std::size_t kMaxPlanTickets = 1'000'000;

/// Depth of nesting at which a reader gives up; a plan needs 6.
inline constexpr int kMaxPlanDepth = 32;

}  // namespace headway
