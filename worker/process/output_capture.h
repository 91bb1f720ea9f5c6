#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headway::worker {

/// A piece of an attempt's output and its place in the whole.
struct OutputChunk {
  std::uint64_t offset = 0;
  std::string bytes;
  friend bool operator==(const OutputChunk&, const OutputChunk&) = default;
};

/// Decides what is kept of an attempt's output: the first `head` bytes are handed on as they come;
/// of what follows only the last `tail` bytes, at the end. Memory: what was not taken yet, and the
/// tail. Pure; the supervisor stops reading when too much was not taken.
class OutputCapture {
 public:
  static constexpr std::size_t kMostChunk = 64U << 10U;
  /// The tail is held in memory for as long as the attempt runs: a larger one is cut to this.
  static constexpr std::uint64_t kMostTail = 64U << 20U;

  OutputCapture(std::uint64_t head, std::uint64_t tail);

  void add(std::string_view bytes);
  /// Nothing more comes: the tail can be taken.
  void finish() { finished_ = true; }

  /// Bytes that can be taken now.
  [[nodiscard]] std::size_t ready() const;
  /// The next chunk, of at most kMostChunk bytes; empty when nothing is ready.
  OutputChunk take();

  /// All bytes that were added, left out ones included.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  void keep(std::string_view bytes);

  std::uint64_t head_;
  std::size_t tail_;
  std::uint64_t size_ = 0;
  bool finished_ = false;

  std::string pending_;       ///< of the head
  std::size_t taken_ = 0;     ///< of pending_
  std::uint64_t offset_ = 0;  ///< of the next byte to take from the head

  std::string ring_;            ///< at most tail_ bytes
  std::size_t oldest_ = 0;      ///< where in ring_ the oldest byte is
  std::size_t taken_tail_ = 0;  ///< of the ring, from the oldest
};

}  // namespace headway::worker
