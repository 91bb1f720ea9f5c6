#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace headway {

/// What was found in a folder, by name; folders below it in their place among the files.
struct FoundFile {
  std::string path;      ///< to open it, and for messages
  std::string relative;  ///< to the folder
};
struct FoundFiles {
  std::vector<FoundFile> files;
  std::vector<std::pair<std::string, std::string>> problems;  ///< a path, and what is wrong with it
};

/// Levels of folders that are entered, and files that are taken.
inline constexpr std::size_t kMaxFolderDepth = 64;
inline constexpr std::size_t kMaxTicketFiles = 1'000'000;

/// All Markdown files below a folder but hidden ones. Links are followed; each folder and each file
/// is taken once, so that a loop of links ends.
FoundFiles find_ticket_files(const std::string& folder);

/// The beginning of a regular file, at most `most` bytes. `problem` says why there is none.
struct FileHead {
  std::string text;
  std::string problem;
};
FileHead read_file_head(const std::string& path, std::size_t most);

/// Whether a name is that of a Markdown file.
bool is_markdown(std::string_view name);

}  // namespace headway
