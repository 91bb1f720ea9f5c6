#pragma once

#include <string>

#include "common/base/result.h"
#include "coordinator/cli/answers.h"

namespace headway::cli {

/// The end of what a ticket's last attempt printed, at most one page of output (64 KiB). Where
/// there is more than that, its end is searched for by halves, so that few pages are asked for.
Result<std::string> end_of_output(Answers& answers, RunId run, const std::string& ticket);

}  // namespace headway::cli
