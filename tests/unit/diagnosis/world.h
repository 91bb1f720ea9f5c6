#pragma once

#include <string>
#include <utility>
#include <vector>

#include "coordinator/diagnosis/diagnosis.h"
#include "tests/support/core/core_harness.h"

namespace headway {

/// A coordinator with workers and people that a test plays, and what a diagnosis says of it. Each
/// command that is proposed must be one that a person can type: its program's own parser reads it.
class World : public CoreHarness {
 public:
  World() = default;
  explicit World(CoreOptions options) : CoreHarness(std::move(options)) {}
  ~World() { ignore_messages(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// It ends so, after it ran so long by its worker's word; no time passes.
  void end_after(const std::string& ticket, Duration took, Outcome outcome = Outcome::kSucceeded);
  void fail_after(const std::string& ticket, Duration took) {
    end_after(ticket, took, Outcome::kExit);
  }
  /// It writes a byte more.
  void print(const std::string& ticket);
  void tell_progress(const std::string& ticket, double share);
  /// A heartbeat that says how busy the processors are, and what the calendar shows.
  void tell(const std::string& worker, double cpu, Duration clock_ahead = {});
  /// The name of the worker that a ticket's last attempt went to.
  [[nodiscard]] std::string worker_of(const std::string& ticket) const;

  [[nodiscard]] std::vector<Finding> diagnosed(RunId run, const Surroundings& around = {}) const;
  /// What the registry alone tells, where no coordinator is alive.
  [[nodiscard]] std::vector<Finding> diagnosed_alone(RunId run) const;

 private:
  std::uint64_t printed_ = 0;
};

/// The findings of one kind.
std::vector<Finding> of_kind(const std::vector<Finding>& findings, FindingKind kind);
/// The only finding of a kind; fails the test where there is none, or more.
Finding only(const std::vector<Finding>& findings, FindingKind kind);
/// Fails the test where there is one.
void expect_none(const std::vector<Finding>& findings, FindingKind kind);
/// Everything that a finding says, for looking for words in it.
std::string text_of(const Finding& finding);

}  // namespace headway
