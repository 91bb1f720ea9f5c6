#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "common/base/result.h"
#include "common/wire/socket.h"
#include "coordinator/core/input.h"
#include "coordinator/keys/gate.h"
#include "coordinator/keys/key_store.h"
#include "coordinator/keys/zap_door.h"
#include "coordinator/shell/options.h"

namespace headway {

/// Who comes in to the coordinator's sockets, and what they may say there. Owned by the shell, on
/// its thread; opened before anything listens.
///
/// Whatever is turned away is counted by its kind; memory that depends on who is turned away there
/// is none.
class Doors {
 public:
  static Result<std::unique_ptr<Doors>> open(zmq::context_t& context,
                                             const CoordinatorOptions& options,
                                             const std::string& state_folder);

  /// How peers come in at an endpoint of tcp or ipc.
  [[nodiscard]] Door door_of(const std::string& endpoint) const;
  /// Whether there is an address beyond this machine that asks for no key.
  [[nodiscard]] bool wide_open() const { return wide_open_; }
  /// Null: nobody comes in by a key.
  [[nodiscard]] KeyStore* store() { return store_ ? &*store_ : nullptr; }

  /// Answers libzmq, and looks whether keys were changed: what follows from that is appended. A
  /// table that cannot be read leaves the keys as they were.
  void look_after(std::vector<Input>& inputs);
  /// For zmq::poll.
  [[nodiscard]] void* handle() { return zap_.handle(); }
  [[nodiscard]] int changed_fd() const { return store_ ? store_->changed_fd() : -1; }

  /// A worker's message that may be taken; none: it was not its sender's to send, and is dealt
  /// with. An error says that it cannot be read.
  Result<std::optional<FromWorker>> take(const Incoming& incoming);
  /// Registers the workers that asked for it in this turn, durably, and answers them.
  void admit_newcomers(Now now);
  /// Frames for the workers' socket.
  std::vector<std::pair<PeerId, std::string>> take_answers() { return std::exchange(answers_, {}); }
  /// What happened that the log should have.
  struct News {
    bool trouble = false;
    std::string text;
  };
  std::vector<News> take_news() { return std::exchange(news_, {}); }

  [[nodiscard]] Sender sender(const Incoming& incoming) const;
  /// Whether a client may ask this; kDenied where not, which is counted.
  Result<void> allow_request(const Sender& sender, bool changes);

  /// Counts the connections of a socket that were lost since the last time.
  void count_losses(RouterSocket& socket);
  /// What was turned away so far, by kind (`headway_dropped_total`).
  [[nodiscard]] std::map<std::string, std::uint64_t> turned_away() const;

 private:
  struct Newcomer {
    PeerId peer;
    JoinWish wish;
  };

  explicit Doors(ZapDoor zap) : zap_(std::move(zap)) {}
  [[nodiscard]] const KnownKeys& known() const;
  void tell(bool trouble, std::string text);
  void refuse(const PeerId& peer, const FromWorker& message, const Objection& objection);
  void receive_newcomer(const Incoming& incoming, const KnownKey& token, const Join& join);
  void answer(const PeerId& peer, const Result<void>& admitted, const JoinWish& wish);

  ZapDoor zap_;
  std::optional<KeyStore> store_;
  bool insecure_ = false;
  bool require_keys_ = false;
  bool wide_open_ = false;
  std::vector<Newcomer> newcomers_;
  std::vector<std::pair<PeerId, std::string>> answers_;
  std::vector<News> news_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace headway
