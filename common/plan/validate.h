#pragma once

#include <vector>

#include "common/plan/diagnostic.h"
#include "common/plan/marks.h"
#include "common/plan/plan.h"

namespace headway {

/// Findings for which the nearest ids are looked up; each lookup passes over all ids of the plan.
inline constexpr int kMaxIdHints = 50;

/// Everything that only the whole plan can show: duplicate and unknown ids (with the nearest as a
/// hint), tickets that depend on themselves, cycles ticket by ticket, a resource of which more is
/// asked than there is, an `execution_plan` that names other tickets than the plan or puts one
/// before what it waits for. In the order of the file.
/// Findings carry the place of the list's element where `marks` knows it, else the ticket's.
std::vector<Diagnostic> validate_plan(const Plan& plan, const PlanMarks& marks = {});

}  // namespace headway
