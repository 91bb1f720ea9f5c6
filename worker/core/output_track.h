#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace headway::worker {

/// Bytes of output in one message; the codec's kMaxOutputChunkBytes says the same.
inline constexpr std::uint64_t kMaxChunk = 64U << 10U;
/// Bytes of one attempt that may be on their way to the coordinator: sent, not acknowledged.
inline constexpr std::uint64_t kOutputWindow = 256U << 10U;
/// Pieces with holes between them that are kept of one attempt. A flood leaves one hole; the rest
/// is for a disk that fills up again and again.
inline constexpr std::size_t kMaxPieces = 256;

/// A stretch of an attempt's output.
struct OutputPiece {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  [[nodiscard]] std::uint64_t end() const { return offset + size; }
  friend bool operator==(const OutputPiece&, const OutputPiece&) = default;
};

/// Which bytes of an attempt's output the spool holds, which of them were sent, and which have
/// arrived. Knows offsets only; the bytes are the spool's. Owned by an Attempt.
class OutputTrack {
 public:
  /// Takes note of bytes that are to be kept. Returns the part of them that is new (size 0: none):
  /// what lies before the end of what came earlier is known already.
  OutputPiece append(OutputPiece piece);

  /// Everything before `offset` has arrived. Returns whether that is news.
  bool acknowledge(std::uint64_t offset);

  /// These bytes are gone; they become a hole.
  void lose(OutputPiece piece);

  /// The next bytes to send, which then count as sent; none when all is sent or the window is full.
  std::optional<OutputPiece> take_next();

  /// Sends again from what is acknowledged: there is a new session, or something got lost.
  void rewind() { next_ = acknowledged_; }

  [[nodiscard]] bool all_arrived() const { return pieces_.empty(); }
  /// More could be sent if some of it were acknowledged.
  [[nodiscard]] bool is_held_up() const;
  [[nodiscard]] bool any() const { return end_ > 0; }
  /// Bytes that the spool holds.
  [[nodiscard]] std::uint64_t kept() const;
  [[nodiscard]] std::uint64_t sent_up_to() const { return next_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  /// Where the output ends so far.
  [[nodiscard]] std::uint64_t end() const { return end_; }

 private:
  [[nodiscard]] std::uint64_t in_flight() const;

  std::deque<OutputPiece> pieces_;  ///< kept and not acknowledged; ascending, apart
  std::uint64_t acknowledged_ = 0;
  std::uint64_t next_ = 0;  ///< everything before it was sent or is a hole
  std::uint64_t end_ = 0;
};

}  // namespace headway::worker
