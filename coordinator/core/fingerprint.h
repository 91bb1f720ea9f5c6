#pragma once

#include <cstdint>

#include "coordinator/core/state.h"

namespace headway {

/// A number that is the same for two runs in the same durable state, and almost certainly differs
/// for others: by it memory is compared with the fold of the journal without copying either (64 bit
/// FNV-1a over states, tokens, counts and times of all tickets).
std::uint64_t fingerprint(const Run& run);

}  // namespace headway
