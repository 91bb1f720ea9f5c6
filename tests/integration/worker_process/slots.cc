#include "slots.h"

#include <filesystem>
#include <poll.h>
#include <unistd.h>

#include "common/system/clock.h"
#include "worker/process/process_table.h"

namespace headway::worker {

namespace {

constexpr Duration kPatience = std::chrono::seconds{20};

}  // namespace

std::string Story::output() const {
  std::string text;
  for (const SlotOutput& output : outputs) text += output.bytes.data;
  return text;
}

const SlotEnded& Story::end() const {
  static const SlotEnded kNone;
  EXPECT_EQ(ended.size(), 1U) << "an attempt ends once";
  return ended.empty() ? kNone : ended.front();
}

void Slots::SetUp() {
  root_ = folder_ / "root";
  std::filesystem::create_directory(root_);
  mark_ = "TEST_MARK=" + folder_.path();
  state_ = std::make_unique<StateDirectory>(StateDirectory::open(folder_ / "state").value());
  Supervisors::Options options;
  options.state = state_.get();
  options.containment = GetParam();
  Result<std::unique_ptr<Supervisors>> started = Supervisors::start(options);
  if (!started && in_namespace()) {
    GTEST_SKIP() << "PID namespaces are not allowed here: " << started.error().message;
  }
  ASSERT_TRUE(started.ok()) << started.error().message;
  supervisors_ = std::move(started).value();
}

void Slots::TearDown() {
  if (!supervisors_) return;
  const Result<void> ended = supervisors_->shut_down();
  EXPECT_TRUE(ended.ok()) << ended.error().message;
  EXPECT_EQ(alive(), std::vector<pid_t>{}) << "nothing outlives the supervisors";
}

void Slots::start_supervisors(std::uint32_t slots, std::map<std::string, std::string> secrets) {
  supervisors_.reset();
  Supervisors::Options options;
  options.slots = slots;
  options.state = state_.get();
  options.secrets = std::move(secrets);
  options.containment = GetParam();
  supervisors_ = Supervisors::start(options).value();
}

StartSlot Slots::line(std::string text) {
  StartSlot start;
  start.slot = SlotId{1};
  start.token = Token{++last_token_};
  start.root = root_;
  start.spec.run = "r1";
  start.spec.ticket = "T-1";
  start.spec.words = {"/bin/sh", "-c", std::move(text)};
  start.spec.env = {{"TEST_MARK", folder_.path()}};
  start.spec.kill_grace = std::chrono::seconds{10};
  start.lease_ends = steady_now() + std::chrono::hours{1};
  return start;
}

void Slots::wait_until(Token token, const std::function<bool(const Story&)>& done) {
  const Instant until = steady_now() + kPatience;
  while (!done(stories_[token])) {
    pollfd waiting{supervisors_->poll_fd(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_now()).count();
    if (left <= 0) {
      ADD_FAILURE() << "what was waited for did not happen within 20 s";
      return;
    }
    ::poll(&waiting, 1, static_cast<int>(left));
    for (SlotEvent& event : supervisors_->receive()) {
      std::visit(
          [&](auto&& each) {
            using Event = std::decay_t<decltype(each)>;
            Story& its = stories_[each.token];
            if constexpr (std::is_same_v<Event, SlotStarted>) its.started.push_back(each);
            if constexpr (std::is_same_v<Event, SlotOutput>) its.outputs.push_back(each);
            if constexpr (std::is_same_v<Event, SlotProgress>) its.progress.push_back(each);
            if constexpr (std::is_same_v<Event, SlotStep>) its.steps.push_back(each);
            if constexpr (std::is_same_v<Event, SlotCheckpoint>) its.checkpoints.push_back(each);
            if constexpr (std::is_same_v<Event, SlotEnded>) its.ended.push_back(each);
            if constexpr (std::is_same_v<Event, SlotLost>) its.lost.push_back(each);
          },
          event);
    }
  }
}

Story Slots::end_of(Token token) {
  wait_until(token, [](const Story& its) { return !its.ended.empty() || !its.lost.empty(); });
  return stories_[token];
}

Story Slots::run(const StartSlot& start) {
  send(start);
  return end_of(start.token);
}

std::vector<pid_t> Slots::alive() const { return processes_with({mark_}); }

bool Slots::all_gone() const {
  const Instant until = steady_now() + std::chrono::seconds{10};
  while (!alive().empty()) {
    if (steady_now() > until) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace headway::worker
