#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "rig.h"
#include "tests/support/scale/scale.h"

namespace headway::worker {
namespace {

/// Feeds a core whatever a confused or hostile coordinator, slow slots and a lossy network can
/// bring about, and checks after every step what must hold whatever happens. Then the coordinator
/// behaves, and everything must come to an end.
class Storm {
 public:
  explicit Storm(std::uint32_t seed)
      : random_(seed), slots_(1 + seed % 4), core_(Rig::identity(slots_)), busy_(slots_) {}

  void run(int steps) {
    for (int i = 0; i < steps && !over_; ++i) {
      now_ += Duration{below(4) == 0 ? below(3'000'000'000) : below(50'000'000)};
      step(random_input());
    }
  }

  /// From now on the coordinator answers as it should and every slot ends what it runs.
  void heal() {
    healed_ = true;
    for (int i = 0; i < 20'000 && !over_; ++i) {
      if (core_.attempts().empty() && core_.busy_slots() == 0 && core_.is_joined()) return;
      if (!inbox_.empty()) {
        FromCoordinator next = std::move(inbox_.front());
        inbox_.pop_front();
        step(std::move(next));
      } else if (connect_) {
        connect_ = false;
        step(Connected{});
      } else if (const std::size_t at = some_busy_slot(); at < busy_.size()) {
        SlotEnded ended;
        ended.slot = SlotId{static_cast<std::uint32_t>(at + 1)};
        ended.token = busy_[at];
        empty(ended.slot);
        step(SlotEvent{std::move(ended)});
      } else {
        now_ = std::max(now_, core_.next_deadline().value_or(now_ + 1s));
        step(Tick{});
      }
    }
    if (!over_) {
      ADD_FAILURE() << "did not settle: " << core_.attempts().size() << " attempts held";
    }
  }

  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] int joins() const { return joins_; }
  [[nodiscard]] int starts() const { return starts_; }

 private:
  std::int64_t below(std::int64_t bound) {
    return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
  }
  Token token() { return Token{static_cast<std::uint64_t>(below(40))}; }
  SlotId slot() { return SlotId{static_cast<std::uint32_t>(below(slots_ + 2))}; }

  /// The slot's process is gone, which the core is about to learn.
  void empty(SlotId where) { ending_ = std::exchange(busy_[where.index() - 1], Token{}); }

  std::size_t some_busy_slot() const {
    return static_cast<std::size_t>(
        std::find_if(busy_.begin(), busy_.end(), [](Token t) { return t != Token{}; }) -
        busy_.begin());
  }

  Input random_input() {
    const std::int64_t kind = below(100);
    if (kind < 45) return random_message();
    if (kind < 85) return random_event();
    if (kind < 90) return Connected{};
    if (kind < 98) return Tick{};
    if (kind < 99) return OutputLost{token(), word(), word()};
    return LoadMeasured{};
  }
  std::uint64_t word() {
    return below(3) == 0 ? ~std::uint64_t{0} - static_cast<std::uint64_t>(below(10))
                         : static_cast<std::uint64_t>(below(400'000));
  }

  FromCoordinator random_message() {
    FromCoordinator from;
    from.session = below(10) == 0 ? 1234567 : session_;
    switch (below(12)) {
      case 0:
      case 1: {
        Welcome welcome;
        welcome.session = ++session_;
        welcome.registry = below(30) == 0 ? "other" : "registry";
        welcome.epoch = Epoch{static_cast<std::uint64_t>(1 + below(2))};
        welcome.lease = Duration{below(20) == 0 ? -1 : 1 + below(15'000'000'000)};
        welcome.heartbeat = Duration{below(2'000'000'000) - 100};
        for (std::int64_t i = below(6); i > 0; --i) {
          welcome.verdicts.push_back({token(), static_cast<Verdict>(below(4))});
        }
        from.message = welcome;
        break;
      }
      case 2:
        from.message = HelloAgain{};
        break;
      case 3:
        from.message =
            Stop{token(), Duration{below(3) - 1}, below(2) == 0, static_cast<Outcome>(below(12))};
        break;
      case 4:
        from.message = ResultAck{token(), static_cast<ResultVerdict>(below(3))};
        break;
      case 5:
        from.message = CheckpointAck{token(), static_cast<std::uint32_t>(below(5))};
        break;
      case 6:
      case 7: {
        HeartbeatAck ack;
        // Numbers around those that were sent: some true, some never sent.
        ack.number = last_number_ + static_cast<std::uint64_t>(below(4)) - 2;
        if (below(10) == 0) ack.revoked.push_back(token());
        ack.outputs.push_back({token(), word()});
        from.message = ack;
        break;
      }
      case 8:
        from.message = Refused{"not now", true};
        break;
      default:
        from.message = Assign{token(), Rig::spec(below(4) == 0)};
        break;
    }
    return from;
  }

  SlotEvent random_event() {
    SlotId where = slot();
    Token which = token();
    // Mostly events that fit.
    const std::size_t at = some_busy_slot();
    if (at < busy_.size() && below(4) != 0) {
      where = SlotId{static_cast<std::uint32_t>(at + 1)};
      which = busy_[at];
    }
    const bool fits =
        where != SlotId{} && where.index() <= busy_.size() && busy_[where.index() - 1] == which;
    switch (below(9)) {
      case 0:
        return SlotStarted{where, which, 5};
      case 1:
        return SlotProgress{where, which, 0.5, "half"};
      case 2:
        return SlotCheckpoint{where, which, "point"};
      case 3:
      case 4:
      case 5:
        return SlotOutput{where, which, word(),
                          Bytes{std::string(static_cast<std::size_t>(below(70'000)), 'x')}};
      case 6:
        return SlotStep{where, which, below(2) == 0 ? Step::Kind::kCommand : Step::Kind::kGate, 1};
      case 7:
        if (fits) empty(where);
        return SlotLost{where, which};
      default: {
        if (fits) empty(where);
        SlotEnded ended;
        ended.slot = where;
        ended.token = which;
        return ended;
      }
    }
  }

  void step(Input input) {
    note_promises(input);
    for (Effect& effect : core_.step(std::move(input), Now{now_, WallTime{}})) take(effect);
    ending_ = Token{};
    ASSERT_LE(core_.busy_slots(), slots_);
    ASSERT_LE(core_.remembered_tokens(), TokenMemory::kMost);
    ASSERT_LE(core_.attempts().size(), kMaxEnded + 2 * slots_);
    ASSERT_LE(core_.lease_ends().value_or(promised_), promised_);
    // Every deadline that has come was dealt with: the shell must not spin. Output asks for
    // heartbeats, but not that soon.
    ASSERT_GT(core_.next_deadline().value_or(now_ + 1s), now_);
  }

  /// What the coordinator has promised at most: the core may never believe in a later end.
  void note_promises(const Input& input) {
    const FromCoordinator* from = std::get_if<FromCoordinator>(&input);
    if (from == nullptr) return;
    if (const Welcome* welcome = std::get_if<Welcome>(&from->message)) {
      if (welcome->lease > Duration{}) {
        longest_lease_ = std::max(longest_lease_, welcome->lease);
        promised_ = std::max(promised_, hello_sent_ + welcome->lease);
      }
    }
    if (const HeartbeatAck* ack = std::get_if<HeartbeatAck>(&from->message)) {
      const auto sent = heartbeats_.find(ack->number);
      if (sent != heartbeats_.end()) promised_ = std::max(promised_, sent->second + longest_lease_);
    }
  }

  void take(Effect& effect) {
    if (std::holds_alternative<Exit>(effect)) over_ = true;
    if (const auto* joined = std::get_if<Joined>(&effect)) {
      ++joins_;
      (void)joined;
    }
    if (std::holds_alternative<ReconnectSocket>(effect)) {
      connect_ = true;
      inbox_.clear();
    }
    if (const auto* command = std::get_if<CommandSlot>(&effect)) check_command(command->command);
    if (const auto* output = std::get_if<SendOutput>(&effect)) {
      EXPECT_LE(output->size, kMaxChunk);
      EXPECT_GT(output->size, 0u);
    }
    if (const auto* send = std::get_if<SendMessage>(&effect)) note_sent(send->message);
  }

  void check_command(const SlotCommand& command) {
    if (const auto* start = std::get_if<StartSlot>(&command)) {
      ++starts_;
      ASSERT_EQ(busy_.at(start->slot.index() - 1), Token{}) << "a busy slot was given more";
      busy_.at(start->slot.index() - 1) = start->token;
      ASSERT_EQ(start->lease_ends.has_value(), !start->spec.finish_on_disconnect);
      if (start->lease_ends) {
        ASSERT_LE(*start->lease_ends, promised_);
        ASSERT_GT(*start->lease_ends, now_);
      }
    }
    if (const auto* extend = std::get_if<ExtendLease>(&command)) {
      ASSERT_EQ(busy_.at(extend->slot.index() - 1), extend->token);
      ASSERT_LE(extend->lease_ends, promised_);
    }
    if (const auto* stop = std::get_if<StopSlot>(&command)) {
      // It may have been told in the moment in which it ended.
      const Token runs = busy_.at(stop->slot.index() - 1);
      ASSERT_TRUE(runs == stop->token || ending_ == stop->token);
    }
  }

  void note_sent(const FromWorker& from) {
    if (const auto* hello = std::get_if<Hello>(&from.message)) {
      hello_sent_ = now_;
      if (healed_) welcome(*hello);
    }
    if (const auto* beat = std::get_if<Heartbeat>(&from.message)) {
      last_number_ = beat->number;
      heartbeats_[beat->number] = now_;
      if (healed_) {
        HeartbeatAck ack{beat->number, {}, {}};
        for (const auto& [token, attempt] : core_.attempts()) {
          ack.outputs.push_back({token, attempt.output.sent_up_to()});
        }
        answer(std::move(ack));
      }
    }
    if (const auto* result = std::get_if<AttemptResult>(&from.message); result && healed_) {
      answer(ResultAck{result->token, ResultVerdict::kDuplicate});
    }
  }

  void answer(CoordinatorMessage message) {
    inbox_.push_back(FromCoordinator{session_, std::move(message)});
  }
  void welcome(const Hello& hello) {
    Welcome welcome{kProtocolVersion, "registry", Epoch{5}, ++session_, 15s, 2s, {}};
    for (const InventoryEntry& entry : hello.inventory) {
      welcome.verdicts.push_back({entry.token, Verdict::kContinue});
    }
    answer(std::move(welcome));
  }

  std::mt19937 random_;
  std::uint32_t slots_;
  WorkerCore core_;
  Instant now_{1000s};
  std::vector<Token> busy_;
  Token ending_;
  std::deque<FromCoordinator> inbox_;
  std::uint64_t session_ = 0;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Instant> heartbeats_;
  Instant hello_sent_{};
  Instant promised_{};
  Duration longest_lease_{};
  bool healed_ = false;
  bool connect_ = true;
  bool over_ = false;
  int joins_ = 0;
  int starts_ = 0;
};

TEST(RandomInputs, NeverBreakWhatMustHoldAndEverythingSettlesOnceTheCoordinatorBehaves) {
  int joins = 0;
  int starts = 0;
  for (std::uint32_t seed = 1; seed <= test::scaled(60U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed) + " (the loop's number repeats it)");
    Storm storm(seed);
    storm.run(10'000);
    storm.heal();
    joins += storm.joins();
    starts += storm.starts();
    if (testing::Test::HasFailure()) return;
  }
  // The storm got through to where things happen.
  EXPECT_GT(joins, test::scaled(1000));
  EXPECT_GT(starts, test::scaled(1000));
}

}  // namespace
}  // namespace headway::worker
