#include "worker/shell/worker_keys.h"

#include <array>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "common/wire/codec.h"
#include "common/wire/curve.h"

namespace headway::worker {

namespace {

/// How long an answer may take before the question is asked again.
constexpr Duration kJoinResend = std::chrono::seconds{2};
/// How often it is said that nobody answers.
constexpr Duration kJoinComplaintGap = std::chrono::seconds{10};

Error not_allowed(std::string why) {
  return {ErrorKind::kDenied, "not allowed: " + std::move(why)};
}

/// One attempt to be registered, over as many connections as it takes.
class Joining {
 public:
  Joining(const JoinParts& parts, std::string endpoint, const JoinToken& token, const Join& join)
      : parts_(parts),
        endpoint_(std::move(endpoint)),
        credentials_{{public_key_of(token.secret), token.secret}, token.coordinator},
        question_(encode(FromNewcomer{0, join})) {}

  Result<void> run() {
    if (Result<void> connected = connect(); !connected) return connected;
    complaint_due_ = steady_now() + kJoinComplaintGap;
    while (true) {
      poll();
      if (parts_.signals.take() > 0)
        return Error{ErrorKind::kFailed, "stopped before it had joined"};
      if (Result<void> usable = look_at_failures(); !usable) return usable;
      if (const std::optional<Result<void>> answer = take_answer()) return *answer;
      const Instant now = steady_now();
      if (now >= send_due_ && socket_->send(question_) == SendResult::kSent)
        send_due_ = now + kJoinResend;
      if (now >= complaint_due_) {
        complaint_due_ = now + kJoinComplaintGap;
        parts_.log.write(LogLevel::kWarning,
                         fmt::format("no coordinator answers at {} yet", endpoint_));
      }
    }
  }

 private:
  Result<void> connect() {
    Result<DealerSocket> socket = DealerSocket::connect(parts_.context, endpoint_, credentials_);
    if (!socket) return socket.error();
    socket_.emplace(std::move(*socket));
    return {};
  }

  void poll() {
    const bool sends = steady_now() >= send_due_;
    std::array<zmq::pollitem_t, 3> items = {
        zmq::pollitem_t{socket_->handle(), 0,
                        static_cast<short>(ZMQ_POLLIN | (sends ? ZMQ_POLLOUT : 0)), 0},
        zmq::pollitem_t{socket_->loss_handle(), 0, ZMQ_POLLIN, 0},
        zmq::pollitem_t{nullptr, parts_.signals.poll_fd(), ZMQ_POLLIN, 0}};
    constexpr std::chrono::milliseconds kMostSleep{500};
    try {
      zmq::poll(items.data(), items.size(), kMostSleep);
    } catch (const zmq::error_t& failure) {
      if (failure.num() != EINTR) throw;
    }
  }

  Result<void> look_at_failures() {
    const std::optional<ConnectionLoss> failure = socket_->last_loss();
    if (!failure) return {};
    if (*failure == ConnectionLoss::kNotKnown) {
      return not_allowed(fmt::format(
          "the coordinator at {} does not know this join token (any more); `headway keys join` "
          "prints another",
          endpoint_));
    }
    if (!greetings_.is_stranger(*failure, endpoint_, true)) return {};
    return not_allowed(fmt::format(
        "what listens at {} is another coordinator than the one that this token is of, or asks for "
        "no keys",
        endpoint_));
  }

  std::optional<Result<void>> take_answer() {
    const std::optional<std::string> frame = socket_->receive();
    if (!frame) return std::nullopt;
    const Result<ToNewcomer> answer = decode_to_newcomer(*frame);
    if (!answer) return std::nullopt;
    if (std::holds_alternative<Admitted>(answer->message)) return Result<void>();
    const auto& refused = std::get<Refused>(answer->message);
    if (!refused.retry) return Result<void>(not_allowed(refused.reason));
    return std::nullopt;
  }

  JoinParts parts_;
  std::string endpoint_;
  Credentials credentials_;
  std::string question_;
  std::optional<DealerSocket> socket_;
  Instant send_due_{};
  Instant complaint_due_{};
  GreetingJudge greetings_;
};

}  // namespace

std::string own_key_path(const std::string& state_folder) { return state_folder + "/key"; }

Result<std::optional<KeyFile>> find_own_key(const WorkerOptions& options,
                                            const std::string& state_folder) {
  const bool named = !options.key_file.empty();
  const std::string path = named ? options.key_file : own_key_path(state_folder);
  Result<KeyFile> key = read_key_file(path);
  if (!key && key.error().kind == ErrorKind::kNotFound && !named) return std::optional<KeyFile>{};
  if (!key) return key.error();
  if (key->role != KeyRole::kWorker) {
    return Error{ErrorKind::kDenied,
                 fmt::format("not allowed: {} is the key of {} {}, and a worker needs a worker's",
                             printable(path), to_text(key->role), printable(key->name))};
  }
  return std::optional<KeyFile>(std::move(*key));
}

bool has_to_join(const WorkerOptions& options, const std::optional<KeyFile>& key) {
  return options.join && (!key || key->joined_by != options.join->digest());
}

Result<KeyFile> join_by_token(const JoinParts& parts, const WorkerOptions& options,
                              const std::string& name, const std::string& state_folder) {
  const std::string path = own_key_path(state_folder);
  const std::string wished = path + ".wished";
  const std::string digest = options.join->digest();
  // A wish that was granted without our hearing of it is made again, with the same pair.
  Result<KeyFile> key = read_key_file(wished);
  if (!key || key->joined_by != digest || key->name != name) {
    key = KeyFile{KeyRole::kWorker,          name,  make_key_pair(), options.join->coordinator,
                  options.endpoints.front(), digest};
    if (const Result<void> kept = write_key_file(wished, *key); !kept) return kept.error();
  }
  Join join;
  join.worker = name;
  join.public_key = {key->keys.open.bytes()};
  const Result<void> admitted =
      Joining(parts, options.endpoints.front(), *options.join, join).run();
  if (!admitted) return admitted.error();
  key->address = options.endpoints.front();
  if (const Result<void> kept = write_key_file(path, *key); !kept) return kept.error();
  ::unlink(wished.c_str());
  return key;
}

std::optional<Credentials> credentials_for(const std::string& endpoint,
                                           const std::optional<KeyFile>& key) {
  if (!key || endpoint.starts_with("ipc://")) return std::nullopt;
  return Credentials{key->keys, key->coordinator};
}

Result<void> judge_failure(GreetingJudge& greetings, ConnectionLoss failure, bool with_key,
                           const std::string& endpoint) {
  if (failure == ConnectionLoss::kNotKnown) {
    return not_allowed(fmt::format(
        "the coordinator at {} does not know this worker's key, or it was revoked; `headway keys "
        "join` prints a line to join by",
        endpoint));
  }
  if (!greetings.is_stranger(failure, endpoint, with_key)) return {};
  if (endpoint.starts_with("ipc://")) {
    return not_allowed(fmt::format(
        "the coordinator at {} lets in its own user and root alone; others come by tcp, with a key",
        endpoint));
  }
  if (with_key) {
    return not_allowed(fmt::format(
        "what listens at {} is not the coordinator that this worker's key is for, or asks for no "
        "keys",
        endpoint));
  }
  return not_allowed(fmt::format(
      "the coordinator at {} takes no worker without a key; `headway keys join` prints a line to "
      "join by",
      endpoint));
}

}  // namespace headway::worker
