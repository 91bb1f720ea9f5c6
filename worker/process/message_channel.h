#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// Whole messages over one end of a stream socket pair, without ever blocking: what does not fit
/// into the socket waits in a queue here. A message is preceded by its length (4 bytes, this
/// machine's order). A stream and not SOCK_SEQPACKET, because a packet of 1 MiB is larger than the
/// send buffer that an unprivileged process may have. One thread.
class MessageChannel {
 public:
  MessageChannel() = default;
  explicit MessageChannel(UniqueFd socket) : socket_(std::move(socket)) {}

  /// Both ends of a new pair: non-blocking, closed on exec.
  static Result<std::pair<UniqueFd, UniqueFd>> make_pair();

  [[nodiscard]] int fd() const { return socket_.get(); }

  /// Queues a message. Nothing is written before `flush`.
  void queue(std::string_view message);
  /// Queues one that nobody waits for: it may be written together with a later one.
  void queue_note(std::string_view message);
  /// Writes what the socket takes now. A peer that is gone shows in `receive`.
  void flush();
  /// Bytes that are queued.
  [[nodiscard]] std::size_t queued() const { return outgoing_.size() - written_; }
  /// Whether all that is queued are notes.
  [[nodiscard]] bool holds_notes_alone() const { return queued() > 0 && !pressing_; }

  enum class Received { kSomething, kNothing, kClosed };
  /// Reads once, at most kReadBytes. `kClosed`: the peer is gone, or it has sent nonsense.
  Received receive();
  /// The next whole message that was received; valid until the next call on this channel.
  std::optional<std::string_view> next();

  static constexpr std::size_t kReadBytes = 64U << 10U;

 private:
  UniqueFd socket_;
  std::string outgoing_;
  std::size_t written_ = 0;
  bool pressing_ = false;  ///< something queued was no note, or is half written
  std::string incoming_;
  std::size_t taken_ = 0;
  bool nonsense_ = false;
};

}  // namespace headway::worker
