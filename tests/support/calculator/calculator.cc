#include "tests/support/calculator/calculator.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/base/check.h"
#include "common/system/files.h"

namespace headway::test {

namespace fs = std::filesystem;

namespace {

void write(const std::string& path, const std::string& text) {
  HW_CHECK(write_file_atomically(path, text).ok(), "a file of the calculator cannot be written");
}

std::string content_of(const fs::path& path) {
  const std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace

void lay_out_calculator(const std::string& folder) {
  fs::copy(HEADWAY_SOURCE_DIR "/tests/e2e/milestones/project", folder, fs::copy_options::recursive);
  fs::create_directory(folder + "/trace");
}

void let_table_go_on(const std::string& folder) { write(folder + "/trace/go-on", ""); }

void mend_calculator(const std::string& folder) {
  write(folder + "/include/helper.h",
        "#ifndef HELPER_H\n#define HELPER_H\n\n"
        "/* Stands before functions that only one file uses. */\n"
        "#define HELPER static\n\n#endif\n");
}

std::map<std::string, std::string> calculator_tree(const std::string& folder) {
  std::map<std::string, std::string> files;
  fs::recursive_directory_iterator entry(folder);
  for (const fs::recursive_directory_iterator end; entry != end; ++entry) {
    const std::string path = entry->path().lexically_relative(folder).string();
    if (path == "trace" || path == "there" || path == ".headway") entry.disable_recursion_pending();
    if (entry->is_regular_file()) files[path] = content_of(entry->path());
  }
  return files;
}

}  // namespace headway::test
