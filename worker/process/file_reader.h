#pragma once

#include <functional>
#include <sys/types.h>

#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "worker/process/slot_protocol.h"

namespace headway::worker {

/// A process of ours that reads an attempt's files, so that the supervisor goes on watching its
/// deadlines.
struct FileReader {
  pid_t process = 0;
  UniqueFd answer;  ///< non-blocking; gives one encoded FromFileReader and ends
};
/// Does `read` in such a process.
Result<FileReader> start_file_reader(const std::function<FilesRead()>& read);

}  // namespace headway::worker
