#pragma once

#include <cstddef>

namespace headway {

/// Bytes that this program has ever asked `new` for.
std::size_t bytes_from_new();

}  // namespace headway
