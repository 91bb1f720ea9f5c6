#pragma once

#include <optional>
#include <vector>

#include "common/messages/attempt_messages.h"
#include "tests/sim/world/stage.h"

namespace headway::sim {

/// What a command is going to do, decided when it starts.
struct Script {
  Duration runtime{};  ///< of the main process, left alone
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;
  std::int32_t signal = 0;
  bool could_not_start = false;
  bool ignores_term = false;
  Duration reaction{};            ///< from SIGTERM to its end
  bool leaves_processes = false;  ///< in a session of their own
  std::optional<Duration> kills_worker_after;
  std::vector<std::pair<Duration, std::uint64_t>> output;  ///< when, and how many bytes
  std::vector<Duration> progress;
  std::vector<Duration> checkpoints;
  Duration kill_takes{};  ///< from SIGKILL to nothing being left
  Duration artifacts_take{};
};

Script draw_script(Stage& stage, Random& random, const AttemptSpec& spec);

/// A command's output is a pattern, so that every piece of it can be recognised.
char output_byte(Token token, std::uint64_t offset);

}  // namespace headway::sim
