#pragma once

#include <string>
#include <string_view>

/// Where a path or pattern of a plan leads.

namespace headway::worker {

/// Whether a path or pattern, as it is written, cannot be one below the plan's folder.
bool leads_out(std::string_view path);

/// Whether `path` is below `root`; both absolute and without links.
bool is_below(const std::string& path, const std::string& root);

}  // namespace headway::worker
