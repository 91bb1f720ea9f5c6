#pragma once

#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// `headway worker scale N`: starts and drains local workers of one agent each until the
/// coordinator of the state directory has N local agents. Gives the command's exit code.
int scale_workers(const Arguments& arguments, Environment& environment);

}  // namespace headway::cli
