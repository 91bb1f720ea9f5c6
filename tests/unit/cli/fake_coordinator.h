#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <zmq.hpp>

#include "common/messages/control_messages.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"

namespace headway::cli {

/// A coordinator that says what a test wants it to say: answers on an endpoint, on a thread of its
/// own, until the end of its life. `answer` is called on that thread; no answer means that the
/// question got lost.
class FakeCoordinator {
 public:
  using Answer = std::function<std::optional<Reply>(const Request&)>;

  FakeCoordinator(std::string endpoint, Answer answer);
  ~FakeCoordinator();
  FakeCoordinator(const FakeCoordinator&) = delete;
  FakeCoordinator& operator=(const FakeCoordinator&) = delete;

  /// What it was asked so far, repetitions too.
  std::vector<Request> asked();

 private:
  void serve();

  Answer answer_;
  zmq::context_t context_;
  std::optional<RouterSocket> socket_;
  std::mutex mutex_;
  std::vector<Request> asked_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

/// The reply with this body to a request.
template <class Body>
Reply reply_to(const Request& request, const Body& body) {
  return {.id = request.id, .ok = true, .error = {}, .body = Bytes{encode_body(body)}};
}

}  // namespace headway::cli
