#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "common/base/result.h"
#include "common/messages/worker_messages.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// Limits of one attempt's artifacts. All of them go into one result message, which has at most
/// 1 MiB.
inline constexpr std::size_t kMostArtifacts = 10'000;
inline constexpr std::size_t kMostArtifactBytes = 800U << 10U;
/// Files and folders looked at for one pattern.
inline constexpr std::size_t kMostVisited = 1'000'000;

/// The regular files below `root` that match the patterns (common/plan/path_pattern.h), with size
/// and SHA-256, sorted by path, each once. Links to folders are not followed; a link to a file
/// counts when the file is below the root. Reads every byte: slow. The error is the sentence for a
/// failed gate: which pattern matches nothing, or leads out of the folder.
Result<std::vector<Artifact>> collect_artifacts(const std::string& root,
                                                const std::vector<std::string>& patterns);

/// Does the same in a process of its own, so that the supervisor goes on watching its deadlines.
/// The descriptor gives one encoded FromArtifactReader (slot_protocol.h) and ends.
struct ArtifactReader {
  pid_t process = 0;
  UniqueFd answer;  ///< non-blocking
};
Result<ArtifactReader> start_artifact_reader(const std::string& root,
                                             const std::vector<std::string>& patterns);

}  // namespace headway::worker
