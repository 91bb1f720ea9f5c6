#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "tests/support/temporary_folder.h"
#include "worker/process/supervisor.h"
#include "worker/process/supervisors.h"

/// bench_spawn [COUNT]: how many tickets of /bin/true a second go through one and two supervisors,
/// as a share of what a bare loop of posix_spawn and waitpid does in the same run.

namespace headway::worker {
namespace {

double bare(int count) {
  const Instant begun = steady_now();
  char name[] = "/bin/true";
  char* const words[] = {name, nullptr};
  for (int i = 0; i < count; ++i) {
    pid_t process = 0;
    HW_CHECK(::posix_spawn(&process, name, nullptr, nullptr, words, environ) == 0, "/bin/true");
    ::waitpid(process, nullptr, 0);
  }
  return count / to_seconds(steady_now() - begun);
}

double supervised(int count, std::uint32_t slots, ContainmentChoice containment) {
  const test::TemporaryFolder folder;
  StateDirectory state = StateDirectory::open(folder / "state").value();
  Supervisors::Options options;
  options.slots = slots;
  options.state = &state;
  options.containment = containment;
  auto supervisors = Supervisors::start(options);
  if (!supervisors) return 0;
  int sent = 0;
  const auto start_in = [&](SlotId slot) {
    if (sent == count) return;
    StartSlot start;
    start.slot = slot;
    start.token = Token{static_cast<std::uint64_t>(++sent)};
    start.root = folder.path();
    start.spec.words = {"/bin/true"};
    start.lease_ends = steady_now() + std::chrono::minutes{10};
    supervisors.value()->send(start);
  };
  const Instant begun = steady_now();
  for (std::uint32_t i = 1; i <= slots; ++i) start_in(SlotId{i});
  int ended = 0;
  while (ended < count) {
    pollfd waiting{supervisors.value()->poll_fd(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
    for (const SlotEvent& event : supervisors.value()->receive()) {
      const auto* end = std::get_if<SlotEnded>(&event);
      if (end == nullptr) continue;
      HW_CHECK(end->outcome == Outcome::kSucceeded, end->detail);
      ++ended;
      start_in(end->slot);
    }
  }
  return count / to_seconds(steady_now() - begun);
}

void compare(int count) {
  const double alone = bare(count);
  std::printf("%-28s %8.0f tickets/s  1.00\n", "posix_spawn and waitpid", alone);
  for (const ContainmentChoice containment :
       {ContainmentChoice::kPidNamespace, ContainmentChoice::kSubreaper}) {
    for (const std::uint32_t slots : {1U, 2U}) {
      const double rate = supervised(count, slots, containment);
      const std::string name = std::string(to_text(containment)) + ", " + std::to_string(slots) +
                               (slots == 1 ? " supervisor" : " supervisors");
      if (rate == 0) {
        std::printf("%-28s not allowed here\n", name.c_str());
      } else {
        std::printf("%-28s %8.0f tickets/s  %.2f\n", name.c_str(), rate, rate / alone);
      }
    }
  }
}

}  // namespace
}  // namespace headway::worker

int main(int argc, char** argv) {
  if (headway::worker::is_supervisor_call(argc, argv))
    return headway::worker::supervisor_main(argc, argv);
  const int count = argc > 1 ? std::atoi(argv[1]) : 3000;
  if (count <= 0) {
    std::fprintf(stderr, "usage: bench_spawn [COUNT]\n");
    return 2;
  }
  headway::worker::compare(count);
}
