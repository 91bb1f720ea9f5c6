#include <cstring>

#include <gtest/gtest.h>

#include "owner.h"
#include "worker/process/supervisor.h"

/// The supervisors are this program under another name; and it is a worker that a test can kill.
int main(int argc, char** argv) {
  if (headway::is_supervisor_call(argc, argv)) return headway::supervisor_main(argc, argv);
  if (argc > 1 && std::strcmp(argv[1], headway::kOwnerMode) == 0) {
    return headway::owner_main(argc, argv);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
