#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "worker/process/supervisors.h"

namespace headway::worker {

/// Everything that one attempt said.
struct Story {
  std::vector<SlotStarted> started;
  std::vector<SlotOutput> outputs;
  std::vector<SlotProgress> progress;
  std::vector<SlotStep> steps;
  std::vector<SlotCheckpoint> checkpoints;
  std::vector<SlotEnded> ended;
  std::vector<SlotLost> lost;

  [[nodiscard]] std::string output() const;
  /// Of the only end there is.
  [[nodiscard]] const SlotEnded& end() const;
};

/// Real supervisors in one containment, in folders of their own.
class Slots : public ::testing::TestWithParam<ContainmentChoice> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Ends the supervisors, and starts others.
  void start_supervisors(std::uint32_t slots, std::map<std::string, std::string> secrets = {});

  /// A shell line in slot 1 under a new token, to be changed and sent.
  StartSlot line(std::string text);
  void send(const SlotCommand& command) { supervisors_->send(command); }
  /// Takes in events until `done` is true of the story of the token; fails after 20 s.
  void wait_until(Token token, const std::function<bool(const Story&)>& done);
  /// Runs it to its end.
  Story run(const StartSlot& start);
  /// Waits for SlotEnded or SlotLost.
  Story end_of(Token token);
  Story& story(Token token) { return stories_[token]; }

  /// The processes that bear the mark of this test's attempts.
  [[nodiscard]] std::vector<pid_t> alive() const;
  /// Waits until none is; false after 10 s.
  [[nodiscard]] bool all_gone() const;
  [[nodiscard]] bool in_namespace() const { return GetParam() == ContainmentChoice::kPidNamespace; }

  test::TemporaryFolder folder_;
  std::string root_;
  std::string mark_;  ///< `TEST_MARK=...` in the environment of every attempt
  std::unique_ptr<StateDirectory> state_;
  std::unique_ptr<Supervisors> supervisors_;

 private:
  std::uint64_t last_token_ = 0;
  std::map<Token, Story> stories_;
};

/// The instances of both containments.
#define HW_BOTH_CONTAINMENTS(Fixture)                                                      \
  INSTANTIATE_TEST_SUITE_P(                                                                \
      Both, Fixture,                                                                       \
      ::testing::Values(ContainmentChoice::kPidNamespace, ContainmentChoice::kSubreaper),  \
      [](const auto& each) {                                                               \
        return each.param == ContainmentChoice::kSubreaper ? "Subreaper" : "PidNamespace"; \
      })

}  // namespace headway::worker
