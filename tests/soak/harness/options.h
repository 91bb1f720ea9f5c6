#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/enum_text.h"
#include "common/base/result.h"
#include "common/base/time.h"

namespace headway::soak {

/// What the system under test is given to do.
enum class WorkloadKind : std::uint8_t {
  kDrawn,       ///< plans that are drawn, of tickets that write a ledger
  kMilestones,  ///< calculators in C, with requirements, checkpoints, gates, reviews and rollbacks
};

}  // namespace headway::soak

namespace headway {

template <>
struct EnumText<soak::WorkloadKind> {
  static constexpr std::array kWords = {
      std::pair{soak::WorkloadKind::kDrawn, std::string_view{"drawn"}},
      std::pair{soak::WorkloadKind::kMilestones, std::string_view{"milestones"}},
  };
};

}  // namespace headway

namespace headway::soak {

/// What a soak was asked to be.
struct Options {
  std::uint64_t seed = 1;
  WorkloadKind workload = WorkloadKind::kDrawn;
  unsigned kills = 100;              ///< the violence ends after so many
  std::optional<Duration> duration;  ///< and after this time, whichever comes first
  unsigned workers = 3;
  unsigned slots = 2;                              ///< of each
  unsigned tickets = 60;                           ///< of a plan, at most
  std::string folder;                              ///< absolute; empty: a new one under /tmp
  Duration pace = std::chrono::milliseconds{400};  ///< between two deeds, on average
  Duration patience = std::chrono::seconds{120};   ///< for the runs to end once all is healed
  bool hosts = false;  ///< each program on a machine of its own, instead of behind a relay
  bool keep = false;   ///< the folder of a clean soak as well
  bool json = false;
  bool help = false;
};

Result<Options> parse_options(int argc, char** argv);
std::string help();

/// The command line that does the same again.
std::string how_to_repeat(const Options& options);

}  // namespace headway::soak
