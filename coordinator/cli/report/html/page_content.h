#pragma once

#include <string>
#include <vector>

#include "common/messages/graph_messages.h"
#include "coordinator/cli/report/registry_report.h"
#include "coordinator/cli/report/timeline.h"

namespace headway::cli {

/// The end of what a ticket printed that did not succeed.
struct OutputTail {
  std::size_t ticket = 0;          ///< of the report's tickets
  std::vector<std::string> lines;  ///< without escape sequences
};

/// All that the page of a run is made of.
struct PageContent {
  RegistryReport report;
  Timeline timeline;
  std::vector<DependencyView> dependencies;  ///< between the report's tickets
  std::vector<OutputTail> outputs;
  WallTime as_of{};  ///< until when the page tells
};

}  // namespace headway::cli
