#pragma once

#include "coordinator/cli/command/verb.h"

namespace headway::cli {

/// All verbs of the command, in the order in which help lists them.
VerbTable verb_table();

}  // namespace headway::cli
