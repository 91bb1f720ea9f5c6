#pragma once

#include <map>
#include <string>
#include <vector>

namespace headway::test {

/// What a registry says of its first run. Each question opens it anew, read-only, since its
/// coordinator may die and come back meanwhile; where it cannot be read the answer is empty.
class Recorded {
 public:
  explicit Recorded(std::string registry) : registry_(std::move(registry)) {}

  [[nodiscard]] std::string run_state() const;
  /// By ticket.
  [[nodiscard]] std::map<std::string, std::string> states() const;
  [[nodiscard]] std::string state_of(const std::string& ticket) const;
  /// SHA-256 by path, of the files that tickets in this state made in their last attempt.
  [[nodiscard]] std::map<std::string, std::string> artifacts_of(const std::string& state) const;
  /// Tickets that were put back, in their order.
  [[nodiscard]] std::vector<std::string> put_back() const;
  /// Tickets by their successes, the last one first.
  [[nodiscard]] std::vector<std::string> successes_backwards() const;
  /// Outcomes of the tries of a ticket's checks with this detail, and of its attempts.
  [[nodiscard]] std::vector<std::string> check_outcomes(const std::string& ticket,
                                                        const std::string& gate) const;
  [[nodiscard]] std::vector<std::string> attempt_outcomes(const std::string& ticket) const;
  /// Checkpoints that attempts of it reached.
  [[nodiscard]] std::vector<std::string> checkpoints(const std::string& ticket) const;
  /// Outcomes of the plan's gates.
  [[nodiscard]] std::vector<std::string> plan_gate_outcomes() const;
  /// What was found when the registry was compared with itself and the files; nothing is best.
  [[nodiscard]] std::vector<std::string> problems() const;
  [[nodiscard]] int verifications() const;
  /// How many facts there are.
  [[nodiscard]] int facts() const;

 private:
  using Row = std::vector<std::string>;
  [[nodiscard]] std::vector<Row> rows(const std::string& sql, int columns,
                                      const Row& values = {}) const;
  [[nodiscard]] std::vector<std::string> column(const std::string& sql,
                                                const Row& values = {}) const;
  [[nodiscard]] int number(const std::string& sql) const;

  std::string registry_;
};

}  // namespace headway::test
