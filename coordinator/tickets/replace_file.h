#pragma once

#include <string>

#include "common/base/result.h"

namespace headway {

/// What became of an attempt to replace a file.
enum class Replaced {
  kDone,
  kChangedMeanwhile,  ///< its content was not what was expected; it was left as it is
};

/// Replaces a file's content in one step, if it still is `expected`: the new file takes the old
/// one's place and the old one its own (renameat2(2), RENAME_EXCHANGE), and should the old one then
/// turn out to be another than expected, they change places again. So an edit that is made between
/// looking and writing is never lost. Keeps the permissions; of a link, the file that it leads to
/// is replaced. Where the file system cannot exchange, the content is compared just before. Errors
/// name the file.
Result<Replaced> replace_file(const std::string& path, const std::string& expected,
                              const std::string& content);

/// Gives a file another name, which must be free: kInUse where it is not.
Result<void> move_file(const std::string& from, const std::string& to);

}  // namespace headway
