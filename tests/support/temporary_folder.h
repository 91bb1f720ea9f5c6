#pragma once

#include <string>
#include <string_view>

namespace headway::test {

/// A directory of its own for one test, removed with all that is in it at the end. Its path is
/// short, so that sockets fit into it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The path of a name in it.
  [[nodiscard]] std::string operator/(std::string_view name) const;
  /// Writes a file in it, with the folders above it; gives its path.
  std::string write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

}  // namespace headway::test
