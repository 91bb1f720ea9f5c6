#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include <zmq.hpp>

#include "common/messages/control_messages.h"
#include "common/system/state_paths.h"
#include "common/wire/codec.h"
#include "common/wire/socket.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {

/// A coordinator in a folder of its own; can be started again on it.
class Coordinator {
 public:
  Coordinator();
  /// Starts it and waits until it listens.
  void start();
  /// As `kill -9`, and waits for its end.
  void kill();
  [[nodiscard]] bool alive() const { return process_ != nullptr; }
  [[nodiscard]] const StatePaths& paths() const { return paths_; }
  [[nodiscard]] std::string log();
  /// Its child processes: those that read plans.
  [[nodiscard]] std::vector<pid_t> children() const;
  /// Waits until it has a child that has begun to work, and gives its number; 0: none came.
  [[nodiscard]] pid_t wait_for_child() const;

 private:
  TemporaryFolder folder_;
  StatePaths paths_;
  std::unique_ptr<Process> process_;
};

/// A client that sends requests and sees the replies as they come.
class Client {
 public:
  explicit Client(const Coordinator& coordinator);

  /// Sends a request and gives its number.
  template <class Body>
  std::uint64_t ask(Verb verb, const Body& body) {
    Request request;
    request.client = id_;
    request.id = ++last_id_;
    request.verb = verb;
    request.body.data = encode_body(body);
    last_ = encode(request);
    send(last_);
    return last_id_;
  }
  /// Sends the last request again, as a client does that has heard nothing.
  void repeat() { send(last_); }
  /// The next reply; none where none comes in time.
  std::optional<Reply> reply(Duration most = std::chrono::seconds{60});
  template <class Answer>
  Answer answer(Duration most = std::chrono::seconds{60}) {
    const std::optional<Reply> came = reply(most);
    if (!came || !came->ok) return fail_with<Answer>(came);
    return decode_body<Answer>(came->body.data).value();
  }
  /// Uploads a plan and asks for a run of it; gives the number of that request.
  std::uint64_t submit(const std::string& text, const RunOptions& options = {});

 private:
  template <class Answer>
  static Answer fail_with(const std::optional<Reply>& came) {
    note_failure(came ? came->error : "no reply came");
    return {};
  }
  static void note_failure(const std::string& why);
  void send(const std::string& frame);

  zmq::context_t context_;
  std::optional<DealerSocket> socket_;
  std::uint64_t id_;
  std::uint64_t last_id_ = 0;
  std::uint64_t last_upload_ = 0;
  std::string last_;
};

}  // namespace headway::test
