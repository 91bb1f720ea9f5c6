#include "coordinator/keys/zap_door.h"

#include <utility>
#include <vector>

namespace headway {

namespace {

/// Questions answered in one turn, so that a flood of connections keeps nobody waiting.
constexpr int kQuestionsPerTurn = 1'000;
constexpr const char* kZapVersion = "1.0";

/// The frames of one request: version, number, domain, address, routing id, mechanism, and what the
/// mechanism proves.
constexpr std::size_t kNumber = 1, kDomain = 2, kMechanism = 5, kProof = 6;

std::vector<std::string> take_request(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  zmq::message_t frame;
  while (socket.recv(frame, zmq::recv_flags::dontwait)) {
    frames.push_back(frame.to_string());
    if (!frame.more()) break;
  }
  return frames;
}

void give_reply(zmq::socket_t& socket, const std::string& number,
                const std::optional<std::string>& user) {
  const std::vector<std::string> frames = {
      kZapVersion,       number, user ? "200" : "400", user ? "" : "this key is not known here",
      user.value_or(""), ""};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const zmq::send_flags more =
        i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    // It is a socket of this process: what is not taken is of a connection that is gone.
    static_cast<void>(socket.send(zmq::buffer(frames[i]), more | zmq::send_flags::dontwait));
  }
}

}  // namespace

std::optional<std::string> user_behind(const ZapQuestion& question, const KnownKeys& keys) {
  if (question.domain == kOpenDoor) return kLocalUser;
  if (question.domain != kKeyDoor || question.mechanism != "CURVE") return std::nullopt;
  const Result<PublicKey> key = PublicKey::from_bytes(question.key);
  if (!key) return std::nullopt;
  const KnownKey* known = keys.find(*key);
  if (known == nullptr) return std::nullopt;
  if (!known->valid() && known->role != KeyRole::kJoin) return std::nullopt;
  return key->hex();
}

Result<ZapDoor> ZapDoor::open(zmq::context_t& context) {
  try {
    ZapDoor door{zmq::socket_t(context, zmq::socket_type::rep)};
    door.socket_.set(zmq::sockopt::linger, 0);
    door.socket_.bind("inproc://zeromq.zap.01");
    return door;
  } catch (const zmq::error_t& failure) {
    return Error{ErrorKind::kFailed,
                 std::string("cannot answer for who connects: ") + failure.what()};
  }
}

void ZapDoor::answer(const KnownKeys& keys) {
  for (int i = 0; i < kQuestionsPerTurn; ++i) {
    const std::vector<std::string> frames = take_request(socket_);
    if (frames.empty()) return;
    std::optional<std::string> user;
    if (frames.size() > kMechanism && frames.front() == kZapVersion) {
      user = user_behind({frames[kDomain], frames[kMechanism],
                          frames.size() > kProof ? frames[kProof] : std::string()},
                         keys);
    }
    if (!user) ++refused_;
    give_reply(socket_, frames.size() > kNumber ? frames[kNumber] : std::string(), user);
  }
}

}  // namespace headway
