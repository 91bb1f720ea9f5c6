#include "worker/process/message_channel.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/socket.h>
#include <system_error>

#include "common/wire/codec.h"

namespace headway::worker {

namespace {
constexpr std::size_t kLengthBytes = sizeof(std::uint32_t);
}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> MessageChannel::make_pair() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return Error{ErrorKind::kFailed,
                 "cannot make a socket pair: " + std::generic_category().message(errno)};
  }
  return std::pair{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

void MessageChannel::queue(std::string_view message) {
  queue_note(message);
  pressing_ = true;
}

void MessageChannel::queue_note(std::string_view message) {
  if (written_ == outgoing_.size()) {
    outgoing_.clear();
    written_ = 0;
  }
  const auto length = static_cast<std::uint32_t>(message.size());
  char head[kLengthBytes];
  std::memcpy(head, &length, kLengthBytes);
  outgoing_.append(head, kLengthBytes);
  outgoing_.append(message);
}

void MessageChannel::flush() {
  while (queued() > 0) {
    const ssize_t sent =
        ::send(socket_.get(), outgoing_.data() + written_, queued(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) break;
    written_ += static_cast<std::size_t>(sent);
  }
  // What has begun goes on as soon as there is room.
  pressing_ = queued() > 0;
  // Without this a reader that is always a little behind would let the written part grow.
  if (written_ > kReadBytes && written_ * 2 > outgoing_.size()) {
    outgoing_.erase(0, written_);
    written_ = 0;
  }
}

MessageChannel::Received MessageChannel::receive() {
  if (nonsense_) return Received::kClosed;
  incoming_.erase(0, taken_);
  taken_ = 0;
  const std::size_t before = incoming_.size();
  incoming_.resize(before + kReadBytes);
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), incoming_.data() + before, kReadBytes, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  const int error = errno;
  incoming_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) return Received::kSomething;
  if (got < 0 && (error == EAGAIN || error == EWOULDBLOCK)) return Received::kNothing;
  return Received::kClosed;
}

std::optional<std::string_view> MessageChannel::next() {
  const std::size_t there = incoming_.size() - taken_;
  if (nonsense_ || there < kLengthBytes) return std::nullopt;
  std::uint32_t length = 0;
  std::memcpy(&length, incoming_.data() + taken_, kLengthBytes);
  if (length > kMaxFrameBytes) {
    nonsense_ = true;
    return std::nullopt;
  }
  if (there - kLengthBytes < length) return std::nullopt;
  const std::string_view message{incoming_.data() + taken_ + kLengthBytes, length};
  taken_ += kLengthBytes + length;
  return message;
}

}  // namespace headway::worker
