#include "fake_coordinator.h"

#include "common/wire/codec.h"

namespace headway::test {

void FakeCoordinator::open() {
  // The address of a socket that was just closed may be taken for a moment.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (true) {
    Result<RouterSocket> router = RouterSocket::bind(context_, endpoint_);
    if (router) {
      router_.emplace(std::move(router).value());
      return;
    }
    if (std::chrono::steady_clock::now() > until) {
      FAIL() << router.error().message;
    }
  }
}

std::optional<FromWorker> FakeCoordinator::next(std::chrono::steady_clock::time_point until) {
  while (true) {
    if (std::optional<Incoming> incoming = router_->receive()) {
      Result<FromWorker> from = decode_from_worker(incoming->frame);
      if (!from) {
        ADD_FAILURE() << "the worker sent what does not decode: " << from.error().message;
        return std::nullopt;
      }
      peer_ = incoming->peer;
      note(*from);
      return std::move(from).value();
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    zmq::pollitem_t item{router_->handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, left);
  }
}

void FakeCoordinator::note(const FromWorker& from) {
  if (const Output* output = std::get_if<Output>(&from.message)) {
    std::string& text = outputs_[output->token];
    // Pieces may come again after a reconnection.
    if (output->offset <= text.size() && output->offset + output->bytes.data.size() > text.size()) {
      text.resize(output->offset);
      text += output->bytes.data;
    }
  }
  const Heartbeat* beat = std::get_if<Heartbeat>(&from.message);
  if (beat == nullptr || !acknowledge_heartbeats || from.session != session) return;
  HeartbeatAck ack;
  ack.number = beat->number;
  ack.revoked = revoke;
  for (const auto& [token, text] : outputs_) ack.outputs.push_back({token, text.size()});
  send(ack);
}

Hello FakeCoordinator::welcome(std::vector<InventoryVerdict> verdicts) {
  Hello hello = expect<Hello>();
  ++session;
  Welcome welcome;
  welcome.registry = "0123456789abcdef";
  welcome.epoch = Epoch{1};
  welcome.session = session;
  welcome.lease = lease;
  welcome.heartbeat = heartbeat;
  welcome.verdicts = std::move(verdicts);
  send(welcome);
  return hello;
}

void FakeCoordinator::send(std::uint64_t under, const CoordinatorMessage& message) {
  FromCoordinator from;
  from.session = under;
  from.message = message;
  send_raw(encode(from));
}

void FakeCoordinator::send_raw(const std::string& frame) { (void)router_->send(peer_, frame); }

void FakeCoordinator::assign(std::uint64_t token, const std::string& line, const std::string& root,
                             std::vector<std::string> secrets) {
  Assign assign;
  assign.token = Token{token};
  assign.spec.run = "r1";
  assign.spec.ticket = "MOD-" + std::to_string(token);
  assign.spec.words = {"/bin/sh", "-c", line};
  assign.spec.root = root;
  assign.spec.secrets = std::move(secrets);
  send(assign);
  EXPECT_EQ(expect<Accept>().token, Token{token});
}

void FakeCoordinator::wait_for_output(std::uint64_t token, std::size_t size) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (output(token).size() < size) {
    if (!next(until)) {
      FAIL() << "only " << output(token).size() << " bytes of output came";
    }
  }
}

}  // namespace headway::test
