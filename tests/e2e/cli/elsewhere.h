#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "project.h"

namespace headway::test {

/// A coordinator and workers that go on without the command, on sockets in the project's folder.
/// The first worker, `w`, has two slots; others are started by `add_worker`.
class Elsewhere {
 public:
  explicit Elsewhere(const TemporaryFolder& folder);

  [[nodiscard]] std::string address() const { return "ipc://" + state_ + "/control.sock"; }
  /// Starts another worker, `--any-type`, with so many slots and further options.
  void add_worker(const std::string& name, int slots, const std::vector<std::string>& more = {});
  /// `kill -9`.
  void kill_coordinator();
  /// The same, and a new one in its place.
  void restart_coordinator();
  [[nodiscard]] Process& worker(std::size_t number) { return *workers_.at(number); }

 private:
  std::vector<std::string> coordinator_command();

  const TemporaryFolder& folder_;
  std::string state_;
  std::optional<Process> coordinator_;
  std::vector<std::unique_ptr<Process>> workers_;
};

/// Waits until the agent matrix of the coordinator at `address` names this agent.
bool has_agent(const Project& project, const std::string& address, const std::string& agent);

}  // namespace headway::test
