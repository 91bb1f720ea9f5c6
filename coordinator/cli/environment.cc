#include "coordinator/cli/environment.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/text.h"
#include "coordinator/cli/command/exit_code.h"

namespace headway::cli {

namespace {

/// Messages may have several lines, but nothing else that a terminal acts upon: they may quote a
/// plan or come from a peer.
std::string printable_lines(const std::string& words) {
  std::string result;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = words.find('\n', start);
    result += printable(std::string_view(words).substr(start, end - start));
    if (end == std::string::npos) return result;
    result += '\n';
    start = end + 1;
  }
}

}  // namespace

std::size_t Environment::width() const {
  if (!out_is_terminal) return 0;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string Environment::seen_from_here(const std::string& path) const {
  const std::string here = folder.ends_with('/') ? folder : folder + "/";
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

void Environment::note(const std::string& words) const {
  if (!quiet) err << "headway: " << printable_lines(words) << std::endl;
}

Result<void> Environment::confirm(const std::string& question, const std::string& option) const {
  if (in == nullptr) {
    return Error{ErrorKind::kUsage, question + " Say so with " + option};
  }
  err << "headway: " << printable_lines(question) << " [y/N] " << std::flush;
  std::string answer;
  std::getline(*in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return Error{ErrorKind::kDenied, "nothing was changed"};
}

int Environment::fail(const Error& error) const {
  err << "headway: " << printable_lines(error.message) << std::endl;
  return exit_code_of(error.kind);
}

}  // namespace headway::cli
