#include <csignal>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "owner.h"
#include "slots.h"
#include "tests/support/process.h"
#include "worker/process/process_table.h"

namespace headway::worker {
namespace {

using std::chrono::seconds;

constexpr const char* kStubborn =
    "trap '' TERM HUP INT; (setsid sh -c '(sleep 1000 & echo ready; sleep 1000) & exit' &); "
    "while true; do sleep 1000; done";

class LostSupervisor : public Slots {};
HW_BOTH_CONTAINMENTS(LostSupervisor);

TEST_P(LostSupervisor, IsReplacedAndWhatItLeftIsKilled) {
  start_supervisors(2);
  StartSlot lost = line(kStubborn);
  StartSlot other = line(kStubborn);
  other.slot = SlotId{2};
  lost.spec.env.emplace_back("WHICH", "lost");
  other.spec.env.emplace_back("WHICH", "other");
  for (const StartSlot* start : {&lost, &other}) {
    send(*start);
    wait_until(start->token, [](const Story& its) { return !its.outputs.empty(); });
  }
  ::kill(static_cast<pid_t>(supervisors_->processes()[0]), SIGKILL);
  const Story story = end_of(lost.token);
  EXPECT_EQ(story.lost, (std::vector<SlotLost>{{SlotId{1}, lost.token}}));
  EXPECT_EQ(processes_with({"WHICH=lost"}), std::vector<pid_t>{}) << "SlotLost is the proof";
  EXPECT_FALSE(processes_with({"WHICH=other"}).empty()) << "the other slot's live on";

  StartSlot next = line("echo next");
  EXPECT_EQ(run(next).output(), "next\n");
  send(StopSlot{other.slot, other.token, Duration::zero(), Outcome::kCancelled});
  EXPECT_EQ(end_of(other.token).end().outcome, Outcome::kCancelled);
}

TEST_P(LostSupervisor, ThatWasIdleIsReplacedToo) {
  const std::int64_t before = supervisors_->processes()[0];
  ::kill(static_cast<pid_t>(before), SIGKILL);
  wait_until(Token{}, [](const Story& its) { return !its.lost.empty(); });
  EXPECT_NE(supervisors_->processes()[0], before);
  EXPECT_EQ(run(line("echo next")).output(), "next\n");
}

TEST_P(LostSupervisor, ThatIsNotNoticedYetLosesWhatItIsGiven) {
  ::kill(static_cast<pid_t>(supervisors_->processes()[0]), SIGKILL);
  const Story story = run(line("echo never"));
  ASSERT_EQ(story.lost.size(), 1U);
  EXPECT_TRUE(story.ended.empty());
  EXPECT_EQ(run(line("echo next")).output(), "next\n");
}

TEST_P(LostSupervisor, IsStartedAgainThoughItIsKilledBeforeItServes) {
  supervisors_.reset();
  // Those that are seen first are killed at once: while start() still waits for all to serve. What
  // is seen later than that is replaced, as ever.
  std::thread killer([] {
    int killed = 0;
    const auto until = std::chrono::steady_clock::now() + seconds{20};
    while (killed < 3 && std::chrono::steady_clock::now() < until) {
      for (const pid_t child : children_of(::getpid())) {
        if (killed < 3 && ::kill(child, SIGKILL) == 0) ++killed;
      }
    }
  });
  start_supervisors(8);
  killer.join();
  EXPECT_EQ(supervisors_->containment(),
            to_text(GetParam() == ContainmentChoice::kSubreaper ? Containment::kSubreaper
                                                                : Containment::kPidNamespace));
  for (std::uint32_t slot = 1; slot <= 8; ++slot) {
    StartSlot next = line("echo next");
    next.slot = SlotId{slot};
    Story story = run(next);
    if (!story.lost.empty()) {  // killed after it served, and not noticed until now
      StartSlot again = line("echo next");
      again.slot = next.slot;
      story = run(again);
    }
    EXPECT_EQ(story.output(), "next\n");
  }
}

TEST_P(LostSupervisor, IgnoresWhatATerminalOrAServiceManagerSends) {
  const auto process = static_cast<pid_t>(supervisors_->processes()[0]);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::kill(process, signal);
  EXPECT_EQ(run(line("echo fine")).output(), "fine\n");
  EXPECT_EQ(supervisors_->processes()[0], process);
}

class LostWorker : public Slots {
 protected:
  void SetUp() override {
    Slots::SetUp();
    if (IsSkipped()) return;
    // Only to see whether the containment is to be had: the worker is another process here.
    supervisors_.reset();
    state_.reset();
  }
  void TearDown() override {}

