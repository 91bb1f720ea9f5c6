#include <cstring>

#include <gtest/gtest.h>

#include "owner.h"
#include "worker/process/supervisor.h"

/// The supervisors are this program under another name; and it is a worker that a test can kill.
int main(int argc, char** argv) {
  if (headway::worker::is_supervisor_call(argc, argv))
    return headway::worker::supervisor_main(argc, argv);
  if (argc > 1 && std::strcmp(argv[1], headway::worker::kOwnerMode) == 0) {
    return headway::worker::owner_main(argc, argv);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
