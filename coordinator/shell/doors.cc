#include "coordinator/shell/doors.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/wire/codec.h"
#include "coordinator/keys/listen_address.h"

namespace headway {

namespace {

/// Newcomers of one turn; the others ask again.
constexpr std::size_t kMostNewcomers = 1'000;
/// Lines for the log in one turn: a flood is counted, and not told one by one.
constexpr std::size_t kMostNews = 10;
/// Lost connections counted in one turn.
constexpr int kMostLosses = 10'000;

/// Of a handshake that failed; null: it is no handshake, or counted where the answer was given.
const char* word_of(ConnectionLoss loss) {
  switch (loss) {
    case ConnectionLoss::kCutShort:
      return "handshake cut short";
    case ConnectionLoss::kProtocol:
      return "handshake protocol";
    case ConnectionLoss::kNotTaken:
      return "connection not taken";
    case ConnectionLoss::kNotKnown:
    case ConnectionLoss::kEnded:
      break;
  }
  return nullptr;
}

const char* word_of(Objection::Kind kind) {
  switch (kind) {
    case Objection::Kind::kRevoked:
      return "revoked key";
    case Objection::Kind::kRole:
      return "role";
    case Objection::Kind::kOtherName:
      return "other name";
  }
  return "key";
}

}  // namespace

Result<std::unique_ptr<Doors>> Doors::open(zmq::context_t& context,
                                           const CoordinatorOptions& options,
                                           const std::string& state_folder) {
  Result<ZapDoor> zap = ZapDoor::open(context);
  if (!zap) return zap.error();
  std::unique_ptr<Doors> doors(new Doors(std::move(*zap)));
  doors->insecure_ = options.insecure;
  doors->require_keys_ = options.require_keys;
  bool keys = false;
  for (const std::vector<std::string>* addresses : {&options.listen, &options.control}) {
    for (const std::string& endpoint : *addresses) {
      const bool local = is_local_endpoint(endpoint);
      if (!local && options.insecure) doors->wide_open_ = true;
      const bool tcp = !endpoint.starts_with("ipc://");
      keys = keys || (tcp && (local ? options.require_keys : !options.insecure));
    }
  }
  if (!keys) return doors;
  Result<KeyStore> store = KeyStore::open(state_folder);
  if (!store) return store.error();
  doors->store_.emplace(std::move(*store));
  return doors;
}

Door Doors::door_of(const std::string& endpoint) const {
  const bool ipc = endpoint.starts_with("ipc://");
  const bool open = ipc || (is_local_endpoint(endpoint) ? !require_keys_ : insecure_);
  if (open) return Door{kOpenDoor, std::nullopt};
  HW_CHECK(store_.has_value(), "an address that asks for keys has a store of them");
  return Door{kKeyDoor, store_->own().keys.secret};
}

const KnownKeys& Doors::known() const {
  static const KnownKeys kNobody;
  return store_ ? store_->known() : kNobody;
}

void Doors::look_after(std::vector<Input>& inputs) {
  if (store_) {
    const Result<void> fresh = store_->refresh();
    for (std::string& name : store_->take_shut_out()) {
      tell(true, fmt::format("worker {} is shut out: its key was revoked", printable(name)));
      inputs.emplace_back(ShutOutInput{std::move(name), "its key was revoked"});
    }
    if (!fresh) tell(true, "the keys stay as they were: " + fresh.error().message);
  }
  zap_.answer(known());
}

Sender Doors::sender(const Incoming& incoming) const { return sender_of(incoming.user, known()); }

Result<std::optional<FromWorker>> Doors::take(const Incoming& incoming) {
  const Sender from = sender(incoming);
  if (from.key != nullptr && from.key->role == KeyRole::kJoin) {
    const Result<FromNewcomer> asked = decode_from_newcomer(incoming.frame);
    if (!asked) return asked.error();
    receive_newcomer(incoming, *from.key, std::get<Join>(asked->message));
    return std::optional<FromWorker>{};
  }
  Result<FromWorker> message = decode_from_worker(incoming.frame);
  if (!message) return message.error();
  if (const std::optional<Objection> no = objection(from, *message)) {
    refuse(incoming.peer, *message, *no);
    return std::optional<FromWorker>{};
  }
  return std::optional<FromWorker>(std::move(*message));
}

void Doors::tell(bool trouble, std::string text) {
  if (news_.size() < kMostNews) news_.push_back({trouble, std::move(text)});
}

/// A worker that asks for nothing is told to say hello, so that it is refused and leaves.
void Doors::refuse(const PeerId& peer, const FromWorker& message, const Objection& objection) {
  ++counts_[word_of(objection.kind)];
  if (!std::holds_alternative<Hello>(message.message)) {
    answers_.emplace_back(peer, encode(FromCoordinator{0, HelloAgain{}}));
    return;
  }
  tell(true, "a worker is refused: " + objection.reason);
  answers_.emplace_back(peer, encode(FromCoordinator{0, Refused{objection.reason, false}}));
}

void Doors::receive_newcomer(const Incoming& incoming, const KnownKey& token, const Join& join) {
  const Result<PublicKey> key = PublicKey::from_bytes(join.public_key.data);
  const JoinWish wish{token.key, join.worker, key ? *key : PublicKey{}};
  if (join.protocol != kProtocolVersion) {
    return answer(incoming.peer,
                  Error{ErrorKind::kFailed, fmt::format("this coordinator speaks protocol {}, the "
                                                        "worker {}",
                                                        kProtocolVersion, join.protocol)},
                  wish);
  }
  if (!key) return answer(incoming.peer, key.error(), wish);
  if (newcomers_.size() < kMostNewcomers) newcomers_.push_back({incoming.peer, wish});
}

void Doors::admit_newcomers(Now now) {
  if (newcomers_.empty()) return;
  const std::vector<Newcomer> newcomers = std::exchange(newcomers_, {});
  std::vector<Result<void>> admitted;
  const Result<void> kept = store_->change(
      [&](KnownKeys& keys) -> Result<void> {
        for (const Newcomer& each : newcomers) admitted.push_back(keys.admit(each.wish, now.wall));
        return {};
      },
      Duration{});
  for (std::size_t i = 0; i < newcomers.size(); ++i) {
    answer(newcomers[i].peer, kept ? admitted[i] : kept, newcomers[i].wish);
  }
}

void Doors::answer(const PeerId& peer, const Result<void>& admitted, const JoinWish& wish) {
  const std::string name = printable(wish.name.substr(0, 200));
  if (admitted) {
    tell(false, fmt::format("worker {} is registered", name));
    answers_.emplace_back(peer, encode(ToNewcomer{0, Admitted{wish.name}}));
    return;
  }
  // Only what comes from this side's trouble may pass by itself.
  const bool retry = admitted.error().kind == ErrorKind::kInUse;
  ++counts_["join refused"];
  tell(true, fmt::format("worker {} is not registered: {}", name, admitted.error().message));
  answers_.emplace_back(peer, encode(ToNewcomer{0, Refused{admitted.error().message, retry}}));
}

Result<void> Doors::allow_request(const Sender& sender, bool changes) {
  Result<void> allowed = allow(sender, changes);
  if (!allowed) {
    const bool revoked = sender.key == nullptr || !sender.key->valid();
    ++counts_[revoked ? "revoked key" : "role"];
  }
  return allowed;
}

void Doors::count_losses(RouterSocket& socket) {
  for (int i = 0; i < kMostLosses; ++i) {
    const std::optional<ConnectionLoss> loss = socket.next_loss();
    if (!loss) return;
    if (const char* word = word_of(*loss)) ++counts_[word];
  }
}

std::map<std::string, std::uint64_t> Doors::turned_away() const {
  std::map<std::string, std::uint64_t> all = counts_;
  all["unknown key"] = zap_.refused();
  return all;
}

}  // namespace headway
