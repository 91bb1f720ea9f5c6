#pragma once

#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// `headway plan --diff OLD NEW`: what changed from one plan to the other. Exit code 0 whether or
/// not there is something.
int plan_diff(const Arguments& arguments, Environment& environment);

}  // namespace headway::cli
