#include "worker/core/output_track.h"

#include <algorithm>
#include <limits>

namespace headway::worker {

OutputPiece OutputTrack::append(OutputPiece piece) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  if (piece.size > kMost - piece.offset) return {};
  const std::uint64_t from = std::max(piece.offset, end_);
  if (piece.end() <= from) return {};
  const OutputPiece fresh{from, piece.end() - from};
  if (!pieces_.empty() && pieces_.back().end() == fresh.offset) {
    pieces_.back().size += fresh.size;
  } else if (pieces_.size() < kMaxPieces) {
    pieces_.push_back(fresh);
  } else {
    return {};
  }
  end_ = fresh.end();
  return fresh;
}

bool OutputTrack::acknowledge(std::uint64_t offset) {
  // A peer may claim anything; nothing beyond what exists can have arrived.
  offset = std::min(offset, end_);
  if (offset <= acknowledged_) return false;
  acknowledged_ = offset;
  next_ = std::max(next_, offset);
  while (!pieces_.empty() && pieces_.front().end() <= offset) pieces_.pop_front();
  if (!pieces_.empty() && pieces_.front().offset < offset) {
    pieces_.front() = {offset, pieces_.front().end() - offset};
  }
  return true;
}

void OutputTrack::lose(OutputPiece piece) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t lost_end = piece.size > kMost - piece.offset ? kMost : piece.end();
  std::deque<OutputPiece> left;
  for (const OutputPiece& kept : pieces_) {
    if (kept.offset < piece.offset) {
      left.push_back({kept.offset, std::min(kept.end(), piece.offset) - kept.offset});
    }
    if (kept.end() > lost_end) {
      const std::uint64_t from = std::max(kept.offset, lost_end);
      left.push_back({from, kept.end() - from});
    }
  }
  pieces_ = std::move(left);
}

std::uint64_t OutputTrack::in_flight() const {
  std::uint64_t bytes = 0;
  for (const OutputPiece& piece : pieces_) {
    if (piece.offset >= next_) break;
    bytes += std::min(piece.end(), next_) - piece.offset;
  }
  return bytes;
}

std::optional<OutputPiece> OutputTrack::take_next() {
  const std::uint64_t sent = in_flight();
  if (sent >= kOutputWindow) return std::nullopt;
  for (const OutputPiece& piece : pieces_) {
    if (piece.end() <= next_) continue;
    const std::uint64_t from = std::max(piece.offset, next_);
    const OutputPiece taken{from, std::min({kMaxChunk, piece.end() - from, kOutputWindow - sent})};
    next_ = taken.end();
    return taken;
  }
  return std::nullopt;
}

bool OutputTrack::is_held_up() const {
  return !pieces_.empty() && pieces_.back().end() > next_ && in_flight() >= kOutputWindow;
}

std::uint64_t OutputTrack::kept() const {
  std::uint64_t bytes = 0;
  for (const OutputPiece& piece : pieces_) bytes += piece.size;
  return bytes;
}

}  // namespace headway::worker
