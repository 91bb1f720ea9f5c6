#pragma once

#include <array>
#include <string_view>

#include "coordinator/cli/report/html/gantt.h"

namespace headway::cli {

/// How a kind of bar looks and what it is called. Colours are not all there is: the class has a
/// pattern too, and the mark stands before a ticket's name.
struct BarLook {
  std::string_view style;  ///< its class in the page's style sheet
  std::string_view mark;   ///< with a blank; may be empty
  std::string_view words;
};

BarLook look_of(BarKind kind);

/// In the order of a legend.
inline constexpr std::array kBarKinds = {
    BarKind::kSucceeded, BarKind::kFailed,  BarKind::kTakenBack, BarKind::kWorkerLost,
    BarKind::kCancelled, BarKind::kRunning, BarKind::kSeveral};

}  // namespace headway::cli
