#pragma once

#include <string_view>

namespace headway {

/// Prints the broken invariant to standard error and aborts. Stays on in release builds: a process
/// whose state is wrong must not go on to write it down.
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               std::string_view story);

}  // namespace headway

/// States an invariant. `story` says what it means that it is broken, with the ids concerned.
#define HW_CHECK(condition, story)                                      \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::headway::check_failed(#condition, __FILE__, __LINE__, (story)); \
  } while (false)
