#include "common/system/files.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "common/base/text.h"
#include "common/system/file_parts.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

constexpr std::size_t kBlock = 64U << 10U;

/// Opens a regular file. Without O_NONBLOCK, opening a FIFO would wait for a writer.
Result<UniqueFd> open_regular(const std::string& path) {
  if (has_nul(path)) return file_failure(path, "read", EINVAL);
  UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!fd) return file_failure(path, "read", errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return file_failure(path, "read", errno);
  if (S_ISDIR(status.st_mode)) {
    return Error{ErrorKind::kFailed, "cannot read " + printable(path) + ": it is a directory"};
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorKind::kFailed,
                 "cannot read " + printable(path) + ": it is not a regular file"};
  }
  return fd;
}

/// Reads once, again when a signal came between; -1 with errno.
ssize_t read_some(int fd, char* into, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::read(fd, into, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

/// Everything that is left to read, at most `most` bytes.
Result<std::string> read_all(int fd, const std::string& name, std::size_t most) {
  std::string content;
  std::array<char, kBlock> block{};
  while (true) {
    const ssize_t got = read_some(fd, block.data(), block.size());
    if (got < 0) return file_failure(name, "read", errno);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > most) {
      return Error{ErrorKind::kFailed, "cannot read " + printable(name) + ": it has more than " +
                                           std::to_string(most) + " bytes"};
    }
    content.append(block.data(), static_cast<std::size_t>(got));
  }
}

/// Makes the names in a directory durable (fsync(2), notes).
Result<void> sync_directory(const std::string& path) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd || ::fsync(fd.get()) != 0) return file_failure(path, "sync", errno);
  return {};
}

/// SHA-256 of bytes as they come.
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    HW_CHECK(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
             "OpenSSL has no SHA-256");
  }

  void add(const char* bytes, std::size_t size) {
    HW_CHECK(EVP_DigestUpdate(context_.get(), bytes, size) == 1, "OpenSSL's SHA-256 failed");
  }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HW_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1,
             "OpenSSL's SHA-256 failed");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
      text += kDigits[digest[i] >> 4U];
      text += kDigits[digest[i] & 15U];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  UniqueFd opened;
  if (!standard_input) {
    Result<UniqueFd> file = open_regular(path);
    if (!file) return file.error();
    opened = std::move(file.value());
  }
  return read_all(standard_input ? STDIN_FILENO : opened.get(), name, most);
}

Result<std::string> read_private_file(const std::string& path, std::size_t most) {
  const Result<UniqueFd> file = open_regular(path);
  if (!file) return file.error();
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return file_failure(path, "read", errno);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorKind::kDenied, printable(path) +
                                         " can be used by others than its owner; run: chmod 600 " +
                                         printable(path)};
  }
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return Error{ErrorKind::kDenied, printable(path) + " belongs to another user"};
  }
  return read_all(file->get(), path, most);
}

Result<void> write_file_atomically(const std::string& path, const std::string& content,
                                   Readers readers) {
  if (path.empty() || has_nul(path)) return file_failure(path, "write", EINVAL);
  // Two writers in one process must not share the file beside it.
  static std::atomic<std::uint64_t> number{0};
  const std::string beside =
      path + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(number.fetch_add(1));
  const mode_t mode = readers == Readers::kOwner ? 0600 : 0666;
  UniqueFd fd{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (!fd) return file_failure(path, "write", errno);
  const auto give_up = [&](const Error& error) {
    ::unlink(beside.c_str());
    return error;
  };
  // What is replaced keeps its permissions: a private file must not become readable by rewriting
  // it.
  struct stat old {};
  if (readers == Readers::kAsBefore && ::stat(path.c_str(), &old) == 0 &&
      ::fchmod(fd.get(), old.st_mode & 07777U) != 0) {
    return give_up(file_failure(path, "write", errno));
  }
  if (Result<void> written = write_all(fd.get(), content, path); !written)
    return give_up(written.error());
  if (::fsync(fd.get()) != 0) return give_up(file_failure(path, "sync", errno));
  if (::close(fd.release()) != 0) return give_up(file_failure(path, "write", errno));
  if (::rename(beside.c_str(), path.c_str()) != 0)
    return give_up(file_failure(path, "write", errno));
  return sync_directory(parent_of(path));
}

Result<void> make_directories(const std::string& path) {
  if (path.empty() || has_nul(path))
    return file_failure(path, "make directory", path.empty() ? ENOENT : EINVAL);
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) == 0) continue;
    const int error = errno;
    struct stat status {};
    if (::stat(part.c_str(), &status) == 0) {
      if (S_ISDIR(status.st_mode)) continue;
      return file_failure(part, "make directory", ENOTDIR);
    }
    return file_failure(part, "make directory", error);
  }
  return {};
}

Result<std::string> absolute_path(const std::string& path) {
  if (has_nul(path)) return file_failure(path, "find", EINVAL);
  const std::unique_ptr<char, decltype(&std::free)> resolved{::realpath(path.c_str(), nullptr),
                                                             &std::free};
  if (!resolved) return file_failure(path, "find", errno);
  return std::string(resolved.get());
}

Result<FileDigest> digest_file(const std::string& path) {
  Result<UniqueFd> file = open_regular(path);
  if (!file) return file.error();
  FileDigest result;
  Sha256 hash;
  std::array<char, kBlock> block{};
  while (true) {
    const ssize_t got = read_some(file.value().get(), block.data(), block.size());
    if (got < 0) return file_failure(path, "read", errno);
    if (got == 0) break;
    hash.add(block.data(), static_cast<std::size_t>(got));
    result.size += static_cast<std::uint64_t>(got);
  }
  result.sha256 = hash.hex();
  return result;
}

std::string sha256_hex(const std::string& bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

}  // namespace headway
