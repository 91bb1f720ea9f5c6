#include "owner.h"

#include <cstdio>
#include <poll.h>
#include <unistd.h>

#include "common/system/clock.h"
#include "worker/process/state_directory.h"
#include "worker/process/supervisors.h"

namespace headway::worker {

int owner_main(int argc, char** argv) {
  constexpr int kLines = 6;
  if (argc <= kLines) return 2;
  Result<StateDirectory> state = StateDirectory::open(argv[2]);
  if (!state || !state->remember_registry("registry").ok()) return 3;
  Supervisors::Options options;
  options.slots = static_cast<std::uint32_t>(argc - kLines);
  options.state = &state.value();
  options.containment = from_text<ContainmentChoice>(argv[3]).value();
  auto supervisors = Supervisors::start(options);
  if (!supervisors) return 4;
  for (std::uint32_t i = 0; i < options.slots; ++i) {
    StartSlot start;
    start.slot = SlotId{i + 1};
    start.token = Token{i + 101};
    start.root = argv[4];
    start.spec.env = {{"TEST_MARK", argv[5]}};
    start.spec.words = {"/bin/sh", "-c", argv[kLines + static_cast<int>(i)]};
    start.lease_ends = read_clocks().steady + std::chrono::hours{24};
    supervisors.value()->send(start);
  }
  std::uint32_t started = 0;
  while (started < options.slots) {
    pollfd waiting{supervisors.value()->poll_fd(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
    for (const SlotEvent& event : supervisors.value()->receive()) {
      if (!std::holds_alternative<SlotStarted>(event)) continue;
      ++started;
      std::puts("started");
      std::fflush(stdout);
    }
  }
  while (true) ::pause();
}

}  // namespace headway::worker
