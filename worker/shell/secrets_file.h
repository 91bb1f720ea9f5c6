#pragma once

#include <map>
#include <string>

#include "common/base/result.h"

namespace headway::worker {

/// Secrets by name, from a file of `NAME=VALUE` lines; empty lines and lines that begin with `#`
/// are skipped, and a value goes to the end of its line as it stands. Refuses a file that others
/// than its owner can read or write. Errors name the file and the line, never a value.
Result<std::map<std::string, std::string>> read_secrets_file(const std::string& path);

}  // namespace headway::worker
