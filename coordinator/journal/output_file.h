#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway::journal {

/// A place where output was left out.
struct OutputGap {
  std::uint64_t file_offset = 0;  ///< where the line that says so begins
  std::uint64_t from = 0;         ///< offset of the first byte that was left out
  std::uint64_t to = 0;           ///< offset of the first byte after them
  friend bool operator==(const OutputGap&, const OutputGap&) = default;
};

/// The line that stands for left out bytes: `\n[... N bytes left out ...]\n`.
std::string gap_line(const OutputGap& gap);

/// One attempt's output file, open for writing, with what was left out of it (`<path without
/// .out>.gaps`, made at the first gap: one line `file_offset from to` each). Both files together
/// always say how far the output goes, whenever the process dies: the gap is written down first,
/// then its line, then what comes after; a line that is not whole is written again. After an error
/// the object is to be dropped and opened anew.
class OutputFile {
 public:
  /// Opens it and settles what a process that died here left half-written. Nothing when it is not
  /// there and `make` is false.
  static Result<std::optional<OutputFile>> open(const std::string& path, bool make);

  /// The offset after the last byte that is kept or was left out.
  [[nodiscard]] std::uint64_t received() const { return offset_at(size_); }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::size_t gaps() const { return gaps_.size(); }

  /// Leaves out everything from `received()` to `offset`, which is beyond it.
  Result<void> skip_to(std::uint64_t offset);
  Result<void> append(std::string_view bytes);

 private:
  OutputFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  Result<void> load();
  Result<void> read_gaps();
  [[nodiscard]] std::string gaps_path() const;
  /// The output's offset at a place in the file behind its last gap.
  [[nodiscard]] std::uint64_t offset_at(std::uint64_t file_offset) const;

  std::string path_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::vector<OutputGap> gaps_;
};

}  // namespace headway::journal
