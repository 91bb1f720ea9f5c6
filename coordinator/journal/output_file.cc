#include "coordinator/journal/output_file.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"

namespace headway::journal {

namespace {

constexpr std::size_t kMostGapsFileBytes = 1U << 20U;

Error output_error(const std::string& path, std::string_view doing, int error) {
  return Error{error == EACCES || error == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
               fmt::format("cannot {} the output file {}: {}", doing, printable(path),
                           std::generic_category().message(error))};
}

/// `written` counts also what was written before an error.
Result<void> write_at(int fd, std::string_view bytes, std::uint64_t offset, std::uint64_t& written,
                      const std::string& path) {
  written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::pwrite(fd, bytes.data() + written, bytes.size() - written,
                                   static_cast<off_t>(offset + written));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return output_error(path, "write", errno);
    written += static_cast<std::uint64_t>(count);
  }
  return {};
}

/// Three numbers; nothing when the line is anything else.
std::optional<OutputGap> parse_gap(std::string_view line) {
  std::array<std::uint64_t, 3> numbers{};
  const char* at = line.data();
  const char* const end = line.data() + line.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) {
      if (at == end || *at != ' ') return std::nullopt;
      ++at;
    }
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return OutputGap{numbers[0], numbers[1], numbers[2]};
}

std::uint64_t end_of(const OutputGap& gap) { return gap.file_offset + gap_line(gap).size(); }

}  // namespace

std::string gap_line(const OutputGap& gap) {
  return fmt::format("\n[... {} bytes left out ...]\n", gap.to - gap.from);
}

Result<std::optional<OutputFile>> OutputFile::open(const std::string& path, bool make) {
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0);
  UniqueFd fd{::open(path.c_str(), flags, 0600)};
  if (!fd) {
    if (errno == ENOENT && !make) return std::optional<OutputFile>();
    return output_error(path, "open", errno);
  }
  OutputFile file(path, std::move(fd));
  if (const Result<void> loaded = file.load(); !loaded) return loaded.error();
  return std::optional<OutputFile>(std::move(file));
}

std::string OutputFile::gaps_path() const {
  return path_.substr(0, path_.size() - std::string_view(".out").size()) + ".gaps";
}

Result<void> OutputFile::load() {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return output_error(path_, "look at", errno);
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (Result<void> read = read_gaps(); !read) return read;
  // The process died (or the disk was full) between writing a gap down and its line's last byte:
  // again.
  if (!gaps_.empty() && size_ < end_of(gaps_.back())) {
    const std::string line = gap_line(gaps_.back());
    std::uint64_t written = 0;
    if (Result<void> done = write_at(fd_.get(), line, gaps_.back().file_offset, written, path_);
        !done)
      return done;
    size_ = end_of(gaps_.back());
  }
  return {};
}

/// Keeps the lines that are whole and that the file reaches, and cuts the rest off.
Result<void> OutputFile::read_gaps() {
  const Result<std::string> text = read_file(gaps_path(), kMostGapsFileBytes);
  if (!text) {
    if (text.error().kind == ErrorKind::kNotFound) return {};
    return text.error();
  }
  std::size_t good = 0;
  while (true) {
    const std::size_t newline = text->find('\n', good);
    if (newline == std::string::npos) break;
    const std::optional<OutputGap> gap =
        parse_gap(std::string_view(*text).substr(good, newline - good));
    if (!gap || gap->file_offset > size_ || gap->from != offset_at(gap->file_offset) ||
        gap->to <= gap->from) {
      break;
    }
    gaps_.push_back(*gap);
    good = newline + 1;
  }
  if (good != text->size() && ::truncate(gaps_path().c_str(), static_cast<off_t>(good)) != 0) {
    return output_error(gaps_path(), "repair", errno);
  }
  return {};
}

std::uint64_t OutputFile::offset_at(std::uint64_t file_offset) const {
  if (gaps_.empty()) return file_offset;
  return gaps_.back().to + (file_offset - std::min(file_offset, end_of(gaps_.back())));
}

Result<void> OutputFile::skip_to(std::uint64_t offset) {
  const OutputGap gap{size_, received(), offset};
  const UniqueFd fd{
      ::open(gaps_path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!fd) return output_error(gaps_path(), "open", errno);
  const std::string record = fmt::format("{} {} {}\n", gap.file_offset, gap.from, gap.to);
  ssize_t count = 0;
  do {
    count = ::write(fd.get(), record.data(), record.size());
  } while (count < 0 && errno == EINTR);
  if (count != static_cast<ssize_t>(record.size())) {
    return output_error(gaps_path(), "write", count < 0 ? errno : ENOSPC);
  }
  gaps_.push_back(gap);
  return append(gap_line(gap));
}

Result<void> OutputFile::append(std::string_view bytes) {
  std::uint64_t written = 0;
  Result<void> done = write_at(fd_.get(), bytes, size_, written, path_);
  size_ += written;
  return done;
}

}  // namespace headway::journal
