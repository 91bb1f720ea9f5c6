#pragma once

#include <string>
#include <vector>

#include "common/plan/ticket.h"

namespace headway {

/// Where the elements of a plan's lists were written. Kept by the reader beside the plan, not in
/// it: only findings need it. Each list runs parallel to the one in the plan; a missing or shorter
/// one means that the place is not known.
using ListMarks = std::vector<SourceMark>;

struct TicketMarks {
  ListMarks blocking;
  ListMarks sequential;
  ListMarks soft;
  ListMarks file_conflicts;
  ListMarks resource_conflicts;
  ListMarks resources;
  SourceMark on_disconnect;  ///< its key
};

struct PlanMarks {
  std::vector<TicketMarks> tickets;
  SourceMark execution_plan;
  std::vector<ListMarks> groups;  ///< the tickets of each group
  std::vector<ListMarks> conflicts;
  ListMarks critical_path;
  ListMarks bottlenecks;
  ListMarks schedule;
  /// Some tickets could not be read, so that an id which is not in the plan may still be in the
  /// file: unknown ids and missing ones are not findings then.
  bool incomplete = false;
};

}  // namespace headway
