#pragma once

#include <new>
#include <sys/mman.h>

#include "common/base/check.h"

namespace headway::sim {

/// One T that this process shares with all that it forks from now on; theirs until the last of them
/// ends. T holds atomics, or what only one of them writes.
template <class T>
T& make_shared_memory() {
  void* memory =
      ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  HW_CHECK(memory != MAP_FAILED, "no memory can be shared");
  return *new (memory) T{};
}

}  // namespace headway::sim
