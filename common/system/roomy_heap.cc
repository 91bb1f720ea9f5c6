#include "common/system/roomy_heap.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <sys/mman.h>

namespace headway {

namespace {

/// mallopt(3) takes an int; and what is asked for is a guess.
constexpr std::size_t kMost = 1U << 30U;
constexpr std::size_t kHugePage = 2U << 20U;

/// To where glibc's own, sliding limits rise in a program that frees large blocks; they stand still
/// once mallopt was called.
constexpr int kMapFrom = 32 << 20;
constexpr int kTrimFrom = 64 << 20;
constexpr int kMostMaps = 65'536;

}  // namespace

RoomyHeap::RoomyHeap(std::size_t bytes) {
  const std::size_t room = std::min(bytes, kMost);
  mallopt(M_MMAP_MAX, 0);  // large blocks come from this stretch as well
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  const std::unique_ptr<void, decltype(&std::free)> block(std::malloc(room), &std::free);
  if (!block) return;
  const auto start = reinterpret_cast<std::uintptr_t>(block.get());
  const std::uintptr_t first = (start + kHugePage - 1) / kHugePage * kHugePage;
  const std::uintptr_t last = (start + room) / kHugePage * kHugePage;
  if (first >= last) return;
  void* const aligned = static_cast<char*>(block.get()) + (first - start);
  static_cast<void>(::madvise(aligned, last - first, MADV_HUGEPAGE));
}

RoomyHeap::~RoomyHeap() {
  mallopt(M_MMAP_MAX, kMostMaps);
  mallopt(M_MMAP_THRESHOLD, kMapFrom);
  mallopt(M_TRIM_THRESHOLD, kTrimFrom);
}

}  // namespace headway
