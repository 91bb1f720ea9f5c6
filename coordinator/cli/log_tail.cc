#include "coordinator/cli/log_tail.h"

#include <algorithm>
#include <fstream>

#include "coordinator/cli/show/output_text.h"

namespace headway::cli {

namespace {

/// Bytes of a log's end that are looked at.
constexpr long kTailBytes = 64L << 10;

}  // namespace

std::vector<std::string> last_lines_of_file(const std::string& path, long start, std::size_t most) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<long>(file.tellg());
  if (!file || size <= start) return {};
  const long from = std::max(start, size - kTailBytes);
  std::string content(static_cast<std::size_t>(size - from), '\0');
  file.seekg(from);
  file.read(content.data(), size - from);
  content.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return last_lines(content, most);
}

}  // namespace headway::cli
