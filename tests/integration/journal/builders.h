#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "coordinator/journal/database.h"
#include "coordinator/journal/registry.h"

namespace headway::test {

/// A run whose plan text and hash agree, with tickets `T-0`, `T-1`...
StoredRun stored_run(std::uint64_t id, std::uint32_t tickets);

/// A fact with any values in all fields, those that a row can tell apart from others.
Fact random_fact(std::mt19937_64& random, std::uint64_t sequence, std::uint32_t tickets);

/// Gives facts their sequence, and a time one second after the one before.
class Script {
 public:
  explicit Script(std::uint64_t last_sequence = 0) : sequence_(last_sequence) {}

  Script& add(Fact fact);
  Script& epoch_started();
  Script& worker_joined(std::uint32_t worker, const std::string& name, std::int64_t slots);
  Script& run(FactKind kind, std::uint64_t run);
  Script& run_ended(std::uint64_t run, RunState state);
  Script& assigned(std::uint64_t run, std::uint32_t ticket, std::uint64_t token,
                   std::uint32_t worker);
  Script& started(std::uint64_t run, std::uint32_t ticket, std::uint64_t token,
                  std::uint32_t worker, std::uint32_t slot);
  Script& ended(std::uint64_t run, std::uint32_t ticket, std::uint64_t token, std::uint32_t worker,
                Outcome outcome, TicketState state, std::optional<std::int32_t> exit_code = {});
  Script& ticket_ended(std::uint64_t run, std::uint32_t ticket, TicketState state,
                       const std::string& why);

  /// What was added since the last time.
  std::vector<Fact> take();

 private:
  std::uint64_t sequence_;
  std::vector<Fact> facts_;
};

/// All rows of a query as `value|value` lines, NULL as `-`.
std::vector<std::string> rows_of(const std::string& path, const std::string& sql);

/// Changes a closed registry by hand.
void change(const std::string& path, const std::string& sql);

/// Runs `work` in a child process and gives what it returned; `as_nobody`: as a user without
/// rights. A child that dies gives how it died.
std::string in_child(const std::function<std::string()>& work, bool as_nobody = false);

}  // namespace headway::test