  [[nodiscard]] std::vector<std::string> owner() const {
    return {"/proc/self/exe",
            kOwnerMode,
            folder_ / "state",
            std::string(to_text(GetParam())),
            root_,
            folder_.path(),
            kStubborn,
            "yes"};
  }
  static bool wait_until_started(test::Process& worker) {
    return worker.wait_for("started\nstarted\n", seconds{20});
  }
};
HW_BOTH_CONTAINMENTS(LostWorker);

TEST_P(LostWorker, LeavesNothingAlive) {
  test::Process worker(owner());
  ASSERT_TRUE(wait_until_started(worker)) << worker.err();
  worker.send_signal(SIGKILL);
  worker.wait();
  EXPECT_TRUE(all_gone());
}

TEST_P(LostWorker, IsProvenDeadByItsNextLife) {
  test::Process worker(owner());
  ASSERT_TRUE(wait_until_started(worker)) << worker.err();
  EXPECT_EQ(StateDirectory::open(folder_ / "state").error().kind, ErrorKind::kInUse);
  worker.send_signal(SIGKILL);
  worker.wait();
  {
    StateDirectory next = StateDirectory::open(folder_ / "state").value();
    EXPECT_EQ(next.registry(), "registry");
    EXPECT_EQ(next.prove_dead().value(), (std::vector<Token>{Token{101}, Token{102}}));
    EXPECT_EQ(alive(), std::vector<pid_t>{});
    next.forget(Token{101});
  }
  StateDirectory third = StateDirectory::open(folder_ / "state").value();
  EXPECT_EQ(third.prove_dead().value(), (std::vector<Token>{Token{102}}));
  ASSERT_TRUE(third.remember_registry("another").ok());
  EXPECT_TRUE(third.prove_dead().value().empty()) << "its tokens mean nothing there";
}

TEST_P(LostWorker, IsProvenDeadThoughItsSupervisorsWereKilledWithIt) {
  test::Process worker(owner());
  ASSERT_TRUE(wait_until_started(worker)) << worker.err();
  // The worker first, so that it replaces nobody.
  worker.send_signal(SIGSTOP);
  for (const pid_t child : children_of(worker.pid())) ::kill(child, SIGKILL);
  worker.send_signal(SIGKILL);
  worker.wait();
  StateDirectory next = StateDirectory::open(folder_ / "state").value();
  EXPECT_EQ(next.prove_dead().value().size(), 2U);
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST(StateDirectories, KeepTheNameThatTheyMadeUp) {
  const test::TemporaryFolder folder;
  std::string name;
  {
    StateDirectory first = StateDirectory::open(folder / "state").value();
    name = first.generated_name().value();
    EXPECT_EQ(first.prove_dead().value(), std::vector<Token>{});
    EXPECT_EQ(StateDirectory::open(folder / "state").error().message,
              "another worker uses the state directory " + first.path() +
                  ": give each worker of this machine a directory of its own (--state-dir)");
  }
  StateDirectory second = StateDirectory::open(folder / "state").value();
  EXPECT_EQ(second.generated_name().value(), name);
  EXPECT_EQ(name[name.size() - 5], '-');
}

}  // namespace
}  // namespace headway::worker
