// For how long a coordinator answers nobody while it is given a large plan, and another one for the
// same run. Starts the real `headway-coordinator`, submits and applies, and asks it something small
// all the while. Not a test; run it by hand:
//   bench_answering [TICKETS]      (100,000 by default)

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "common/messages/plan_messages.h"
#include "common/system/files.h"
#include "common/system/state_paths.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"
#include "tests/support/large_plan.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One client, one question at a time.
class Client {
 public:
  explicit Client(const std::string& endpoint)
      : socket_(DealerSocket::connect(context_, endpoint).value()), id_(std::random_device{}()) {}

  template <class Body>
  Reply ask(Verb verb, const Body& body) {
    Request request;
    request.client = id_;
    request.id = ++last_id_;
    request.verb = verb;
    request.body.data = encode_body(body);
    while (socket_.send(encode(request)) != SendResult::kSent) std::this_thread::yield();
    while (true) {
      if (const auto frame = socket_.receive()) return decode_reply(*frame).value();
      zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
      zmq::poll(&item, 1, std::chrono::milliseconds{1000});
    }
  }

 private:
  zmq::context_t context_;
  DealerSocket socket_;
  std::uint64_t id_;
  std::uint64_t last_id_ = 0;
};

void upload(Client& client, std::uint64_t number, const std::string& text) {
  for (std::size_t offset = 0; offset < text.size(); offset += kUploadChunkBytes) {
    client.ask(Verb::kUpload,
               UploadRequest{number, offset, {text.substr(offset, kUploadChunkBytes)}});
  }
}

/// Has `work` done by another thread, and says how long others waited for answers meanwhile.
void others_during(const StatePaths& paths, const char* what, const std::function<Reply()>& work) {
  std::atomic<bool> over{false};
  std::thread working([&] {
    const Clock::time_point start = Clock::now();
    const Reply reply = work();
    fmt::print("{} in {:.2f} s: {}\n", what, seconds_since(start), reply.ok ? "ok" : reply.error);
    over = true;
  });
  std::vector<double> waits;
  Client asking(paths.control_endpoint());
  while (!over) {
    const Clock::time_point start = Clock::now();
    asking.ask(Verb::kAgents, AgentsRequest{});
    waits.push_back(seconds_since(start));
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  working.join();
  std::ranges::sort(waits);
  fmt::print("{} other answers meanwhile: median {:.4f} s, 99% {:.4f} s, longest {:.3f} s\n",
             waits.size(), waits[waits.size() / 2], waits[waits.size() * 99 / 100], waits.back());
}

int run(std::size_t tickets) {
  const std::string text = test::large_plan_text(tickets);
  // A hundredth fewer, and the others as they were.
  const std::string shorter = test::large_plan_text(tickets - tickets / 100);
  const test::TemporaryFolder folder;
  const StatePaths paths = find_state_paths(folder.path()).value();
  const test::Process coordinator({std::string(HEADWAY_BIN_DIR) + "/headway-coordinator",
                                   "--state-dir", folder.path(), "--embedded"});
  while (!socket_is_alive(paths.control_socket)) std::this_thread::yield();

  Client client(paths.control_endpoint());
  fmt::print("{} tickets, {:.1f} MB\n", tickets, static_cast<double>(text.size()) / 1e6);
  others_during(paths, "submitted", [&] {
    upload(client, 1, text);
    return client.ask(Verb::kSubmit, SubmitRequest{1, text.size(), sha256_hex(text), {}});
  });
  for (const bool dry_run : {true, false}) {
    ApplyRequest apply;
    apply.run = RunId{1};
    apply.upload = dry_run ? 2 : 3;
    apply.size = shorter.size();
    apply.sha256 = sha256_hex(shorter);
    apply.dry_run = dry_run;
    others_during(paths, dry_run ? "another plan looked at" : "another plan applied", [&] {
      upload(client, apply.upload, shorter);
      return client.ask(Verb::kApply, apply);
    });
  }
  return 0;
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  return headway::run(count > 1 ? std::strtoull(words[1], nullptr, 10) : 100'000);
}
