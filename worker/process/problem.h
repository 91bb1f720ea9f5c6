#pragma once

#include <string>
#include <utility>

#include "common/base/result.h"

namespace headway::worker {

/// What is wrong with an attempt, in the words that its end is reported with.
inline Error problem(std::string message) { return Error{ErrorKind::kFailed, std::move(message)}; }

}  // namespace headway::worker
