#include "coordinator/cli/report/html/bar_look.h"

namespace headway::cli {

BarLook look_of(BarKind kind) {
  switch (kind) {
    case BarKind::kSucceeded:
      return {"ok", "", "succeeded"};
    case BarKind::kFailed:
      return {"bad", "\u00d7 ", "failed"};
    case BarKind::kTakenBack:
      return {"back", "\u2190 ", "taken back"};
    case BarKind::kWorkerLost:
      return {"lost", "? ", "worker lost"};
    case BarKind::kCancelled:
      return {"gone", "\u2013 ", "cancelled"};
    case BarKind::kRunning:
      return {"run", "\u2026 ", "still runs"};
    case BarKind::kSeveral:
      return {"many", "", "several short ones"};
  }
  return {};
}

}  // namespace headway::cli
