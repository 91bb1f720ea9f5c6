#include "fake_coordinator.h"

#include <array>
#include <utility>

#include "common/base/check.h"

namespace headway::cli {

FakeCoordinator::FakeCoordinator(std::string endpoint, Answer answer) : answer_(std::move(answer)) {
  Result<RouterSocket> socket = RouterSocket::bind(context_, endpoint);
  HW_CHECK(socket.ok(), "the coordinator of a test cannot listen");
  socket_.emplace(std::move(socket).value());
  thread_ = std::thread([this] { serve(); });
}

FakeCoordinator::~FakeCoordinator() {
  over_.store(true);
  thread_.join();
}

std::vector<Request> FakeCoordinator::asked() {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void FakeCoordinator::serve() {
  while (!over_.load()) {
    std::array<zmq::pollitem_t, 1> items = {zmq::pollitem_t{socket_->handle(), 0, ZMQ_POLLIN, 0}};
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds{10});
    while (const std::optional<Incoming> incoming = socket_->receive()) {
      const Result<Request> request = decode_request(incoming->frame);
      HW_CHECK(request.ok(), "the command sent something odd");
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(*request);
      }
      if (const std::optional<Reply> reply = answer_(*request)) {
        socket_->send(incoming->peer, encode(*reply));
      }
    }
  }
}

}  // namespace headway::cli
