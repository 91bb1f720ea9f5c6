#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
#include <variant>

#include "worker/process/supervisor.h"
#include "worker/shell/machine.h"
#include "worker/shell/options.h"
#include "worker/shell/run_worker.h"

int main(int argc, char** argv) {
  using namespace headway::worker;
  // First of all: the supervisors are this program under another name.
  if (is_supervisor_call(argc, argv)) return supervisor_main(argc, argv);

  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto options = parse_options(words, read_environment());
  if (!options) {
    std::fprintf(stderr, "headway-worker: %s\n", options.error().message.c_str());
    return 2;
  }
  if (const TextToPrint* print = std::get_if<TextToPrint>(&*options)) {
    std::fputs(print->text.c_str(), stdout);
    return 0;
  }
  // Tickets inherit the environment, and are not to join.
  ::unsetenv("HEADWAY_JOIN");
  // Asked before it runs: what stands at this path by the end may be a newer version, which is what
  // a restart is for.
  std::string program(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", program.data(), program.size());
  program.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  const WorkerEnd end = run_worker(std::get<WorkerOptions>(*options));
  if (!end.restart) return end.code;
  ::execv(program.c_str(), argv);
  std::fprintf(stderr, "headway-worker: cannot start %s anew: %s\n", program.c_str(),
               std::strerror(errno));
  return 1;
}
