#pragma once

#include <string>

#include "common/base/result.h"

namespace headway {

/// Writes to what a person named for output. A regular file, and what a link leads to, is replaced
/// in one step (`write_file_atomically`), and the link stays. What is neither file nor folder, a
/// FIFO, a terminal, a device, is written into and never replaced; a FIFO waits for its reader.
/// What a process holds open (`/proc/self/fd/1`, which `/dev/stdout` leads to) is appended to.
/// Errors name the path.
Result<void> write_named_output(const std::string& path, const std::string& content);

}  // namespace headway
