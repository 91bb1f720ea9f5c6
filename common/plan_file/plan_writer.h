#pragma once

#include <string>

#include "common/plan/plan.h"

namespace headway {

/// The plan as YAML that `read_plan` reads back as an equal plan; fields at their defaults are left
/// out.
std::string write_plan(const Plan& plan);

}  // namespace headway
