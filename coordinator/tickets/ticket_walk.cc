#include "coordinator/tickets/ticket_walk.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/system/unique_fd.h"

namespace headway {

namespace {

std::string system_error(int error) { return std::generic_category().message(error); }

class Walk {
 public:
  void enter(const std::string& folder, const std::string& relative, std::size_t depth) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return problem(folder, errno);
    if (!seen_.emplace(status.st_dev, status.st_ino).second) return;
    if (depth > kMaxFolderDepth) {
      found.problems.emplace_back(
          folder, fmt::format("is more than {} folders deep; it is passed over", kMaxFolderDepth));
      return;
    }
    for (const std::string& name : names_in(folder)) {
      visit(fmt::format("{}/{}", folder, name),
            relative.empty() ? name : fmt::format("{}/{}", relative, name), depth);
    }
  }

  FoundFiles found;

 private:
  void visit(const std::string& path, const std::string& relative, std::size_t depth) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      if (is_markdown(path)) problem(path, errno);
      return;
    }
    if (S_ISDIR(status.st_mode)) return enter(path, relative, depth + 1);
    if (!is_markdown(path) || !seen_.emplace(status.st_dev, status.st_ino).second) return;
    if (found.files.size() < kMaxTicketFiles) {
      found.files.push_back({path, relative});
    } else if (!full_) {
      full_ = true;
      found.problems.emplace_back(
          path, fmt::format("is one more than the {} files that are read", kMaxTicketFiles));
    }
  }

  std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), &::closedir);
    if (!directory) {
      problem(folder, errno);
      return names;
    }
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (!name.starts_with('.')) names.emplace_back(name);
    }
    if (errno != 0) problem(folder, errno);
    std::sort(names.begin(), names.end());
    return names;
  }

  void problem(const std::string& path, int error) {
    found.problems.emplace_back(path, "cannot be read: " + system_error(error));
  }

  std::set<std::pair<dev_t, ino_t>> seen_;
  bool full_ = false;
};

}  // namespace

FoundFiles find_ticket_files(const std::string& folder) {
  Walk walk;
  walk.enter(folder, {}, 0);
  return std::move(walk.found);
}

FileHead read_file_head(const std::string& path, std::size_t most) {
  // Without O_NONBLOCK, opening a FIFO would wait for a writer.
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  FileHead head;
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    head.problem = "cannot be read: " + system_error(errno);
    return head;
  }
  if (!S_ISREG(status.st_mode)) {
    head.problem = "is no regular file";
    return head;
  }
  head.text.resize(std::min(most, static_cast<std::size_t>(status.st_size)));
  std::size_t done = 0;
  while (done < head.text.size()) {
    const ssize_t got = ::read(fd.get(), head.text.data() + done, head.text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) head.problem = "cannot be read: " + system_error(errno);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  head.text.resize(done);
  return head;
}

bool is_markdown(std::string_view name) {
  return name.ends_with(".md") || name.ends_with(".markdown") || name.ends_with(".MD");
}

}  // namespace headway
