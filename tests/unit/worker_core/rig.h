#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "worker/core/worker_core.h"

namespace headway::worker {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// A core with a clock of its own, and a coordinator that the test plays. Each test takes the
/// effects one by one, in order; what is left over at the end fails it. Logs are kept aside.
class Rig {
 public:
  static constexpr Duration kLease = 15s;
  static constexpr Duration kHeartbeat = 2s;

  explicit Rig(std::uint32_t slots = 1) : Rig(identity(slots)) {}
  explicit Rig(WorkerIdentity who) : core(std::move(who)) {}
  ~Rig() { nothing(); }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  static WorkerIdentity identity(std::uint32_t slots) {
    WorkerIdentity who;
    who.name = "build-01";
    who.incarnation = 77;
    who.slots = slots;
    return who;
  }

  void step(Input input);
  void tick() { step(Tick{}); }
  void advance(Duration by) { now += by; }
  void from(const CoordinatorMessage& message);
  void event(const SlotEvent& event);

  /// Takes the next effect, which must be an `E`.
  template <class E>
  E take() {
    if (effects.empty()) {
      ADD_FAILURE() << "there is no effect left; wanted " << typeid(E).name();
      return {};
    }
    Effect first = std::move(effects.front());
    effects.pop_front();
    if (E* effect = std::get_if<E>(&first)) return std::move(*effect);
    ADD_FAILURE() << "the next effect is " << describe(first) << "; wanted " << typeid(E).name();
    return {};
  }
  template <class M>
  M sent() {
    FromWorker from = take<SendMessage>().message;
    EXPECT_EQ(from.session, (std::is_same_v<M, Hello> ? 0 : session));
    if (M* message = std::get_if<M>(&from.message)) return std::move(*message);
    ADD_FAILURE() << "the next message is " << name_of(from.message) << "; wanted "
                  << MessageName<M>::kWord;
    return {};
  }
  template <class C>
  C command() {
    SlotCommand command = take<CommandSlot>().command;
    if (C* found = std::get_if<C>(&command)) return std::move(*found);
    ADD_FAILURE() << "the next command is of another kind; wanted " << MessageName<C>::kWord;
    return {};
  }
  void nothing() {
    for (const Effect& effect : effects) ADD_FAILURE() << "left over: " << describe(effect);
    effects.clear();
  }

  /// Connects, says hello, and is welcomed with these verdicts.
  Hello greet() {
    step(Connected{});
    return sent<Hello>();
  }
  void welcome(std::vector<InventoryVerdict> verdicts = {}) {
    ++session;
    step(FromCoordinator{session, welcome_message(std::move(verdicts))});
  }
  Welcome welcome_message(std::vector<InventoryVerdict> verdicts = {}) const {
    return {kProtocolVersion, registry, epoch, session, kLease, kHeartbeat, std::move(verdicts)};
  }
  void join() {
    greet();
    welcome();
    take<Joined>();
    sent<Heartbeat>();
    nothing();
  }

  static AttemptSpec spec(bool finish_on_disconnect = false) {
    AttemptSpec made;
    made.run = "r1";
    made.ticket = "MOD-1";
    made.words = {"/bin/true"};
    made.root = "/plan";
    made.finish_on_disconnect = finish_on_disconnect;
    return made;
  }
  /// Hands out an attempt and takes the acceptance.
  void assign(std::uint64_t token, bool finish_on_disconnect = false) {
    from(Assign{Token{token}, spec(finish_on_disconnect)});
    EXPECT_EQ(sent<Accept>().token, Token{token});
  }
  /// Hands out an attempt that starts at once in `slot`.
  StartSlot run(std::uint64_t token, bool finish_on_disconnect = false) {
    assign(token, finish_on_disconnect);
    StartSlot start = command<StartSlot>();
    EXPECT_EQ(start.token, Token{token});
    slot_of_last = start.slot;
    return start;
  }
  /// Acknowledges a result, which settles the attempt's record as well.
  void acknowledge(std::uint64_t token, ResultVerdict verdict = ResultVerdict::kCommitted) {
    from(ResultAck{Token{token}, verdict});
    EXPECT_EQ(take<Settled>().token, Token{token});
  }
  void ended(SlotId slot, std::uint64_t token, Outcome outcome = Outcome::kSucceeded) {
    SlotEnded end;
    end.slot = slot;
    end.token = Token{token};
    end.outcome = outcome;
    event(end);
  }
  void output(std::uint64_t token, std::uint64_t offset, std::size_t size) {
    event(SlotOutput{slot_of_last, Token{token}, offset, Bytes{std::string(size, 'x')}});
  }

  /// Lets time pass while the coordinator acknowledges every heartbeat; drops heartbeats and
  /// extensions, keeps the other effects.
  void pass(Duration by) {
    const Instant until = now + by;
    while (true) {
      const std::optional<Instant> next = core.next_deadline();
      if (!next || *next > until) break;
      now = std::max(now, *next);
      step_and_acknowledge();
    }
    now = until;
  }
  void step_and_acknowledge() {
    std::deque<Effect> kept = std::exchange(effects, {});
    tick();
    std::deque<Effect> fresh = std::exchange(effects, {});
    for (Effect& effect : fresh) {
      const SendMessage* send = std::get_if<SendMessage>(&effect);
      const Heartbeat* beat =
          send == nullptr ? nullptr : std::get_if<Heartbeat>(&send->message.message);
      if (beat == nullptr) {
        kept.push_back(std::move(effect));
        continue;
      }
      from(HeartbeatAck{beat->number, {}, {}});
      for (Effect& after : effects) {
        const CommandSlot* command = std::get_if<CommandSlot>(&after);
        const bool extends =
            command != nullptr && std::holds_alternative<ExtendLease>(command->command);
        if (!extends) kept.push_back(std::move(after));
      }
      effects.clear();
    }
    effects = std::move(kept);
  }

  static std::string name_of(const WorkerMessage& message) {
    return std::visit(
        [](const auto& each) {
          return std::string(MessageName<std::decay_t<decltype(each)>>::kWord);
        },
        message);
  }
  static std::string describe(const Effect& effect) {
    if (const auto* send = std::get_if<SendMessage>(&effect)) {
      return "the message " + name_of(send->message.message);
    }
    if (const auto* command = std::get_if<CommandSlot>(&effect)) {
      return std::visit(
          [](const auto& each) {
            return "the command " + std::string(MessageName<std::decay_t<decltype(each)>>::kWord);
          },
          command->command);
    }
    return std::visit([](const auto& each) { return std::string(typeid(each).name()); }, effect);
  }

  Instant now{1000s};
  std::uint64_t session = 0;
  std::string registry = "registry-a";
  Epoch epoch{1};
  SlotId slot_of_last;
  WorkerCore core;
  std::deque<Effect> effects;
  std::vector<std::string> logs;
};

}  // namespace headway::worker
