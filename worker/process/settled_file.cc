#include "worker/process/settled_file.h"

#include <sys/stat.h>

#include "worker/process/problem.h"

namespace headway::worker {

namespace {

bool is_unchanged(const struct stat& before, const struct stat& after) {
  return before.st_ino == after.st_ino && before.st_dev == after.st_dev &&
         before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
         before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
}

}  // namespace

Result<FileDigest> digest_settled_file(const std::string& path, const std::string& title) {
  struct stat before {};
  struct stat after {};
  const bool was_there = ::stat(path.c_str(), &before) == 0;
  Result<FileDigest> digest = digest_file(path);
  if (!digest) return problem(title + " cannot be read: " + digest.error().message);
  const bool is_there = ::stat(path.c_str(), &after) == 0;
  if (!was_there || !is_there || !is_unchanged(before, after) ||
      digest->size != static_cast<std::uint64_t>(after.st_size)) {
    return problem(title + " changed while it was read: something still writes to it");
  }
  return digest;
}

}  // namespace headway::worker
