#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/enum_text.h"
#include "coordinator/cli/dashboard/action.h"

namespace headway::cli {

/// A list on the screen.
enum class Panel { kAgents, kAttention, kEvents, kTickets, kWorkers, kLocks };
inline constexpr std::size_t kPanels = 6;

/// What most of the screen is given to.
enum class Focus { kOverview, kAgents, kResources, kConflicts, kProgress };

/// By what the agents are ordered. `activity`: as the coordinator tells them, those that run
/// something first.
enum class AgentOrder { kActivity, kAgent, kTicket, kStatus, kProgress, kEta, kCpu, kMemory };

/// The row of a panel that a person stands on. It stays with what it shows: lists change under it.
struct Cursor {
  std::string key;        ///< of the row; empty: the first
  std::size_t index = 0;  ///< where it was last, for when the row has gone
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// A line of text that is being typed, and what for.
struct Entry {
  enum class Purpose { kFilter, kReassign, kPriority, kApprove, kReject };
  Purpose purpose = Purpose::kFilter;
  std::string ticket;  ///< whose agent, priority or review
  std::string text;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// A change that waits for a yes or no.
struct Confirmation {
  Steering steering;
  friend bool operator==(const Confirmation&, const Confirmation&) = default;
};

/// What a person looks at and is about to do; nothing of it comes from the run.
struct ViewState {
  Focus focus = Focus::kOverview;
  Panel panel = Panel::kAgents;
  std::array<Cursor, kPanels> cursors;
  std::string filter;  ///< only rows with this text; empty: all
  AgentOrder order = AgentOrder::kActivity;
  std::string open_ticket;      ///< shown alone; empty: none
  std::size_t output_back = 0;  ///< lines from the end of its output; 0: its end, as it grows
  bool help = false;
  std::variant<std::monostate, Entry, Confirmation> dialog;
  std::string message;  ///< of the last thing that was done, until the next key
  friend bool operator==(const ViewState&, const ViewState&) = default;

  [[nodiscard]] const Cursor& cursor(Panel which) const {
    return cursors[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] Cursor& cursor(Panel which) { return cursors[static_cast<std::size_t>(which)]; }
};

}  // namespace headway::cli

namespace headway {
template <>
struct EnumText<cli::Focus> {
  static constexpr std::array kWords = {
      std::pair{cli::Focus::kOverview, std::string_view{"overview"}},
      std::pair{cli::Focus::kAgents, std::string_view{"agents"}},
      std::pair{cli::Focus::kResources, std::string_view{"resources"}},
      std::pair{cli::Focus::kConflicts, std::string_view{"conflicts"}},
      std::pair{cli::Focus::kProgress, std::string_view{"progress"}},
  };
};
template <>
struct EnumText<cli::AgentOrder> {
  static constexpr std::array kWords = {
      std::pair{cli::AgentOrder::kActivity, std::string_view{"activity"}},
      std::pair{cli::AgentOrder::kAgent, std::string_view{"agent"}},
      std::pair{cli::AgentOrder::kTicket, std::string_view{"ticket"}},
      std::pair{cli::AgentOrder::kStatus, std::string_view{"status"}},
      std::pair{cli::AgentOrder::kProgress, std::string_view{"progress"}},
      std::pair{cli::AgentOrder::kEta, std::string_view{"ETA"}},
      std::pair{cli::AgentOrder::kCpu, std::string_view{"cpu"}},
      std::pair{cli::AgentOrder::kMemory, std::string_view{"memory"}},
  };
};
}  // namespace headway
