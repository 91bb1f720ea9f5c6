#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.h"
#include "common/plan/plan.h"

namespace headway {

/// How much of the recorded work an imported plan does.
struct ImportOptions {
  /// Of the recorded runtime of each task: the default makes a second out of 100.
  double time_scale = 0.01;
  /// Of the recorded size of each file, which keeps at least one byte.
  double size_scale = 1.0;
  /// All files together; where they would be more, they all shrink alike.
  std::int64_t most_bytes = std::int64_t{64} << 20U;
};

/// A plan that does what a recorded workflow did, from the text of a WfCommons instance (WfFormat
/// 1.5, https://docs.wfcommons.org): a ticket for each task, which checks that the files it reads
/// are there in the size that they should have and reads them, takes the task's runtime, and writes
/// its files. All of it happens in `data/<name>/` beside the plan. A first ticket, `inputs`, makes
/// the files that no task writes, and the script that the others call (workflow_script.h).
///
/// A ticket waits for its task's `parents`, for whoever has it among their `children`, and for the
/// writers of the files that it reads. A task that reads a file which it writes itself is not
/// asked for it beforehand.
///
/// `name` becomes the plan's name and, made safe, the folder's. Errors (kInvalidPlan) name the
/// place in the document: not JSON, a missing or odd key, another version of the format, a file
/// that is not listed or has two writers, a cycle.
Result<Plan> import_wfcommons(const std::string& text, const std::string& name,
                              const ImportOptions& options = {});

}  // namespace headway
