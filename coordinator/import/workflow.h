#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace headway {

/// A task of a recorded workflow. Tasks and files are numbered in the order of the document.
struct WorkflowTask {
  std::string id;
  std::string name;
  std::string program;  ///< what it executed; may be empty
  double runtime_seconds = 0;
  std::vector<std::size_t> parents;  ///< tasks, each once, ascending
  std::vector<std::size_t> reads;    ///< files, each once, ascending
  std::vector<std::size_t> writes;   ///< files, each once, ascending
};

struct WorkflowFile {
  std::string id;
  std::string path;  ///< its id as a relative path that stays below the folder of the data
  double size_bytes = 0;
};

/// A recorded workflow, checked: every number is one of a task or a file, runtimes and sizes are
/// finite and not negative, ids and paths are unique, each file has at most one writer. It may
/// have cycles.
struct Workflow {
  std::vector<WorkflowTask> tasks;
  std::vector<WorkflowFile> files;
};

/// Reads a WfCommons instance (WfFormat 1.5). Errors as of `import_wfcommons`.
Result<Workflow> read_wfcommons(const std::string& text);

}  // namespace headway
