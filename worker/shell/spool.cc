#include "worker/shell/spool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace headway::worker {

namespace {

Error failure(const std::string& what, const std::string& folder) {
  return {ErrorKind::kFailed, "cannot " + what + " in " + folder + ": " + std::strerror(errno)};
}

/// A file without a name. Not every file system has O_TMPFILE: there it gets one for a moment.
int open_unnamed(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  std::string path = folder + "/spool-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

}  // namespace

Result<void> Spool::append(Token token, std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return {};
  Kept& kept = kept_[token];
  const bool small =
      kept.memory + bytes.size() <= kMemoryPerAttempt && memory_ + bytes.size() <= kMemoryInAll;
  if (!small) return append_to_file(kept, offset, bytes);
  if (!kept.pieces.empty()) {
    auto& [begin, last] = *kept.pieces.rbegin();
    if (!last.bytes.empty() && begin + last.size == offset) {
      last.bytes += bytes;
      last.size += bytes.size();
      kept.memory += bytes.size();
      memory_ += bytes.size();
      return {};
    }
  }
  kept.pieces[offset] = Piece{std::string(bytes), 0, bytes.size()};
  kept.memory += bytes.size();
  memory_ += bytes.size();
  return {};
}

Result<void> Spool::append_to_file(Kept& kept, std::uint64_t offset, std::string_view bytes) {
  if (!kept.file) {
    kept.file.reset(open_unnamed(folder_));
    if (!kept.file) return failure("keep output", folder_);
    ++files_;
    kept.file_end = 0;
  }
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t wrote = ::pwrite(kept.file.get(), bytes.data() + done, bytes.size() - done,
                                   static_cast<off_t>(kept.file_end + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return failure("keep output", folder_);
    done += static_cast<std::size_t>(wrote);
  }
  Piece* last = kept.pieces.empty() ? nullptr : &kept.pieces.rbegin()->second;
  if (last != nullptr && last->bytes.empty() && last->position + last->size == kept.file_end &&
      kept.pieces.rbegin()->first + last->size == offset) {
    last->size += bytes.size();
  } else {
    kept.pieces[offset] = Piece{{}, kept.file_end, bytes.size()};
  }
  kept.file_end += bytes.size();
  return {};
}

Result<std::string> Spool::read(Token token, std::uint64_t offset, std::uint64_t size) const {
  const Error missing{ErrorKind::kNotFound, "the spool does not have these bytes"};
  const auto found = kept_.find(token);
  if (found == kept_.end()) return missing;
  const Kept& kept = found->second;
  std::string bytes;
  bytes.reserve(size);
  auto piece = kept.pieces.upper_bound(offset);
  if (piece == kept.pieces.begin()) return missing;
  --piece;
  while (bytes.size() < size) {
    const std::uint64_t at = offset + bytes.size();
    if (piece == kept.pieces.end() || piece->first > at ||
        at - piece->first >= piece->second.size) {
      return missing;
    }
    const std::uint64_t skip = at - piece->first;
    const std::uint64_t take = std::min(piece->second.size - skip, size - bytes.size());
    if (!piece->second.bytes.empty()) {
      bytes.append(piece->second.bytes, skip, take);
    } else {
      const std::size_t begin = bytes.size();
      bytes.resize(begin + take);
      const ssize_t got = ::pread(kept.file.get(), bytes.data() + begin, take,
                                  static_cast<off_t>(piece->second.position + skip));
      if (got != static_cast<ssize_t>(take)) return failure("read kept output", folder_);
    }
    ++piece;
  }
  return bytes;
}

void Spool::release(Token token, std::uint64_t offset) {
  const auto found = kept_.find(token);
  if (found == kept_.end()) return;
  Kept& kept = found->second;
  bool file_needed = false;
  for (auto piece = kept.pieces.begin(); piece != kept.pieces.end();) {
    if (piece->first + piece->second.size <= offset) {
      kept.memory -= piece->second.bytes.size();
      memory_ -= piece->second.bytes.size();
      piece = kept.pieces.erase(piece);
      continue;
    }
    file_needed = file_needed || piece->second.bytes.empty();
    ++piece;
  }
  if (!file_needed) close_file(kept);
  if (kept.pieces.empty()) kept_.erase(found);
}

void Spool::drop(Token token) {
  const auto found = kept_.find(token);
  if (found == kept_.end()) return;
  memory_ -= found->second.memory;
  close_file(found->second);
  kept_.erase(found);
}

void Spool::close_file(Kept& kept) {
  if (!kept.file) return;
  kept.file.reset();
  --files_;
}

}  // namespace headway::worker
