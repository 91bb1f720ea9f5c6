#include "worker/process/output_capture.h"

#include <algorithm>

namespace headway::worker {

OutputCapture::OutputCapture(std::uint64_t head, std::uint64_t tail)
    : head_(head), tail_(static_cast<std::size_t>(std::min(tail, kMostTail))) {}

void OutputCapture::add(std::string_view bytes) {
  const std::uint64_t room = size_ < head_ ? head_ - size_ : 0;
  const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
  if (taken_ == pending_.size()) {
    pending_.clear();
    taken_ = 0;
  }
  pending_.append(bytes.substr(0, first));
  size_ += bytes.size();
  keep(bytes.substr(first));
}

void OutputCapture::keep(std::string_view bytes) {
  if (bytes.size() >= tail_) {
    ring_ = bytes.substr(bytes.size() - tail_);
    oldest_ = 0;
    return;
  }
  const std::size_t growth = std::min(tail_ - ring_.size(), bytes.size());
  ring_.append(bytes.substr(0, growth));
  bytes.remove_prefix(growth);
  while (!bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), ring_.size() - oldest_);
    std::copy_n(bytes.data(), part, ring_.data() + oldest_);
    oldest_ = (oldest_ + part) % ring_.size();
    bytes.remove_prefix(part);
  }
}

std::size_t OutputCapture::ready() const {
  return pending_.size() - taken_ + (finished_ ? ring_.size() - taken_tail_ : 0);
}

OutputChunk OutputCapture::take() {
  OutputChunk chunk;
  if (taken_ < pending_.size()) {
    chunk.offset = offset_;
    chunk.bytes = pending_.substr(taken_, kMostChunk);
    taken_ += chunk.bytes.size();
    offset_ += chunk.bytes.size();
    return chunk;
  }
  if (!finished_) return chunk;
  chunk.offset = size_ - ring_.size() + taken_tail_;
  const std::size_t at = (oldest_ + taken_tail_) % std::max<std::size_t>(ring_.size(), 1);
  // To the end of the ring's memory at most; what follows is the next chunk.
  chunk.bytes = ring_.substr(at, std::min(kMostChunk, ring_.size() - taken_tail_));
  taken_tail_ += chunk.bytes.size();
  return chunk;
}

}  // namespace headway::worker
