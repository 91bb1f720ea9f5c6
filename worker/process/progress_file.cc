#include "worker/process/progress_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace headway::worker {

ProgressFile::ProgressFile(std::string directory) : directory_(std::move(directory)) {
  UniqueFd watch{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  if (!watch) return;
  const int added = ::inotify_add_watch(watch.get(), directory_.c_str(),
                                        IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR);
  if (added >= 0) watch_ = std::move(watch);
}

std::string ProgressFile::begin(Token token) {
  name_ = "progress-" + std::to_string(token.number());
  seen_ = false;
  file_.reset();
  offset_ = 0;
  lines_.restart();
  return directory_ + "/" + name_;
}

bool ProgressFile::drain_watch() {
  if (!watch_) return true;
  alignas(inotify_event) char block[16U << 10U];
  ssize_t got = 0;
  while ((got = ::read(watch_.get(), block, sizeof block)) > 0) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, block + at, sizeof event);
      const char* name = event.len > 0 ? block + at + sizeof event : "";
      if ((event.mask & IN_Q_OVERFLOW) != 0 || name_ == name) seen_ = true;
      at += sizeof event + event.len;
    }
    if (static_cast<std::size_t>(got) < sizeof block / 2) break;
  }
  return seen_;
}

std::vector<ProgressItem> ProgressFile::read_if_changed() {
  if (!drain_watch()) return {};
  return look();
}

std::vector<ProgressItem> ProgressFile::look() {
  std::vector<ProgressItem> items;
  if (name_.empty()) return items;
  if (!file_) {
    // A fifo must not make this wait, nor a link lead elsewhere.
    const std::string path = directory_ + "/" + name_;
    file_ =
        UniqueFd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY)};
  }
  struct stat status {};
  if (!file_ || ::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    file_.reset();
    return items;
  }
  seen_ = true;
  if (static_cast<std::uint64_t>(status.st_size) < offset_) {
    offset_ = 0;
    lines_.restart();
  }
  std::string block(16U << 10U, '\0');
  for (std::size_t total = 0; total < kMostAtOnce;) {
    const ssize_t got =
        ::pread(file_.get(), block.data(), block.size(), static_cast<off_t>(offset_));
    if (got <= 0) break;
    const auto size = static_cast<std::size_t>(got);
    total += size;
    offset_ += size;
    for (ProgressItem& item : lines_.add({block.data(), size})) items.push_back(std::move(item));
  }
  return items;
}

std::vector<ProgressItem> ProgressFile::finish() {
  std::vector<ProgressItem> items = read_if_changed();
  for (ProgressItem& item : lines_.finish()) items.push_back(std::move(item));
  return items;
}

void ProgressFile::end() {
  if (name_.empty()) return;
  // What the command left behind may have made it after the command's end.
  if (drain_watch()) ::unlink((directory_ + "/" + name_).c_str());
  file_.reset();
  name_.clear();
}

}  // namespace headway::worker
