#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {

/// A folder with a plan, and the command in it.
class Project {
 public:
  /// Writes `plan.yaml` with these tickets, each a flow map: `{id: A, run: 'true'}`.
  void plan(const std::vector<std::string>& tickets, const std::string& head = "");
  std::string write(std::string_view name, std::string_view content) {
    return folder_.write(name, content);
  }

  /// Runs `headway WORDS` here to its end.
  Finished headway(std::vector<std::string> words, Duration most = std::chrono::seconds{60}) const;
  /// Starts it.
  [[nodiscard]] Process start(std::vector<std::string> words) const;
  /// The document of `status --format json`.
  [[nodiscard]] nlohmann::json status(const std::string& run = "") const;
  /// The state of a ticket in it.
  [[nodiscard]] std::string state_of(const std::string& ticket) const;
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

 private:
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> words) const;
  TemporaryFolder folder_;
};

/// The path of a program of the build.
std::string program(const std::string& name);

/// Waits until `condition` holds, asking again and again, at most so long.
template <class Condition>
bool wait_until(Condition condition, Duration most = std::chrono::seconds{30}) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

}  // namespace headway::test
