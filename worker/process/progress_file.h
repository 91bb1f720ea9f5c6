#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/system/unique_fd.h"
#include "worker/process/progress_lines.h"

namespace headway::worker {

/// The file to which an attempt's command may append its progress (HEADWAY_PROGRESS): watched, read
/// in pieces, removed at the end. The command makes it, so that the many which say nothing cost
/// nothing; what it makes of it (a link, a fifo) is not trusted. Owned by the supervisor, for all
/// of its attempts. Where the system has no inotify instance left, the owner has to `look` by
/// itself.
class ProgressFile {
 public:
  explicit ProgressFile(std::string directory);

  /// Becomes readable when something happens in the directory; -1: there is none.
  [[nodiscard]] int watch_fd() const { return watch_.get(); }

  /// A new attempt; gives the path of its file.
  std::string begin(Token token);
  /// Reads what is new, if the watch says that there is something.
  std::vector<ProgressItem> read_if_changed();
  /// Reads what is new.
  std::vector<ProgressItem> look();
  /// The command has ended: the rest is read, up to a last line without its newline.
  std::vector<ProgressItem> finish();
  /// The attempt has ended: the file is removed.
  void end();

 private:
  /// At most so many bytes at a time, so that a flood holds nothing else up.
  static constexpr std::size_t kMostAtOnce = 256U << 10U;

  bool drain_watch();

  std::string directory_;
  UniqueFd watch_;
  std::string name_;  ///< of the present attempt's file
  bool seen_ = false;
  UniqueFd file_;
  std::uint64_t offset_ = 0;
  ProgressLines lines_;
};

}  // namespace headway::worker
