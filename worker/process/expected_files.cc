#include "worker/process/expected_files.h"

#include <filesystem>
#include <system_error>

#include "common/base/text.h"
#include "common/system/files.h"
#include "worker/process/file_place.h"
#include "worker/process/problem.h"
#include "worker/process/settled_file.h"

namespace headway::worker {

namespace {

Result<void> verify_expected_file(const std::string& root, const ExpectedFile& file) {
  const std::string name = "input " + printable(file.path);
  const std::string title = file.origin.empty() ? name : name + ", " + printable(file.origin) + ",";
  if (leads_out(file.path)) return problem(title + " leads out of the plan's folder");
  const std::string full = root + "/" + file.path;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(full, error);
  if (!std::filesystem::exists(status)) return problem(title + " is missing");
  if (std::filesystem::is_directory(status)) return problem(title + " is a directory");
  if (!std::filesystem::is_regular_file(status)) return problem(title + " is not a regular file");
  const Result<std::string> real = absolute_path(full);
  if (!real) return real.error();
  if (!is_below(real.value(), root)) {
    return problem(title + " leads out of the plan's folder: it is a link to " +
                   printable(real.value()));
  }
  // A file of another size need not be read.
  if (std::filesystem::file_size(real.value(), error) == file.size) {
    const Result<FileDigest> digest = digest_settled_file(real.value(), title);
    if (!digest) return digest.error();
    if (digest->sha256 == file.sha256 && digest->size == file.size) return {};
  }
  return problem(title + " has changed since it was recorded");
}

}  // namespace

Result<void> verify_expected_files(const std::string& root,
                                   const std::vector<ExpectedFile>& files) {
  const Result<std::string> real_root = absolute_path(root);
  if (!real_root) return real_root.error();
  for (const ExpectedFile& file : files) {
    if (Result<void> verified = verify_expected_file(real_root.value(), file); !verified) {
      return verified;
    }
  }
  return {};
}

}  // namespace headway::worker
