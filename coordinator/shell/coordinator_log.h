#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "coordinator/core/fact.h"
#include "coordinator/core/state.h"
#include "coordinator/shell/options.h"

namespace spdlog {
class logger;
}

namespace headway {

/// The coordinator's log, by spdlog. Facts of runs and workers are told at level info, those of
/// tickets at level debug (the registry has them all). Lines name run, ticket, token, worker, in
/// that order; texts of people are made printable.
class CoordinatorLog {
 public:
  static Result<CoordinatorLog> open(const CoordinatorOptions& options);

  void info(const std::string& text) const;
  void warn(const std::string& text) const;
  void error(const std::string& text) const;
  /// `state` has the fact's run, if the run is still in memory.
  void fact(const Fact& fact, const State& state) const;

 private:
  explicit CoordinatorLog(std::shared_ptr<spdlog::logger> logger, bool json)
      : logger_(std::move(logger)), json_(json) {}
  [[nodiscard]] std::string line(const std::string& text) const;

  std::shared_ptr<spdlog::logger> logger_;
  bool json_;
};

}  // namespace headway
