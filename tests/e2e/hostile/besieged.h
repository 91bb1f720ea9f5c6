#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <gtest/gtest.h>
#include <zmq.hpp>

#include "common/messages/worker_messages.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {

/// A coordinator on loopback whose one honest worker, `honest`, runs a ticket all the time. At the
/// end of each test the ticket comes to its end, as its only attempt, and the coordinator has not
/// grown by more than 64 MiB.
class Besieged : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] std::string worker_endpoint() const;
  [[nodiscard]] std::uint16_t worker_port() const { return worker_port_; }

  /// How many were dropped for this reason, by /metrics, which is up to a second old.
  [[nodiscard]] double dropped(const std::string& reason) const;
  /// Waits until so many were.
  void wait_for_dropped(const std::string& reason, double at_least) const;
  [[nodiscard]] double metric(const std::string& name) const;
  [[nodiscard]] std::string query(const std::string& sql) const;

 private:
  [[nodiscard]] std::uint16_t port_after(const std::string& words);

  /// Resident memory of the coordinator.
  [[nodiscard]] std::size_t memory_bytes() const;

  TemporaryFolder folder_;
  std::unique_ptr<Process> coordinator_;
  std::unique_ptr<Process> worker_;
  std::uint16_t worker_port_ = 0;
  std::uint16_t metrics_port_ = 0;
  std::size_t memory_before_ = 0;
};

/// A peer that speaks the protocol, and says what a test wants.
class Peer {
 public:
  explicit Peer(const std::string& endpoint)
      : socket_(DealerSocket::connect(context_, endpoint).value()) {}

  void send(const std::string& frame);
  void send(std::uint64_t session, WorkerMessage message) {
    send(encode(FromWorker{session, std::move(message)}));
  }
  /// Waits for a message of this kind; those before it are dropped.
  template <class Message>
  std::optional<Message> receive() {
    while (const std::optional<FromCoordinator> came = next()) {
      if (const auto* message = std::get_if<Message>(&came->message)) return *message;
    }
    return std::nullopt;
  }
  /// Joins under a name; the session that it got.
  std::uint64_t join(const std::string& name);
  [[nodiscard]] Hello hello(const std::string& name) const;

 private:
  std::optional<FromCoordinator> next();

  zmq::context_t context_;
  DealerSocket socket_;
};

}  // namespace headway::test
