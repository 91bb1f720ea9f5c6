#pragma once

#include <string>

#include "common/base/result.h"

/// What the functions upon files are made of; for this folder.

namespace headway {

/// `cannot DOING PATH: WHY`, of an error number of the system.
Error file_failure(const std::string& path, const char* doing, int error);

/// A path with a NUL byte would be cut short by the system, so that another file is meant.
bool has_nul(const std::string& path);

/// The folder that a path is in, as it is written; `.` of a bare name.
std::string parent_of(const std::string& path);

/// Writes all of it to a descriptor. Errors name the path.
Result<void> write_all(int fd, const std::string& content, const std::string& path);

}  // namespace headway
