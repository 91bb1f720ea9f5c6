#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/plan/diagnostic.h"

namespace headway {

/// A file that tickets were read from, as far as findings quote it.
struct SourceFile {
  std::string path;  ///< as people are to see it
  std::string text;  ///< from its first byte on: of a ticket up to the end of the front matter
  std::uint32_t first_line = 0;  ///< the number of its first line among those of all files, from 1
};

/// The files of a folder of tickets as one long text, whose lines are counted through. So a mark, a
/// finding and a check of the whole plan need no notion of files: a place says its file by its
/// line.
class Sources {
 public:
  /// Adds a file after those there are; its place in `files()`.
  std::size_t add(std::string path, std::string text);
  [[nodiscard]] const std::vector<SourceFile>& files() const { return files_; }

  /// A place in a file that was added, counted through.
  [[nodiscard]] SourceMark mark(std::size_t file, SourceMark in_file) const;

  struct Place {
    std::size_t file = 0;
    SourceMark mark;
  };
  /// What a mark that is counted through means; the first file where it means none.
  [[nodiscard]] Place place(SourceMark mark) const;

  /// The findings as a person reads them, in the order of the files, as `render_diagnostics` has
  /// them for one. After `most` the rest is counted.
  [[nodiscard]] std::string render(std::vector<Diagnostic> diagnostics,
                                   std::size_t most = 50) const;

 private:
  [[nodiscard]] std::string render_one(const Diagnostic& found) const;

  std::vector<SourceFile> files_;
  std::uint32_t next_line_ = 1;
};

}  // namespace headway
