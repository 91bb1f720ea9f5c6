#include "coordinator/control/memory_file.h"

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace headway {

namespace {

Error failure(const char* doing, int error) {
  return {ErrorKind::kFailed, std::string("cannot ") + doing +
                                  " a file in memory: " + std::generic_category().message(error)};
}

}  // namespace

Result<UniqueFd> make_memory_file(const char* name) {
  UniqueFd made{::memfd_create(name, MFD_CLOEXEC)};
  if (!made) return failure("make", errno);
  return made;
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return failure("write to", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<MappedFile> MappedFile::of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return failure("read", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return MappedFile(std::string_view{});
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (start == MAP_FAILED) return failure("read", errno);
  return MappedFile({static_cast<const char*>(start), size});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace headway
