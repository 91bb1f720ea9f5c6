#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "coordinator/control/compile_files.h"
#include "coordinator/control/memory_file.h"
#include "coordinator/control/run_source.h"
#include "coordinator/control/submission.h"

extern "C" {
#include <sys/pidfd.h>
}

namespace headway {

namespace {

/// Less than the five minutes for which a client waits; the program itself ends at four minutes of
/// processor time.
constexpr int kMostMillis = 280'000;

Error not_read(const std::string& why) {
  return {ErrorKind::kFailed, "the plan could not be read: " + why + "; nothing was submitted"};
}

Error too_long() {
  return {ErrorKind::kTimedOut,
          "reading the plan took more than four minutes; nothing was submitted: split it, or "
          "submit it when the machine has time for it"};
}

/// A process that is killed unless it has ended before.
class Child {
 public:
  static Result<Child> start(const CompilerPlace& place, int input, int output);
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  /// Waits for its end; an error says how it ended, if not well.
  Result<void> wait(int ending_fd);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

Result<Child> Child::start(const CompilerPlace& place, int input, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  // The signals of the background thread are blocked.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::array<std::string, 4> words = {"headway-coordinator", std::string(kCompilePlanOption),
                                      place.registry, std::to_string(::getpid())};
  std::array<char*, 5> argv = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                               nullptr};
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, place.program.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    return not_read("no process could be started for it: " +
                    std::generic_category().message(error));
  }
  return Child(pid);
}

Result<void> Child::wait(int ending_fd) {
  const UniqueFd process{::pidfd_open(pid_, 0)};
  if (!process) return not_read("no pidfd: " + std::generic_category().message(errno));
  std::array<pollfd, 2> polled = {pollfd{process.get(), POLLIN, 0}, pollfd{ending_fd, POLLIN, 0}};
  int ready = 0;
  do {
    ready = ::poll(polled.data(), polled.size(), kMostMillis);
  } while (ready < 0 && errno == EINTR);
  if (polled[1].revents != 0) return not_read("the coordinator is ending");
  if (ready <= 0) return too_long();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(status)) {
    if (WEXITSTATUS(status) == 0) return {};
    return not_read(
        fmt::format("the process that reads it ended with code {}", WEXITSTATUS(status)));
  }
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU) return too_long();
  return not_read(fmt::format("the process that reads it was ended by signal {} ({}){}", signal,
                              ::strsignal(signal),
                              signal == SIGKILL ? ", perhaps for want of memory" : ""));
}

}  // namespace

Result<Submission> compile_in_child(const CompilerPlace& place, const SubmitRequest& request,
                                    std::string text, int ending_fd) {
  const Result<UniqueFd> input = make_memory_file("submitted plan");
  if (!input) return input.error();
  const Result<UniqueFd> output = make_memory_file("compiled plan");
  if (!output) return output.error();
  if (const Result<void> written = write_compiler_input(input->get(), request, text); !written) {
    return written.error();
  }
  Result<Child> child = Child::start(place, input->get(), output->get());
  if (!child) return child.error();
  if (const Result<void> ended = child->wait(ending_fd); !ended) return ended.error();
  const Result<MappedFile> written = MappedFile::of(output->get());
  if (!written) return written.error();
  const Result<std::string_view> compiled = read_compiler_output(written->bytes());
  if (!compiled) return compiled.error();
  Result<RunPlan> source = run_plan_of(*compiled, request.sha256, request.options);
  if (!source) {
    return not_read("its compiled form cannot be used: " + source.error().message +
                    " [this is a bug of Headway]");
  }
  Submission submission;
  submission.stored.name = source->name;
  submission.stored.plan_text = std::move(text);
  submission.stored.plan_sha256 = request.sha256;
  submission.stored.options = request.options;
  submission.stored.tickets = stored_tickets(*source);
  submission.stored.compiled = *compiled;
  submission.source = std::make_shared<const RunPlan>(std::move(*source));
  return submission;
}

}  // namespace headway
