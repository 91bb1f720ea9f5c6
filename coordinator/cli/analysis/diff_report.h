#pragma once

#include <string>

#include "coordinator/cli/show/format.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/planner/diff/plan_diff.h"

namespace headway::cli {

/// Two plans and what lies between them.
struct DiffReport {
  std::string before;  ///< the files, as the person named them
  std::string after;
  const planner::PlanDiff& diff;
};

/// The changes for people, as text or (`Format::kMarkdown`) Markdown; long lists are cut.
std::string diff_text(const DiffReport& report, Format format, bool colour, std::size_t width);
/// All of them for programs. Durations are seconds; a field that is not there is null.
Json diff_json(const DiffReport& report);
/// A row for each change between tabs: what it is, ticket, field, before, after.
std::string diff_plain(const DiffReport& report);

}  // namespace headway::cli
