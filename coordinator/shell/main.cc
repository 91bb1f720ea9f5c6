#include <iostream>

#include "common/base/version.h"
#include "common/system/open_files.h"
#include "common/system/signals.h"
#include "coordinator/control/submission.h"
#include "coordinator/shell/coordinator.h"

/// headway-coordinator: reads its options and runs the shell.

namespace {

int fail(const headway::Error& error) {
  std::cerr << "headway-coordinator: " << error.message << "\n";
  if (error.kind == headway::ErrorKind::kDenied) return 4;
  return error.kind == headway::ErrorKind::kUsage ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace headway;
  if (argc > 1 && argv[1] == kCompilePlanOption) return compile_plan_program(argc, argv);
  const Result<CoordinatorOptions> options = parse_coordinator_options(argc, argv);
  if (!options) return fail(options.error());
  if (options->help) {
    std::cout << coordinator_help();
    return 0;
  }
  if (options->version) {
    std::cout << "headway-coordinator " << kVersion << "\n";
    return 0;
  }
  allow_open_files();
  const Result<Signals> signals = Signals::install();
  if (!signals) return fail(signals.error());
  Result<CoordinatorLog> log = CoordinatorLog::open(*options);
  if (!log) return fail(log.error());
  const Result<std::unique_ptr<Coordinator>> coordinator =
      Coordinator::start(*options, std::move(*log));
  if (!coordinator) return fail(coordinator.error());
  if (const std::string danger = (*coordinator)->danger(); !danger.empty()) {
    std::cerr << "headway-coordinator: " << danger << std::endl;
  }
  // A secret, for who started this: not for the log.
  if (!(*coordinator)->join_line().empty()) std::cout << (*coordinator)->join_line() << std::endl;
  const Result<void> ran = (*coordinator)->run(signals->poll_fd());
  if (!ran) return fail(ran.error());
  return 0;
}
