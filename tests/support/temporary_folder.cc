#include "tests/support/temporary_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "common/base/check.h"

namespace headway::test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = "/tmp/hw-XXXXXX";
  HW_CHECK(::mkdtemp(pattern.data()) != nullptr, "no temporary folder can be made in /tmp");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::operator/(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string TemporaryFolder::write(std::string_view name, std::string_view content) const {
  const std::filesystem::path path = *this / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  HW_CHECK(file.good(), "a file of a test could not be written");
  return path.string();
}

}  // namespace headway::test
