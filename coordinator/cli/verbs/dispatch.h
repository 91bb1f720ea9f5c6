#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "coordinator/cli/config.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// The verb of this name (or of a name that it is installed under); kUsage with the nearest ones
/// where there is none.
Result<const VerbSpec*> verb_called(VerbTable table, std::string_view name);

/// Carries out a command line: `called` is argv[0], which may be another name of a verb; `words` is
/// the rest. Reads the configuration by `variable`. Gives the exit code.
int dispatch(const std::string& called, std::vector<std::string> words, const Variable& variable,
             Environment& environment);

}  // namespace headway::cli
