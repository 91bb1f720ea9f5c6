#include "worker/process/artifacts.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "common/base/text.h"
#include "common/plan/path_pattern.h"
#include "common/system/files.h"
#include "worker/process/file_place.h"
#include "worker/process/problem.h"
#include "worker/process/settled_file.h"

namespace headway::worker {

namespace {

namespace fs = std::filesystem;

/// Bytes of an artifact in the message beside its path: the digest, the size, the names of fields.
constexpr std::size_t kBytesBeside = 110;

/// Looks for the files of one pattern after the other.
class Search {
 public:
  Search(std::string root, FilesWanted wanted) : root_(std::move(root)), wanted_(wanted) {}

  Result<void> add(const std::string& pattern) {
    if (leads_out(pattern)) return problem(title(pattern) + " leads out of the plan's folder");
    const std::string normal = normalize_pattern(pattern);
    const std::size_t before = matches_;
    const std::string start{literal_prefix(normal)};
    visited_ = 0;
    odd_.clear();
    if (Result<void> done = visit(start, normal); !done) return done;
    if (matches_ > before || !wanted_.required) return {};
    std::error_code ignored;
    if (fs::is_directory(root_ + "/" + normal, ignored)) {
      return problem(title(pattern) + " is a directory without files");
    }
    if (!odd_.empty()) return problem(title(odd_) + " is no regular file");
    return problem(title(pattern) + " is missing");
  }

  /// `artifact out/a.bin`, for people.
  [[nodiscard]] std::string title(std::string_view path) const {
    return std::string(wanted_.noun) + " " + printable(path);
  }

  /// Path below the root, and where it really is.
  [[nodiscard]] const std::map<std::string, std::string>& files() const { return files_; }

 private:
  Result<void> visit(const std::string& path, const std::string& pattern) {
    std::error_code error;
    const std::string full = path.empty() ? root_ : root_ + "/" + path;
    // The pattern's fixed beginning may pass through links, as long as they stay in the folder.
    const fs::file_status there = fs::status(full, error);
    if (fs::is_directory(there)) {
      Result<std::string> real = absolute_path(full);
      if (!real || (real.value() != root_ && !is_below(real.value(), root_))) {
        return problem(title(path) + " leads out of the plan's folder");
      }
      return walk(path, pattern);
    }
    if (fs::exists(there) && matches_pattern(path, pattern)) return take(path, pattern);
    return {};
  }

  Result<void> walk(const std::string& path, const std::string& pattern) {
    const std::string full = path.empty() ? root_ : root_ + "/" + path;
    std::error_code error;
    fs::recursive_directory_iterator entry(full, fs::directory_options::skip_permission_denied,
                                           error);
    for (const fs::recursive_directory_iterator end; !error && entry != end;
         entry.increment(error)) {
      if (++visited_ > kMostVisited) {
        return problem(title(pattern) + ": there are more than " + std::to_string(kMostVisited) +
                       " files to look through; begin the pattern with a smaller folder");
      }
      std::error_code ignored;
      if (fs::is_directory(entry->symlink_status(ignored))) continue;
      const std::string below =
          entry->path().string().substr(root_.size() + (root_ == "/" ? 0 : 1));
      if (!matches_pattern(below, pattern)) continue;
      if (Result<void> taken = take(below, pattern); !taken) return taken;
    }
    if (error) {
      return problem(title(pattern) + " cannot be looked for in " + printable(full) + ": " +
                     error.message());
    }
    return {};
  }

  Result<void> take(const std::string& path, const std::string& pattern) {
    const std::string full = root_ + "/" + path;
    std::error_code error;
    const fs::file_status target = fs::status(full, error);
    // A link to nothing, a socket or a fifo is no artifact; nor is what a link to a folder leads
    // to.
    if (!fs::is_regular_file(target)) {
      if (fs::exists(target) && !fs::is_directory(target)) odd_ = path;
      return {};
    }
    Result<std::string> real = absolute_path(full);
    if (!real) return real.error();
    if (!is_below(real.value(), root_)) {
      if (!wanted_.required) return {};
      return problem(title(path) + " leads out of the plan's folder: it is a link to " +
                     printable(real.value()));
    }
    ++matches_;
    if (!files_.emplace(path, real.value()).second) return {};
    bytes_ += path.size() + kBytesBeside;
    if (files_.size() > kMostArtifacts || bytes_ > wanted_.most_bytes) {
      return problem(title(pattern) + ": there are more files (" + std::to_string(files_.size()) +
                     " and counting) than one result can list; pack them into an archive");
    }
    return {};
  }

  std::string root_;
  FilesWanted wanted_;
  std::map<std::string, std::string> files_;
  std::size_t matches_ = 0;
  std::size_t bytes_ = 0;
  std::size_t visited_ = 0;
  std::string odd_;  ///< the last that the pattern matches and that is neither file nor folder
};

}  // namespace

Result<std::vector<Artifact>> collect_artifacts(const std::string& root,
                                                const std::vector<std::string>& patterns,
                                                FilesWanted wanted) {
  Result<std::string> real_root = absolute_path(root);
  if (!real_root) return real_root.error();
  Search search(real_root.value(), wanted);
  for (const std::string& pattern : patterns) {
    if (Result<void> added = search.add(pattern); !added) return added.error();
  }
  std::vector<Artifact> artifacts;
  for (const auto& [path, real] : search.files()) {
    Result<FileDigest> digest = digest_settled_file(real, search.title(path));
    if (!digest && !wanted.required) continue;
    if (!digest) return digest.error();
    artifacts.push_back(Artifact{path, digest->size, digest->sha256});
  }
  return artifacts;
}

std::size_t bytes_in_a_message(const std::vector<Artifact>& files) {
  std::size_t bytes = 0;
  for (const Artifact& file : files) bytes += file.path.size() + kBytesBeside;
  return bytes;
}

}  // namespace headway::worker
