#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "common/messages/worker_messages.h"
#include "common/wire/socket.h"

namespace headway::test {

/// A coordinator of which the test says every word. It listens on an ipc endpoint, collects what a
/// worker sends, and answers nothing by itself but (where told to) heartbeats.
class FakeCoordinator {
 public:
  explicit FakeCoordinator(std::string endpoint) : endpoint_(std::move(endpoint)) { open(); }

  void open();
  void close() { router_.reset(); }

  /// Waits for the next message of this kind; those before it are dropped. Heartbeats are
  /// acknowledged on the way, with everything received of each output.
  template <class Message>
  Message expect(Duration most = std::chrono::seconds{20}) {
    const auto until = std::chrono::steady_clock::now() + most;
    while (true) {
      std::optional<FromWorker> from = next(until);
      if (!from) {
        ADD_FAILURE() << "no " << MessageName<Message>::kWord << " within the time";
        return {};
      }
      if (Message* message = std::get_if<Message>(&from->message)) {
        last_session_ = from->session;
        return std::move(*message);
      }
    }
  }
  /// Whether a message of this kind comes within so long a time.
  template <class Message>
  bool comes(Duration within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (std::optional<FromWorker> from = next(until)) {
      if (std::holds_alternative<Message>(from->message)) return true;
    }
    return false;
  }

  /// Waits for a hello and welcomes it under a new session.
  Hello welcome(std::vector<InventoryVerdict> verdicts = {});
  void send(const CoordinatorMessage& message) { send(session, message); }
  void send(std::uint64_t under, const CoordinatorMessage& message);
  void send_raw(const std::string& frame);

  /// Assigns `/bin/sh -c line`, and waits until it is accepted.
  void assign(std::uint64_t token, const std::string& line, const std::string& root,
              std::vector<std::string> secrets = {});

  /// What has come of an attempt's output.
  [[nodiscard]] const std::string& output(std::uint64_t token) { return outputs_[Token{token}]; }
  /// Waits until an attempt's output has this size, acknowledging heartbeats.
  void wait_for_output(std::uint64_t token, std::size_t size);

  std::uint64_t session = 0;
  Duration lease = std::chrono::seconds{15};
  Duration heartbeat = std::chrono::milliseconds{200};
  bool acknowledge_heartbeats = true;
  std::vector<Token> revoke;  ///< told with every acknowledgement
  [[nodiscard]] std::uint64_t last_session() const { return last_session_; }

 private:
  std::optional<FromWorker> next(std::chrono::steady_clock::time_point until);
  void note(const FromWorker& from);

  const std::string endpoint_;
  zmq::context_t context_;
  std::optional<RouterSocket> router_;
  PeerId peer_;
  std::map<Token, std::string> outputs_;
  std::uint64_t last_session_ = 0;
};

}  // namespace headway::test
