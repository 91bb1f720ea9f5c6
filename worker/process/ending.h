#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/states.h"

namespace headway::worker {

/// Added to the detail of what ended while something that it had started lived on.
inline constexpr std::string_view kLeftBehind = "it left processes behind, which were killed";

/// What the end of a command's main process means.
struct Ending {
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;
  std::int32_t signal = 0;
  std::string detail;
  friend bool operator==(const Ending&, const Ending&) = default;
};

/// Whether the kernel's want of memory could be behind this end: SIGKILL, or a shell's code for a
/// command of its own that got SIGKILL.
bool may_be_out_of_memory(int wait_status);

/// Reads a status as waitpid(2) gives it, of a process that Headway did not stop.
Ending ending_of(int wait_status, bool out_of_memory);

}  // namespace headway::worker
