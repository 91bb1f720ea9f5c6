#pragma once

#include <cstddef>

namespace headway {

/// While it lives, the main thread's heap is one stretch of memory with room for `bytes`, of huge
/// pages where the system gives them (madvise(2), MADV_HUGEPAGE). For a program that is about to
/// fill a great deal of memory and then keep it: touching it page by page costs more than what is
/// written there, on a virtual machine many times more. Memory that is not touched is not used.
///
/// A wish: where the system refuses, everything works as without it. For glibc; one at a time, on
/// the main thread.
class RoomyHeap {
 public:
  explicit RoomyHeap(std::size_t bytes);
  ~RoomyHeap();
  RoomyHeap(const RoomyHeap&) = delete;
  RoomyHeap& operator=(const RoomyHeap&) = delete;
};

}  // namespace headway
