#pragma once

namespace headway::worker {

/// The first argument that makes the test program a worker's stand-in.
inline constexpr const char* kOwnerMode = "--own-supervisors";

/// `--own-supervisors STATE CONTAINMENT ROOT MARK LINE...`: owns one supervisor for each line, runs
/// them there with `TEST_MARK=MARK` and a lease of a day, prints `started` for each, and then does
/// nothing for ever.
int owner_main(int argc, char** argv);

}  // namespace headway::worker
