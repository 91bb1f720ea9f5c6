#include "tests/sim/world/slot.h"

#include <gtest/gtest.h>

namespace headway::sim {
namespace {

using std::chrono_literals::operator""s;

/// One slot in an empty world, which runs one attempt to its end.
class LoneSlot {
 public:
  explicit LoneSlot(std::uint64_t seed, std::uint32_t fails) : scenario_(rates(fails)) {
    stage_.processes.add_machine({});
    stage_.processes.tolerate_overlap();
    Slot::Hooks hooks;
    hooks.tell = [this](worker::SlotEvent event) { events_.push_back(std::move(event)); };
    hooks.kill_worker = [] {};
    slot_.emplace(stage_, 0, SlotId{1}, clock_, Random(seed, "slot"), hooks);
  }

  void start(AttemptSpec spec) {
    worker::StartSlot start;
    start.slot = SlotId{1};
    start.token = Token{1};
    start.spec = std::move(spec);
    start.lease_ends = clock_.local(stage_.queue.now()) + 3600s;
    slot_->take(start);
  }
  void stop_after(Duration pause) {
    stage_.queue.after(pause, [this] {
      slot_->take(worker::StopSlot{SlotId{1}, Token{1}, 1s, Outcome::kCancelled});
    });
  }
  /// The only end there is.
  worker::SlotEnded end() {
    while (!stage_.queue.empty()) stage_.queue.play_next();
    EXPECT_TRUE(slot_->empty());
    std::vector<worker::SlotEnded> ends;
    for (const worker::SlotEvent& event : events_) {
      if (const auto* ended = std::get_if<worker::SlotEnded>(&event)) ends.push_back(*ended);
    }
    EXPECT_EQ(ends.size(), 1U);
    return ends.empty() ? worker::SlotEnded{} : ends.front();
  }
  template <class Event>
  std::size_t count() const {
    std::size_t found = 0;
    for (const auto& event : events_) found += std::holds_alternative<Event>(event) ? 1U : 0U;
    return found;
  }

  static AttemptSpec spec() {
    AttemptSpec made;
    made.words = {"work"};
    made.require.resize(2);
    made.gates.resize(3);
    for (CheckOrder& gate : made.gates) gate.tries = 2;
    made.checkpoints.resize(1);
    made.checkpoints[0].name = "half";
    made.checkpoints[0].words = {"check"};
    return made;
  }

 private:
  static Scenario rates(std::uint32_t fails) {
    Scenario scenario;
    scenario.commands.fails = fails;
    return scenario;
  }

  Scenario scenario_;
  Stage stage_{scenario_, false};
  LocalClock clock_;
  std::optional<Slot> slot_;
  std::vector<worker::SlotEvent> events_;
};

TEST(SimulatedSlot, RunsEveryStepWhenNothingFails) {
  LoneSlot slot(1, 0);
  slot.start(LoneSlot::spec());
  const worker::SlotEnded end = slot.end();
  EXPECT_EQ(end.outcome, Outcome::kSucceeded);
  EXPECT_EQ(end.checks.size(), 5U);
  EXPECT_EQ(slot.count<worker::SlotStep>(), 6U) << "two requirements, the command, three gates";
  EXPECT_GE(slot.count<worker::SlotCheckpoint>(), 1U);
}

TEST(SimulatedSlot, EndsOnceHoweverItsChecksEnd) {
  std::size_t requirements = 0;
  std::size_t gates = 0;
  std::size_t passed = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(seed);
    LoneSlot slot(seed, 4);
    slot.start(LoneSlot::spec());
    const worker::SlotEnded end = slot.end();
    requirements += end.outcome == Outcome::kRequirement ? 1 : 0;
    gates += end.outcome == Outcome::kGate ? 1 : 0;
    passed += end.outcome == Outcome::kSucceeded ? 1 : 0;
    if (end.outcome == Outcome::kRequirement) {
      EXPECT_NE(end.detail, "");
    }
  }
  EXPECT_GT(requirements, 0U);
  EXPECT_GT(gates, 0U);
  EXPECT_GT(passed, 0U);
}

TEST(SimulatedSlot, MayBeStoppedAtAnyMoment) {
  std::size_t cancelled = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(seed);
    LoneSlot slot(seed, 0);
    slot.start(LoneSlot::spec());
    slot.stop_after(Random(seed, "stop").up_to(8s));
    const worker::SlotEnded end = slot.end();
    EXPECT_TRUE(end.outcome == Outcome::kCancelled || end.checks.size() == 5);
    cancelled += end.outcome == Outcome::kCancelled ? 1 : 0;
  }
  EXPECT_GT(cancelled, 100U);
}

}  // namespace
}  // namespace headway::sim
