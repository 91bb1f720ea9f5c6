#include <charconv>
#include <csignal>
#include <new>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/sanitizer.h"
#include "common/base/units.h"
#include "coordinator/control/compile_files.h"
#include "coordinator/control/memory_file.h"
#include "coordinator/control/submission.h"

namespace headway {

namespace {

/// A million tickets, the most that a plan may have, take some 3 GiB and a minute.
constexpr rlim_t kMostMemoryBytes = 6ULL << 30U;
constexpr rlim_t kMostProcessorSeconds = 240;
/// Behind the coordinator where the processor is short.
constexpr int kNice = 5;

/// Dies with its parent, a thread of the coordinator; whether the parent is still there.
bool bound_to(pid_t parent) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

void set_limits() {
  const rlimit memory{kMostMemoryBytes, kMostMemoryBytes};
  const rlimit processor{kMostProcessorSeconds, kMostProcessorSeconds + 1};
  const rlimit no_core{0, 0};
  if (!kAddressSanitizer) ::setrlimit(RLIMIT_AS, &memory);
  ::setrlimit(RLIMIT_CPU, &processor);
  ::setrlimit(RLIMIT_CORE, &no_core);
  [[maybe_unused]] const int nice = ::nice(kNice);
}

Result<std::string> compile(std::string_view bytes, const std::string& registry) {
  try {
    const Result<CompilerInput> input = read_compiler_input(bytes);
    if (!input) return input.error();
    return compile_submission(input->request, std::string(input->text), registry);
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::kFailed,
                 fmt::format("the plan takes more than the {} of memory that are allowed for "
                             "reading one: split it",
                             format_size(kMostMemoryBytes))};
  }
}

}  // namespace

int compile_plan_program(int argc, char** argv) {
  constexpr int kWrongUsage = 2;
  if (argc != 4) return kWrongUsage;
  const std::string_view number = argv[3];
  pid_t parent = 0;
  std::from_chars(number.data(), number.data() + number.size(), parent);
  if (parent <= 0 || !bound_to(parent)) return kWrongUsage;
  set_limits();
  const Result<MappedFile> input = MappedFile::of(STDIN_FILENO);
  if (!input) return 1;
  return write_compiler_output(STDOUT_FILENO, compile(input->bytes(), argv[2])) ? 0 : 1;
}

}  // namespace headway
