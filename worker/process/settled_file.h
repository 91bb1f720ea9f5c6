#pragma once

#include <string>

#include "common/base/result.h"
#include "common/system/files.h"

namespace headway::worker {

/// Size and SHA-256 of a file that nobody writes to meanwhile: what the system says of it (inode,
/// size, time of the last change) is the same before and after, and is what was read. `title` names
/// it in the errors: `artifact out/a.bin`.
Result<FileDigest> digest_settled_file(const std::string& path, const std::string& title);

}  // namespace headway::worker
