#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/messages/attempt_messages.h"

namespace headway::worker {

/// Limits of one attempt's artifacts and watched files. All of them go into one result message,
/// which has at most 1 MiB.
inline constexpr std::size_t kMostArtifacts = 10'000;
inline constexpr std::size_t kMostArtifactBytes = 800U << 10U;
/// Files and folders looked at for one pattern.
inline constexpr std::size_t kMostVisited = 1'000'000;

/// What kind of files are looked for.
struct FilesWanted {
  std::string_view noun = "artifact";  ///< for people
  /// Each pattern must match one. Otherwise what is missing, changes, or leads out is left out.
  bool required = true;
  std::size_t most_bytes = kMostArtifactBytes;
};

/// The regular files below `root` that match the patterns (common/plan/path_pattern.h), with size
/// and SHA-256, sorted by path, each once. Links to folders are not followed; a link to a file
/// counts when the file is below the root. Reads every byte: slow. The error is the sentence for a
/// failed gate: which pattern matches nothing, or leads out of the folder, or which file changes.
Result<std::vector<Artifact>> collect_artifacts(const std::string& root,
                                                const std::vector<std::string>& patterns,
                                                FilesWanted wanted = {});

/// What a list of files takes of the `kMostArtifactBytes`.
std::size_t bytes_in_a_message(const std::vector<Artifact>& files);

}  // namespace headway::worker
