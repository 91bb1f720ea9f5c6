#include "coordinator/journal/output_store.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/system/files.h"
#include "common/system/unique_fd.h"

namespace headway {

namespace {

struct FilePart {
  std::uint64_t from = 0;
  std::uint64_t bytes = 0;
};

/// The part of a file that `choose` takes of it, by its size; nothing where there is no such file.
template <class Choose>
Result<std::string> read_some(const std::string& path, Choose choose) {
  const auto failure = [&](int error) {
    return Error{error == EACCES || error == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
                 fmt::format("cannot read the output file {}: {}", printable(path),
                             std::generic_category().message(error))};
  };
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!fd) {
    if (errno == ENOENT) return std::string();
    return failure(errno);
  }
  const off_t end = ::lseek(fd.get(), 0, SEEK_END);
  if (end < 0) return failure(errno);
  const FilePart part = choose(static_cast<std::uint64_t>(end));
  std::string bytes(static_cast<std::size_t>(part.bytes), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t count = ::pread(fd.get(), bytes.data() + got, bytes.size() - got,
                                  static_cast<off_t>(part.from + got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(errno);
    if (count == 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

OutputStore::OutputStore(std::string folder) : OutputStore(std::move(folder), Limits{}) {}

OutputStore::OutputStore(std::string folder, Limits limits)
    : folder_(std::move(folder)), limits_(limits) {
  HW_CHECK(limits_.open_files > 0, "an output store must be able to open a file");
}

std::string OutputStore::folder_of(RunId run) const {
  return fmt::format("{}/output/{}", folder_, run.number());
}

std::string OutputStore::path_of(RunId run, Token token) const {
  return fmt::format("{}/{}.out", folder_of(run), token.number());
}

void OutputStore::close(const Key& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  open_.erase(found->second);
  by_key_.erase(found);
}

Result<journal::OutputFile*> OutputStore::file_of(const Key& key, bool make) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    open_.splice(open_.begin(), open_, found->second);
    return &open_.front().file;
  }
  const std::string path = path_of(key.first, key.second);
  // The folder is missing only before a run's first byte.
  Result<std::optional<journal::OutputFile>> opened = journal::OutputFile::open(path, false);
  if (!opened) return opened.error();
  if (!opened->has_value()) {
    if (!make) return static_cast<journal::OutputFile*>(nullptr);
    if (const Result<void> made = make_directories(folder_of(key.first)); !made)
      return made.error();
    opened = journal::OutputFile::open(path, true);
    if (!opened) return opened.error();
  }
  if (open_.size() >= limits_.open_files) close(Key(open_.back().key));
  open_.push_front(Entry{key, std::move(**opened)});
  by_key_[key] = open_.begin();
  return &open_.front().file;
}

Result<void> OutputStore::write(RunId run, Token token, std::uint64_t offset,
                                std::string_view bytes) {
  constexpr std::uint64_t kMostOffset = std::numeric_limits<std::int64_t>::max();
  const auto too_much = [&](std::string_view what) {
    return Error{ErrorKind::kDenied,
                 fmt::format("the output of run r{}, token {} {} and is not kept", run.number(),
                             token.number(), what)};
  };
  if (bytes.empty()) return {};
  if (offset > kMostOffset - bytes.size()) return too_much("is out of range");
  const Key key{run, token};
  const Result<journal::OutputFile*> opened = file_of(key, true);
  if (!opened) return opened.error();
  journal::OutputFile& file = **opened;
  const std::uint64_t received = file.received();
  if (offset + bytes.size() <= received) return {};  // sent again
  if (offset < received) {
    bytes.remove_prefix(received - offset);
    offset = received;
  }
  if (file.size() + bytes.size() > limits_.file_bytes) {
    return too_much(fmt::format("is longer than {} bytes", limits_.file_bytes));
  }
  Result<void> done;
  if (offset > received) {
    if (file.gaps() >= limits_.gaps)
      return too_much(fmt::format("has more than {} gaps", limits_.gaps));
    done = file.skip_to(offset);
  }
  if (done) done = file.append(bytes);
  if (!done) close(key);  // what it left on the disk is read again at the next try
  return done;
}

Result<void> OutputStore::remove(RunId run) {
  while (true) {
    const auto open = by_key_.lower_bound({run, Token{}});
    if (open == by_key_.end() || open->first.first != run) break;
    close(Key(open->first));
  }
  std::error_code failure;
  std::filesystem::remove_all(folder_of(run), failure);
  if (!failure) return {};
  return Error{ErrorKind::kFailed,
               fmt::format("cannot remove {}: {}", printable(folder_of(run)), failure.message())};
}

Result<std::uint64_t> OutputStore::received(RunId run, Token token) {
  const Result<journal::OutputFile*> file = file_of(Key{run, token}, false);
  if (!file) return file.error();
  if (*file == nullptr) return std::uint64_t{0};
  return (*file)->received();
}

Result<std::string> OutputStore::read(RunId run, Token token, std::uint64_t file_offset,
                                      std::size_t most) const {
  return read_some(path_of(run, token), [&](std::uint64_t size) {
    const std::uint64_t from = std::min(file_offset, size);
    return FilePart{from, std::min<std::uint64_t>(most, size - from)};
  });
}

Result<std::string> OutputStore::read_end(RunId run, Token token, std::size_t most) const {
  return read_some(path_of(run, token), [&](std::uint64_t size) {
    const std::uint64_t bytes = std::min<std::uint64_t>(most, size);
    return FilePart{size - bytes, bytes};
  });
}

}  // namespace headway
