#include "worker/process/artifacts.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <system_error>
#include <unistd.h>

#include "common/base/text.h"
#include "common/plan/path_pattern.h"
#include "common/system/files.h"
#include "worker/process/problem.h"
#include "worker/process/slot_protocol.h"

namespace headway::worker {

namespace {

namespace fs = std::filesystem;

/// Bytes of an artifact in the message beside its path: the digest, the size, the names of fields.
constexpr std::size_t kBytesBeside = 110;

bool leads_out(std::string_view pattern) {
  return pattern.starts_with('/') || pattern == ".." || pattern.starts_with("../") ||
         pattern.ends_with("/..") || pattern.find("/../") != std::string_view::npos;
}

bool is_below(const std::string& path, const std::string& root) {
  return root == "/" ||
         (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/');
}

/// Looks for the files of one pattern after the other.
class Search {
 public:
  explicit Search(std::string root) : root_(std::move(root)) {}

  Result<void> add(const std::string& pattern) {
    if (leads_out(pattern) || pattern.find('\0') != std::string::npos) {
      return problem("artifact " + printable(pattern) + " leads out of the plan's folder");
    }
    const std::string normal = normalize_pattern(pattern);
    const std::size_t before = matches_;
    const std::string start{literal_prefix(normal)};
    visited_ = 0;
    if (Result<void> done = visit(start, normal); !done) return done;
    if (matches_ == before) return problem("artifact " + printable(pattern) + " is missing");
    return {};
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
        return problem("artifact " + printable(path) + " leads out of the plan's folder");
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
        return problem("artifact " + printable(pattern) + ": there are more than " +
                       std::to_string(kMostVisited) +
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
      return problem("artifact " + printable(pattern) + " cannot be looked for in " +
                     printable(full) + ": " + error.message());
    }
    return {};
  }

  Result<void> take(const std::string& path, const std::string& pattern) {
    const std::string full = root_ + "/" + path;
    std::error_code error;
    const fs::file_status target = fs::status(full, error);
    // A link to nothing, a socket or a fifo is no artifact; nor is what a link to a folder leads
    // to.
    if (!fs::is_regular_file(target)) return {};
    Result<std::string> real = absolute_path(full);
    if (!real) return real.error();
    if (!is_below(real.value(), root_)) {
      return problem("artifact " + printable(path) +
                     " leads out of the plan's folder: it is a link to " + printable(real.value()));
    }
    ++matches_;
    if (!files_.emplace(path, real.value()).second) return {};
    bytes_ += path.size() + kBytesBeside;
    if (files_.size() > kMostArtifacts || bytes_ > kMostArtifactBytes) {
      return problem("artifact " + printable(pattern) + ": the attempt has more artifacts (" +
                     std::to_string(files_.size()) +
                     " and counting) than one result can list; pack them into an archive");
    }
    return {};
  }

  std::string root_;
  std::map<std::string, std::string> files_;
  std::size_t matches_ = 0;
  std::size_t bytes_ = 0;
  std::size_t visited_ = 0;
};

/// In the reader's process: the whole answer, then the end.
[[noreturn]] void answer_and_exit(int answer, const std::string& root,
                                  const std::vector<std::string>& patterns) {
  ArtifactsRead read;
  Result<std::vector<Artifact>> found = collect_artifacts(root, patterns);
  if (found) {
    read.artifacts = std::move(found.value());
  } else {
    read.problem = found.error().message;
  }
  const std::string text = encode(FromArtifactReader{0, std::move(read)});
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t got = ::write(answer, text.data() + written, text.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ::_exit(1);
    written += static_cast<std::size_t>(got);
  }
  ::_exit(0);
}

}  // namespace

Result<std::vector<Artifact>> collect_artifacts(const std::string& root,
                                                const std::vector<std::string>& patterns) {
  Result<std::string> real_root = absolute_path(root);
  if (!real_root) return real_root.error();
  Search search(real_root.value());
  for (const std::string& pattern : patterns) {
    if (Result<void> added = search.add(pattern); !added) return added.error();
  }
  std::vector<Artifact> artifacts;
  for (const auto& [path, real] : search.files()) {
    Result<FileDigest> digest = digest_file(real);
    if (!digest) return digest.error();
    artifacts.push_back(Artifact{path, digest->size, digest->sha256});
  }
  return artifacts;
}

Result<ArtifactReader> start_artifact_reader(const std::string& root,
                                             const std::vector<std::string>& patterns) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return problem("the artifacts cannot be read: " + std::generic_category().message(errno));
  }
  ArtifactReader reader;
  reader.answer = UniqueFd{ends[0]};
  const UniqueFd writer{ends[1]};
  ::fcntl(reader.answer.get(), F_SETFL, O_RDONLY | O_NONBLOCK);
  // The supervisor has one thread and little memory: fork(2) is cheap, and all may be called after.
  reader.process = ::fork();
  if (reader.process == 0) answer_and_exit(writer.get(), root, patterns);
  if (reader.process < 0) {
    return problem("the artifacts cannot be read: " + std::generic_category().message(errno));
  }
  return reader;
}

}  // namespace headway::worker
