#include "coordinator/cli/verbs/affected_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/path_pattern.h"
#include "common/system/files.h"

namespace headway::cli {

namespace {

namespace fs = std::filesystem;

/// They go with the submission, in one frame.
constexpr std::size_t kMostFiles = 4'000;
constexpr std::size_t kMostVisited = 1'000'000;

std::set<std::string> patterns_of(const Plan& plan) {
  std::set<std::string> patterns;
  for (const Ticket& ticket : plan.tickets) {
    for (const std::string& pattern : ticket.affected_files) {
      patterns.insert(normalize_pattern(pattern));
    }
  }
  return patterns;
}

}  // namespace

Result<std::vector<Artifact>> affected_files(const Plan& plan, const std::string& folder) {
  std::set<std::string> found;
  std::size_t visited = 0;
  const auto too_many = [](const char* what, std::size_t most) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--validation comprehensive {} at most {} files: name the affected "
                             "files more closely, or take `strict`",
                             what, most)};
  };
  for (const std::string& pattern : patterns_of(plan)) {
    const fs::path from = fs::path(folder) / std::string(literal_prefix(pattern));
    std::error_code error;
    if (fs::is_regular_file(from, error)) {
      found.insert(pattern);
    } else if (fs::is_directory(from, error)) {
      for (fs::recursive_directory_iterator entry(
               from, fs::directory_options::skip_permission_denied, error);
           !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (++visited > kMostVisited) return too_many("looks at", kMostVisited);
        const std::string path = fs::path(entry->path()).lexically_relative(folder).string();
        if (entry->is_regular_file(error) && matches_pattern(path, pattern)) found.insert(path);
      }
    }
    if (found.size() > kMostFiles) return too_many("takes", kMostFiles);
  }
  std::vector<Artifact> files;
  files.reserve(found.size());
  for (const std::string& path : found) {
    const Result<FileDigest> digest = digest_file((fs::path(folder) / path).string());
    if (!digest) return digest.error();
    files.push_back({path, digest->size, digest->sha256});
  }
  return files;
}

}  // namespace headway::cli
