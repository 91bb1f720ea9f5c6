#include <cstdio>
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
  return run_worker(std::get<WorkerOptions>(*options));
}
