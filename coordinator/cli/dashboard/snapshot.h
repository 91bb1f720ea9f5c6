#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/messages/control_messages.h"
#include "common/messages/watch_messages.h"

/// What a frame is made of: all that a viewer knows at a moment. Rendering reads nothing else.

namespace headway::cli {

/// Lines of a ticket's output that are kept.
inline constexpr std::size_t kMostOutputLines = 500;

/// A ticket that a person has opened.
struct OpenTicket {
  std::string id;
  std::optional<ExplainAnswer> answer;  ///< none: it has not come yet
  std::string problem;                  ///< why it does not come, if it is known
  std::uint32_t attempt = 0;            ///< whose output this is; 0: nothing was started yet
  std::vector<std::string> output;      ///< its last lines, without escape sequences
  bool output_complete = false;
  friend bool operator==(const OpenTicket&, const OpenTicket&) = default;
};

/// Where the picture comes from.
enum class Source {
  kCoordinator,
  kRegistry,  ///< no coordinator is alive; this is what it left behind
};

struct Snapshot {
  WatchAnswer watch;
  Duration age{};  ///< since `watch` came
  Source source = Source::kCoordinator;
  bool here = false;  ///< its state directory is on this machine: agents can be started from here
  /// For so long no answer has come that should have.
  std::optional<Duration> silence;
  std::optional<OpenTicket> ticket;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;

  /// The time by which running things are measured: the coordinator's clock when it answered, and
  /// what passed since; not after the run's end.
  [[nodiscard]] WallTime now() const {
    if (watch.run.finished_at || source == Source::kRegistry) return watch.at;
    return watch.at + std::chrono::duration_cast<std::chrono::milliseconds>(age);
  }
};

}  // namespace headway::cli
