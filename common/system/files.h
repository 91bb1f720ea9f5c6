#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace headway {

/// The whole content of a regular file (or, for `-`, of standard input), at most `most` bytes.
/// Errors name the path.
Result<std::string> read_file(const std::string& path, std::size_t most);

/// The same of a file that holds secrets. kDenied where others than its owner can use it, or where
/// its owner is neither this user nor root.
Result<std::string> read_private_file(const std::string& path, std::size_t most);

/// Who may read a file that is written.
enum class Readers {
  kAsBefore,  ///< of what is replaced; of a new file, as the process's mask says
  kOwner,     ///< mode 0600
};

/// Replaces a file in one step: written beside it, synced, renamed over it. Errors name the path.
Result<void> write_file_atomically(const std::string& path, const std::string& content,
                                   Readers readers = Readers::kAsBefore);

/// Makes a directory and its parents, mode 0700 for those it makes.
Result<void> make_directories(const std::string& path);

/// An absolute path without links, `.` and `..`.
Result<std::string> absolute_path(const std::string& path);

/// What was recorded of a file.
struct FileDigest {
  std::uint64_t size = 0;
  std::string sha256;  ///< 64 hexadecimal digits
};
/// Size and SHA-256 of a regular file, read once. Errors name the path.
Result<FileDigest> digest_file(const std::string& path);

/// SHA-256 of bytes in memory, as 64 hexadecimal digits.
std::string sha256_hex(const std::string& bytes);

}  // namespace headway
