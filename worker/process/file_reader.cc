#include "worker/process/file_reader.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "worker/process/problem.h"

namespace headway::worker {

namespace {

Error cannot_read_files(int error) {
  return problem("files cannot be read: " + std::generic_category().message(error));
}

/// In the reader's process: the whole answer, then the end.
[[noreturn]] void answer_and_exit(int answer, FilesRead read) {
  const std::string text = encode(FromFileReader{0, std::move(read)});
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t got = ::write(answer, text.data() + written, text.size() - written);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ::_exit(1);
    written += static_cast<std::size_t>(got);
  }
  ::_exit(0);
}

}  // namespace

Result<FileReader> start_file_reader(const std::function<FilesRead()>& read) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_read_files(errno);
  FileReader reader;
  reader.answer = UniqueFd{ends[0]};
  const UniqueFd writer{ends[1]};
  ::fcntl(reader.answer.get(), F_SETFL, O_RDONLY | O_NONBLOCK);
  // The supervisor has one thread and little memory: fork(2) is cheap, and all may be called after.
  reader.process = ::fork();
  if (reader.process == 0) answer_and_exit(writer.get(), read());
  if (reader.process < 0) return cannot_read_files(errno);
  return reader;
}

}  // namespace headway::worker
